package io.tabellion.pin;

import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.pin.Pin.OnChange;
import io.tabellion.secret.KeyedHash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All pins of one server, of all its callers together: a record of the shared state. What is told
 * of a tool ({@link Told}) makes the next book, and so do the entries of the log at a start.
 *
 * <p>Immutable and thread-safe; equal to itself only. {@link Draft} is neither.
 */
final class Book {
  /** Tools of one server, or of one caller there, that are kept; the rest is hidden. */
  static final int MOST_TOOLS = 5_000;

  /** Tools of one server that are kept, of all callers together. */
  static final int MOST_PINS = 250_000;

  /** Bytes of definitions of one server that are kept. */
  static final long MOST_BYTES = 32L << 20;

  /** Whose it is where all callers have the same. */
  static final String ALL = "";

  private final String server;
  private final OnChange onChange;
  private final KeyedHash hash;
  private final Map<String, Shelf> shelves; // by caller; never changed
  private final Map<String, Held> definitions; // by digest; never changed
  private final int count;
  private final long bytes;

  /** A definition, and by how many pins it is used. */
  private record Held(Definition definition, long bytes, int uses) {}

  private Book(
      String server,
      OnChange onChange,
      KeyedHash hash,
      Map<String, Shelf> shelves,
      Map<String, Held> definitions,
      int count,
      long bytes) {
    this.server = server;
    this.onChange = onChange;
    this.hash = hash;
    this.shelves = shelves;
    this.definitions = definitions;
    this.count = count;
    this.bytes = bytes;
  }

  /**
   * A book without pins.
   *
   * @param onChange what becomes of tools whose definition is not the accepted one
   * @param hash knows names again that entries do not show
   */
  static Book empty(String server, OnChange onChange, KeyedHash hash) {
    return new Book(server, onChange, hash, Map.of(), Map.of(), 0, 0);
  }

  String server() {
    return server;
  }

  /** The pins of a caller; those of all callers are of {@link #ALL}. */
  Shelf of(String caller) {
    return shelves.getOrDefault(caller, Shelf.EMPTY);
  }

  @Nullable Pin find(String caller, String tool) {
    return of(caller).find(tool, hash);
  }

  Stream<Pin> pins() {
    return shelves.values().stream().flatMap(shelf -> shelf.pins().stream());
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** All definitions, each once. */
  Collection<Definition> definitions() {
    return definitions.values().stream().map(Held::definition).toList();
  }

  /** Begins the next book. */
  Draft draft() {
    return new Draft(this);
  }

  static Pin with(Pin pin, List<Definition> definitions, @Nullable Definition pending) {
    return new Pin(pin.server(), pin.tool(), pin.caller(), definitions, pending, pin.onChange());
  }

  private static Stream<Definition> all(Pin pin) {
    return Stream.concat(pin.definitions().stream(), Stream.ofNullable(pin.pending()));
  }

  private static long size(Definition definition) {
    return definition.tree() == null ? 0 : JsonWriter.write(definition.tree()).size();
  }

  /**
   * The next book while it is made: what is not changed is shared with the one before, what is
   * changed is copied once.
   */
  static final class Draft {
    private final Book before;
    private final KeyedHash hash;
    private Map<String, Shelf> shelves;
    private Map<String, Held> definitions;
    private final Set<String> copied = new HashSet<>();
    private final Set<Place> touched = new HashSet<>();
    private int count;
    private long bytes;

    /** Where a pin stands that was changed. */
    private record Place(String caller, String tool) {}

    private Draft(Book before) {
      this.before = before;
      this.hash = before.hash;
      this.shelves = before.shelves;
      this.definitions = before.definitions;
      this.count = before.count;
      this.bytes = before.bytes;
    }

    /** The book as it is now: the one before if nothing changed. No more is changed then. */
    Book done() {
      return touched.isEmpty()
          ? before
          : new Book(before.server, before.onChange, hash, shelves, definitions, count, bytes);
    }

    Shelf of(String caller) {
      return shelves.getOrDefault(caller, Shelf.EMPTY);
    }

    @Nullable Pin find(String caller, String tool) {
      return of(caller).find(tool, hash);
    }

    private @Nullable Pin find(String caller, String tool, @Nullable Seal seal) {
      String here = seal == null ? null : of(caller).known(seal, hash);
      return here == null ? find(caller, tool) : of(caller).named(here);
    }

    /** The tool that has the name, or one that cannot be told from it; null if none has. */
    @Nullable String holder(String caller, String tool) {
      return of(caller).holder(tool, hash);
    }

    Set<String> alike(String caller, String tool) {
      return of(caller).alike(tool, hash);
    }

    @Nullable Definition definition(String digest) {
      Held held = definitions.get(digest);
      return held == null ? null : held.definition();
    }

    /** A pin of a tool of which nothing is known. */
    Pin none(String caller, String tool) {
      return new Pin(before.server, tool, caller, List.of(), null, before.onChange);
    }

    /** What is told makes this of the tool's pin; an operator's acceptance is {@link #accept}. */
    Pin after(Told told) {
      Pin known = find(told.caller(), told.tool());
      Pin pin = known == null ? none(told.caller(), told.tool()) : known;
      return switch (told.what()) {
        case WAITS -> with(pin, pin.definitions(), told.definition());
        case ACCEPTED_AS_SHOWN, RESTORED, ACCEPTED ->
            with(pin, joined(pin.definitions(), told.definition()), null);
      };
    }

    /** What is told is so. */
    void tell(Told told) {
      Told here = here(told);
      if (here.what() == Told.What.ACCEPTED) {
        Pin known = find(here.caller(), here.tool());
        Pin pin = known == null ? none(here.caller(), here.tool()) : known;
        Definition pending = pin.pending();
        Definition shown = here.definition();
        Definition looked =
            pending != null && pending.digest().equals(shown.digest()) ? pending : shown;
        accept(pin, here.seal(), looked, here.replaced());
      } else {
        put(after(here), here.seal());
      }
    }

    /** The same by the name that the tool has here. */
    private Told here(Told told) {
      Seal seal = told.seal();
      String known = seal == null ? null : of(told.caller()).known(seal, hash);
      return known == null
          ? told
          : new Told(
              told.what(),
              told.server(),
              told.caller(),
              known,
              of(told.caller()).seal(known),
              told.definition(),
              told.replaced());
    }

    /**
     * The accepted definitions with one more: beside those that lists of other revisions show, in
     * place of those that it contradicts.
     */
    private static List<Definition> joined(List<Definition> accepted, Definition more) {
      List<Definition> joined = new ArrayList<>(accepted.size() + 1);
      boolean known = false;
      for (Definition one : accepted) {
        boolean same = one.digest().equals(more.digest());
        joined.add(same ? one.and(more) : one);
        known |= same;
      }
      if (!known && accepted.stream().noneMatch(one -> mayAgree(one, more))) {
        return List.of(more);
      }
      if (!known) {
        joined.add(more);
      }
      return joined;
    }

    private static boolean mayAgree(Definition one, Definition other) {
      return one.parts() != null
          && other.parts() != null
          && one.parts().mayAgreeWith(other.parts());
    }

    /**
     * An operator accepts a definition of a tool. Where each caller has its own pins, it is
     * accepted for all callers to whom it is shown, now and later.
     *
     * @param replaced digests of definitions that it replaces; null where that is to be found out
     */
    Pin accept(Pin pin, @Nullable Seal seal, Definition looked, @Nullable Set<String> replaced) {
      Pin now = acceptHere(pin, seal, looked, replaced);
      if (!pin.caller().equals(ALL)) {
        bless(pin, seal, looked);
      }
      return now;
    }

    /** For every caller to whom the definition is shown. */
    private void bless(Pin accepted, @Nullable Seal seal, Definition looked) {
      String tool = accepted.tool();
      Pin known = find(ALL, tool, seal);
      Pin shared = known == null ? none(ALL, tool) : known;
      List<Definition> more = new ArrayList<>(shared.definitions());
      if (more.stream().noneMatch(one -> one.digest().equals(looked.digest()))) {
        more.add(looked);
        put(with(shared, more, null), known == null ? seal : of(ALL).seal(shared.tool()));
      }
      for (String caller : List.copyOf(shelves.keySet())) {
        Pin pin = caller.equals(ALL) ? null : find(caller, tool, seal);
        Definition pending = pin == null ? null : pin.pending();
        if (pin != null && pending != null && pending.digest().equals(looked.digest())) {
          acceptHere(pin, of(caller).seal(pin.tool()), pending, null);
        }
      }
    }

    private Pin acceptHere(
        Pin before, @Nullable Seal seal, Definition looked, @Nullable Set<String> replaced) {
      yieldName(before);
      List<Definition> definitions = new ArrayList<>();
      if (replaced != null) {
        before.definitions().stream()
            .filter(one -> !replaced.contains(one.digest()))
            .forEach(definitions::add);
      } else if (standsBeside(looked, before.definitions())) {
        definitions.addAll(before.definitions());
      }
      definitions.add(looked);
      return put(with(before, definitions, null), seal);
    }

    /** It stands beside what lists of other revisions show, and replaces what it contradicts. */
    private static boolean standsBeside(Definition looked, List<Definition> accepted) {
      return accepted.stream()
          .allMatch(one ->
              mayAgree(one, looked)
                  && one.revisions().stream().noneMatch(looked.revisions()::contains));
    }

    /** Another tool that has the name so far waits for an operator from now on. */
    private void yieldName(Pin pin) {
      String other = holder(pin.caller(), pin.tool());
      Shelf shelf = of(pin.caller());
      Pin holding = other == null || other.equals(pin.tool()) ? null : shelf.named(other);
      if (holding != null) {
        put(with(holding, List.of(), holding.accepted()), shelf.seal(holding.tool()));
      }
    }

    /** Whether there is room for a pin as it is now. */
    boolean hasRoom(Pin now) {
      Pin replaced = of(now.caller()).named(now.tool());
      boolean full =
          replaced == null && (of(now.caller()).size() >= MOST_TOOLS || count >= MOST_PINS);
      return !full && bytes + more(now) - less(now, replaced) <= MOST_BYTES;
    }

    private long more(Pin now) {
      return all(now)
          .filter(definition -> !definitions.containsKey(definition.digest()))
          .mapToLong(Book::size)
          .sum();
    }

    private long less(Pin now, @Nullable Pin replaced) {
      Set<String> stay = new HashSet<>();
      all(now).map(Definition::digest).forEach(stay::add);
      return replaced == null
          ? 0
          : all(replaced)
              .map(definition -> definitions.get(definition.digest()))
              .filter(held -> held != null && held.uses() == 1)
              .filter(held -> !stay.contains(held.definition().digest()))
              .mapToLong(Held::bytes)
              .sum();
    }

    Pin put(Pin now) {
      return put(now, of(now.caller()).seal(now.tool()));
    }

    /** Puts a pin in the place of the one of that tool. */
    Pin put(Pin now, @Nullable Seal seal) {
      Pin replaced = own(now.caller()).put(now, seal, hash);
      count += replaced == null ? 1 : 0;
      ownDefinitions();
      all(now).forEach(this::hold);
      if (replaced != null) {
        all(replaced).forEach(this::release);
      }
      touched.add(new Place(now.caller(), now.tool()));
      return now;
    }

    /** The name of a tool is known now. */
    Pin unseal(Pin pin, String tool) {
      remove(pin.caller(), pin.tool());
      return put(
          new Pin(
              pin.server(), tool, pin.caller(), pin.definitions(), pin.pending(), pin.onChange()),
          null);
    }

    private void remove(String caller, String tool) {
      Pin removed = own(caller).remove(tool, hash);
      if (removed != null) {
        count--;
        ownDefinitions();
        all(removed).forEach(this::release);
        touched.add(new Place(caller, tool));
      }
    }

    /**
     * Takes back what another draft changed, as far as it is still so.
     *
     * @param theirs what it was made on
     * @param mine what came of it
     */
    @SuppressWarnings("ReferenceEquality") // The same one, not one that is equal to it.
    void takeBack(Draft other, Book theirs, Book mine) {
      for (Place place : other.touched) {
        Pin made = mine.of(place.caller()).named(place.tool());
        Pin was = theirs.of(place.caller()).named(place.tool());
        if (of(place.caller()).named(place.tool()) != made) {
          continue;
        }
        if (was == null) {
          remove(place.caller(), place.tool());
        } else {
          put(was, theirs.of(place.caller()).seal(place.tool()));
        }
      }
    }

    private Shelf own(String caller) {
      if (copied.isEmpty()) {
        shelves = new HashMap<>(shelves);
      }
      if (copied.add(caller)) {
        shelves.put(caller, of(caller).copy());
      }
      return of(caller);
    }

    @SuppressWarnings("ReferenceEquality") // Whether they were copied.
    private void ownDefinitions() {
      if (definitions == before.definitions) {
        definitions = new HashMap<>(definitions);
      }
    }

    private void hold(Definition definition) {
      Held held = definitions.get(definition.digest());
      Definition all = held == null ? definition : definition.and(held.definition());
      long size =
          held != null && Objects.equals(held.definition().tree(), all.tree())
              ? held.bytes()
              : size(all);
      definitions.put(all.digest(), new Held(all, size, held == null ? 1 : held.uses() + 1));
      bytes += size - (held == null ? 0 : held.bytes());
    }

    private void release(Definition definition) {
      Held held = definitions.get(definition.digest());
      if (held != null && held.uses() == 1) {
        definitions.remove(definition.digest());
        bytes -= held.bytes();
      } else if (held != null) {
        definitions.put(
            definition.digest(), new Held(held.definition(), held.bytes(), held.uses() - 1));
      }
    }
  }
}
