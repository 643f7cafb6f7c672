package io.tabellion.pin;

import com.google.protobuf.ByteString;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.name.Names;
import io.tabellion.pin.PinSettings.FirstSight;
import io.tabellion.pin.PinSettings.Scope;
import io.tabellion.pin.PinSettings.Tool;
import io.tabellion.pin.Sighting.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The definitions of tools that callers may use: one for all callers of a server, or one for each
 * where the settings say so. The first that is seen is accepted (or what a file says); another one
 * waits for an operator, and until then the tool is quarantined. Once the accepted one is shown
 * again the quarantine ends by itself.
 *
 * <p>Definitions that mean the same are one ({@link NormalForm}). In lists of another revision of
 * MCP a tool may lack, or have, what not all revisions have ({@link Parts}).
 *
 * <p>Of names that cannot be told apart ({@link Names#folded}) one is callable at most: the one
 * that was accepted first; the others wait for an operator.
 *
 * <p>Kept in one file a server, and one a caller where each has its own, so that pins outlive the
 * process. {@link #see} changes memory only; what it changed may be released after {@link #keep}
 * returned.
 *
 * <p>Thread-safe; {@link #find} never blocks.
 */
public final class Pins {
  /** Tools of one server, or of one caller there, that are kept; the rest is hidden. */
  static final int MOST_TOOLS = 5_000;

  /** Tools of one server that are kept, of all callers together. */
  static final int MOST_PINS = 250_000;

  /** Bytes of definitions of one server that are kept. */
  static final long MOST_BYTES = 32L << 20;

  /** Whose it is where all callers have the same. */
  private static final String ALL = "";

  private final Disk disk;
  private final Path folder;
  private final InstantSource clock;
  private final PinSettings settings;
  private final UnaryOperator<Json.Obj> masked;
  private final LeftOutItems leftOut = new LeftOutItems();

  /** Written while this is locked, read by anybody. */
  private final Map<Whose, Map<String, Pin>> pins = new ConcurrentHashMap<>();

  /** The tools that names which cannot be told apart belong to; as above. */
  private final Map<Whose, Map<String, String>> holders = new ConcurrentHashMap<>();

  /** All tools by what their names are folded to; as above. */
  private final Map<Whose, Map<String, Set<String>>> alike = new ConcurrentHashMap<>();

  /** How much of each server is kept; guarded by this. */
  private final Map<String, Kept> kept = new HashMap<>();

  /** Those whose file is older than memory; guarded by this. */
  private final Set<Whose> changed = new HashSet<>();

  /** Held while files are written; taken before this, never after. */
  private final ReentrantLock files = new ReentrantLock();

  /** Whose pins they are, by server and caller. */
  record Whose(String server, String caller) {
    boolean all() {
      return caller.equals(ALL);
    }
  }

  /** What is kept of a server: how many pins, and each definition once. */
  private static final class Kept {
    private final Map<String, Held> definitions = new HashMap<>();
    private int pins;
    private long bytes;
  }

  /** A definition, and by how many pins it is used. */
  private record Held(Definition definition, long bytes, int uses) {}

  private Pins(
      Disk disk,
      Path folder,
      InstantSource clock,
      PinSettings settings,
      UnaryOperator<Json.Obj> masked) {
    this.disk = disk;
    this.folder = folder;
    this.clock = clock;
    this.settings = settings;
    this.masked = masked;
  }

  /**
   * Reads what is kept in the folder; makes the folder if there is none. What the settings accept
   * counts over what was accepted before.
   *
   * @param masked makes of a definition what may be kept of it
   * @throws IOException if it cannot be read, or a file in it is not as we wrote it
   */
  public static Pins open(
      Disk disk,
      Path folder,
      InstantSource clock,
      PinSettings settings,
      UnaryOperator<Json.Obj> masked)
      throws IOException {
    Pins opened = new Pins(disk, folder, clock, settings, masked);
    disk.createFolder(folder, Disk.Access.SECRET);
    opened.load();
    settings.accepted().forEach(opened::beforehand);
    return opened;
  }

  /**
   * Says what a tool is now that the server shows it so. What means something else than the
   * accepted definition is quarantined, or alerts.
   */
  public Sighting see(Source source, String name, Json.Obj definition) {
    return see(source, name, definition, false);
  }

  /**
   * The same for a tool whose name cannot be told from that of another one in the same list: it is
   * not accepted as it is seen first.
   */
  public Sighting contest(Source source, String name, Json.Obj definition) {
    return see(source, name, definition, true);
  }

  /** Whether the tool is accepted with this definition. */
  public boolean isAccepted(Source source, String name, Json.Obj definition) {
    Pin pin = of(whose(source.server(), source.caller())).get(name);
    return pin != null && new Shown(definition, source.revision()).among(pin.definitions()) != null;
  }

  private synchronized Sighting see(
      Source source, String name, Json.Obj definition, boolean contested) {
    Whose whose = whose(source.server(), source.caller());
    Shown shown = new Shown(definition, source.revision());
    Pin before = of(whose).get(name);
    if (before == null) {
      return first(whose, name, shown, contested);
    }
    Definition known = shown.among(before.definitions());
    if (known != null) {
      return accepted(whose, before, known, shown);
    }
    if (before.pending() != null && shown.is(before.pending())) {
      return new Sighting(before, Change.NONE);
    }
    return differs(whose, before, shown);
  }

  /** The tool is known, and this definition of it is not. */
  private Sighting differs(Whose whose, Pin before, Shown shown) {
    boolean trusts = settings.firstSight() == FirstSight.ACCEPT;
    if (trusts && before.pending() == null && shown.isOfAnotherRevision(before.definitions())) {
      List<Definition> more = new ArrayList<>(before.definitions());
      more.add(shown.kept(whose.server()));
      return keepIfRoom(whose, with(before, more, null), Change.FIRST);
    }
    Pin now = with(before, before.definitions(), shown.kept(whose.server()));
    return keepIfRoom(whose, now, before.definitions().isEmpty() ? Change.FIRST : Change.CHANGED);
  }

  /** One definition that a list shows: digests once, the rest when it is asked for. */
  private final class Shown {
    private final Json.Obj definition;
    private final String revision;
    private final String digest;
    private @Nullable String exact;
    private @Nullable Parts parts;

    Shown(Json.Obj definition, String revision) {
      this.definition = definition;
      this.revision = revision;
      this.digest = NormalForm.digest(definition);
    }

    /**
     * Whether it is that one; files of old, and of people, may have the digest as it is written.
     */
    boolean is(Definition other) {
      return other.digest().equals(digest) || other.digest().equals(exact());
    }

    private String exact() {
      String made = exact == null ? Canonical.digest(definition) : exact;
      exact = made;
      return made;
    }

    @Nullable Definition among(List<Definition> definitions) {
      for (Definition known : definitions) {
        if (known.digest().equals(digest)) {
          return known;
        }
      }
      return definitions.stream().filter(this::is).findFirst().orElse(null);
    }

    /**
     * Whether it differs from an accepted one only as lists of different revisions may, and no
     * other is accepted for its revision. It must not look worse, either.
     */
    boolean isOfAnotherRevision(List<Definition> accepted) {
      if (revision.isEmpty() || accepted.stream().anyMatch(d -> d.revisions().contains(revision))) {
        return false;
      }
      Set<Suspicion> suspicions = Suspicion.of(definition);
      return accepted.stream()
          .anyMatch(other ->
              other.parts() != null
                  && other.parts().agreesWith(parts())
                  && other.suspicions().containsAll(suspicions));
    }

    /** What is kept of it; where another caller has the same, nothing is kept twice. */
    Definition kept(String server) {
      Set<String> revisions = revision.isEmpty() ? Set.of() : Set.of(revision);
      Held held = Pins.this.kept(server).definitions.get(digest);
      Definition same = held == null ? null : held.definition();
      return same == null || same.tree() == null
          ? new Definition(
              digest,
              clock.instant(),
              Suspicion.of(definition),
              masked.apply(definition),
              parts(),
              revisions)
          : new Definition(
              digest, clock.instant(), same.suspicions(), same.tree(), same.parts(), revisions);
    }

    private Parts parts() {
      Parts made = parts == null ? Parts.of(definition) : parts;
      parts = made;
      return made;
    }
  }

  /** The items of lists that clients do not get, because of what is wrong with them. */
  public LeftOutItems leftOut() {
    return leftOut;
  }

  /** What is known of a tool, for a caller; empty for one that was never shown. */
  public Optional<Pin> find(String server, String caller, String tool) {
    return Optional.ofNullable(of(whose(server, caller)).get(tool));
  }

  /** What is known of a tool by exactly this caller; empty for what all callers have. */
  public Optional<Pin> findExactly(String server, String caller, String tool) {
    return Optional.ofNullable(of(new Whose(server, caller)).get(tool));
  }

  /** A known tool of another name that cannot be told from this one. */
  public Optional<String> alike(String server, String caller, String name) {
    return alike(whose(server, caller), name);
  }

  private Optional<String> alike(Whose whose, String name) {
    Map<String, Set<String>> names = alike.getOrDefault(whose, Map.of());
    return names.getOrDefault(Names.folded(name), Set.of()).stream()
        .filter(tool -> !tool.equals(name))
        .sorted()
        .findFirst();
  }

  /** The tool because of whose name this one waits; empty if it does not. */
  public Optional<String> rival(Pin pin) {
    return pin.definitions().isEmpty()
        ? alike(new Whose(pin.server(), pin.caller()), pin.tool())
        : Optional.empty();
  }

  /** All pins, by server, tool and caller. */
  public List<Pin> list() {
    return pins.values().stream()
        .flatMap(ofTools -> ofTools.values().stream())
        .sorted(
            Comparator.comparing(Pin::server).thenComparing(Pin::tool).thenComparing(Pin::caller))
        .toList();
  }

  /**
   * Accepts the definition that waits, if it still is the one that was looked at; to be kept. Where
   * each caller has its own pins, it is accepted for all callers to whom it is shown, now and
   * later. Of a name that cannot be told from that of another tool, the other one waits from now
   * on.
   *
   * @param caller for whom it waits; empty for all
   * @param digest of the definition that was looked at
   * @return the pin as it is now; empty if no such definition waits
   */
  public synchronized Optional<Pin> accept(
      String server, String caller, String tool, String digest) {
    Whose whose = new Whose(server, caller);
    Pin before = of(whose).get(tool);
    if (before == null || before.pending() == null || !before.pending().digest().equals(digest)) {
      return Optional.empty();
    }
    Definition looked = before.pending();
    Pin now = accept(whose, before, looked);
    if (!whose.all()) {
      bless(server, tool, looked);
    }
    return Optional.of(now);
  }

  /** For every caller to whom the definition is shown. */
  private void bless(String server, String tool, Definition looked) {
    Whose all = new Whose(server, ALL);
    Pin shared =
        of(all).getOrDefault(tool, new Pin(server, tool, ALL, List.of(), null, onChange(server)));
    List<Definition> more = new ArrayList<>(shared.definitions());
    if (more.stream().noneMatch(known -> known.digest().equals(looked.digest()))) {
      more.add(looked);
      put(all, with(shared, more, null));
    }
    for (Whose whose : List.copyOf(pins.keySet())) {
      Pin pin = whose.server().equals(server) && !whose.all() ? of(whose).get(tool) : null;
      if (pin != null && pin.pending() != null && pin.pending().digest().equals(looked.digest())) {
        accept(whose, pin, looked);
      }
    }
  }

  private Pin accept(Whose whose, Pin before, Definition looked) {
    yieldName(whose, before.tool());
    Parts parts = looked.parts();
    // It stands beside what lists of other revisions show, and replaces what it contradicts.
    boolean beside =
        parts != null
            && before.definitions().stream()
                .allMatch(other ->
                    other.parts() != null
                        && other.parts().agreesWith(parts)
                        && other.revisions().stream().noneMatch(looked.revisions()::contains));
    List<Definition> definitions = new ArrayList<>(beside ? before.definitions() : List.of());
    definitions.add(looked);
    return put(whose, with(before, definitions, null));
  }

  /** Another tool that has the name so far waits for an operator from now on. */
  private void yieldName(Whose whose, String tool) {
    String other = holders.getOrDefault(whose, Map.of()).get(Names.folded(tool));
    Pin pin = other == null || other.equals(tool) ? null : of(whose).get(other);
    if (pin != null) {
      put(whose, with(pin, List.of(), pin.accepted()));
    }
  }

  /**
   * Makes durable what changed.
   *
   * @throws IOException if it cannot; what changed stays to be kept
   */
  public void keep() throws IOException {
    files.lock();
    try {
      for (Whose whose = takeChanged(); whose != null; whose = takeChanged()) {
        write(whose);
      }
    } finally {
      files.unlock();
    }
  }

  /** The files of servers first: those of callers name definitions that stand there. */
  private synchronized @Nullable Whose takeChanged() {
    Whose whose =
        changed.stream()
            .min(Comparator.comparing(Whose::caller).thenComparing(Whose::server))
            .orElse(null);
    changed.remove(whose);
    return whose;
  }

  private synchronized void giveBack(Whose whose) {
    changed.add(whose);
  }

  private void write(Whose whose) throws IOException {
    ByteString text = text(whose);
    try {
      Durably.replace(disk, folder.resolve(PinFile.name(whose)), text, Disk.Access.SECRET);
    } catch (IOException e) {
      giveBack(whose);
      throw e;
    }
  }

  private synchronized ByteString text(Whose whose) {
    List<Pin> own = List.copyOf(of(whose).values());
    if (!whose.all()) {
      return PinFile.ofCaller(whose, own);
    }
    Set<String> inPins = new HashSet<>();
    own.forEach(pin -> all(pin).map(Definition::digest).forEach(inPins::add));
    List<Definition> others =
        kept(whose.server()).definitions.values().stream()
            .map(Held::definition)
            .filter(definition -> !inPins.contains(definition.digest()))
            .toList();
    return PinFile.ofServer(whose.server(), own, others);
  }

  private Sighting first(Whose whose, String name, Shown shown, boolean contested) {
    Pin none = new Pin(whose.server(), name, whose.caller(), List.of(), null, onChange(whose));
    String holder = holders.getOrDefault(whose, Map.of()).get(Names.folded(name));
    boolean named = !contested && (holder == null || holder.equals(name));
    boolean trusted =
        settings.firstSight() == FirstSight.ACCEPT
            || (!whose.all() && isBlessed(whose, name, shown));
    Definition definition = shown.kept(whose.server());
    Pin now =
        named && trusted
            ? with(none, List.of(definition), null)
            : with(none, List.of(), definition);
    return keepIfRoom(whose, now, Change.FIRST);
  }

  private boolean isBlessed(Whose whose, String name, Shown shown) {
    Pin shared = of(new Whose(whose.server(), ALL)).get(name);
    return shared != null && shown.among(shared.definitions()) != null;
  }

  /** An accepted definition is shown: that ends a quarantine, and tells what a file did not. */
  private Sighting accepted(Whose whose, Pin before, Definition known, Shown shown) {
    boolean whole = known.tree() != null;
    boolean elsewhere = !shown.revision.isEmpty() && !known.revisions().contains(shown.revision);
    if (whole && !elsewhere && before.pending() == null) {
      return new Sighting(before, Change.NONE);
    }
    Definition full = whole ? known : shown.kept(whose.server()).as(known.digest());
    Definition now = elsewhere ? full.in(shown.revision) : full;
    List<Definition> definitions =
        before.definitions().stream().map(other -> other.equals(known) ? now : other).toList();
    Change change = before.pending() != null ? Change.RESTORED : whole ? Change.NONE : Change.FIRST;
    return keepIfRoom(whose, with(before, definitions, null), change);
  }

  private static Pin with(Pin pin, List<Definition> definitions, @Nullable Definition pending) {
    return new Pin(pin.server(), pin.tool(), pin.caller(), definitions, pending, pin.onChange());
  }

  private Pin.OnChange onChange(String server) {
    return settings.of(server).onChange();
  }

  private Pin.OnChange onChange(Whose whose) {
    return onChange(whose.server());
  }

  /** Whose pins count for a caller. */
  private Whose whose(String server, String caller) {
    return new Whose(server, settings.of(server).scope() == Scope.CALLER ? caller : ALL);
  }

  private Map<String, Pin> of(Whose whose) {
    return pins.getOrDefault(whose, Map.of());
  }

  private Kept kept(String server) {
    return kept.computeIfAbsent(server, _ -> new Kept());
  }

  // How much is kept.

  private Sighting keepIfRoom(Whose whose, Pin now, Change change) {
    Pin replaced = of(whose).get(now.tool());
    Kept of = kept(whose.server());
    boolean full = replaced == null && (of(whose).size() >= MOST_TOOLS || of.pins >= MOST_PINS);
    if (full || of.bytes + more(of, now) - less(of, now, replaced) > MOST_BYTES) {
      Pin none = with(now, List.of(), null);
      return new Sighting(none, Change.NO_ROOM);
    }
    return new Sighting(put(whose, now), change);
  }

  private static long more(Kept of, Pin now) {
    return all(now)
        .filter(definition -> !of.definitions.containsKey(definition.digest()))
        .mapToLong(Pins::size)
        .sum();
  }

  private static long less(Kept of, Pin now, @Nullable Pin replaced) {
    Set<String> stay = new HashSet<>();
    all(now).map(Definition::digest).forEach(stay::add);
    return replaced == null
        ? 0
        : all(replaced)
            .map(definition -> of.definitions.get(definition.digest()))
            .filter(held -> held != null && held.uses() == 1)
            .filter(held -> !stay.contains(held.definition().digest()))
            .mapToLong(Held::bytes)
            .sum();
  }

  private Pin put(Whose whose, Pin now) {
    Kept of = kept(whose.server());
    Pin replaced = pins.computeIfAbsent(whose, _ -> new ConcurrentHashMap<>()).put(now.tool(), now);
    of.pins += replaced == null ? 1 : 0;
    boolean news = false;
    for (Definition definition : all(now).toList()) {
      news |= hold(of, definition);
    }
    if (replaced != null) {
      all(replaced).forEach(definition -> release(of, definition));
    }
    holds(whose, now);
    changed.add(whose);
    if (news) {
      changed.add(new Whose(whose.server(), ALL));
    }
    return now;
  }

  /** Whether it was not there before, or says more now. */
  private static boolean hold(Kept of, Definition definition) {
    Held held = of.definitions.get(definition.digest());
    Definition all = definition;
    if (held != null) {
      for (String revision : held.definition().revisions()) {
        all = all.in(revision);
      }
    }
    long size =
        held != null && Objects.equals(held.definition().tree(), definition.tree())
            ? held.bytes()
            : size(definition);
    of.definitions.put(all.digest(), new Held(all, size, held == null ? 1 : held.uses() + 1));
    of.bytes += size - (held == null ? 0 : held.bytes());
    return held == null || !held.definition().revisions().equals(all.revisions());
  }

  private static void release(Kept of, Definition definition) {
    Held held = of.definitions.get(definition.digest());
    if (held != null && held.uses() == 1) {
      of.definitions.remove(definition.digest());
      of.bytes -= held.bytes();
    } else if (held != null) {
      of.definitions.put(
          definition.digest(), new Held(held.definition(), held.bytes(), held.uses() - 1));
    }
  }

  /** Of tools whose names cannot be told apart the first that was accepted has the name. */
  private void holds(Whose whose, Pin now) {
    Map<String, String> names = holders.computeIfAbsent(whose, _ -> new ConcurrentHashMap<>());
    String folded = Names.folded(now.tool());
    alike
        .computeIfAbsent(whose, _ -> new ConcurrentHashMap<>())
        .computeIfAbsent(folded, _ -> ConcurrentHashMap.newKeySet(1))
        .add(now.tool());
    if (!now.definitions().isEmpty()) {
      names.putIfAbsent(folded, now.tool());
    } else {
      names.remove(folded, now.tool());
    }
  }

  private static Stream<Definition> all(Pin pin) {
    return Stream.concat(pin.definitions().stream(), Stream.ofNullable(pin.pending()));
  }

  private static long size(Definition definition) {
    return definition.tree() == null ? 0 : JsonWriter.write(definition.tree()).size();
  }

  // The start.

  private synchronized void load() throws IOException {
    List<String> names = disk.list(folder);
    Map<String, Map<String, Definition>> known = new HashMap<>();
    for (String name : names) {
      if (PinFile.isOfServer(name)) {
        PinFile.Content content = PinFile.read(disk, folder.resolve(name), Map.of());
        inOrder(content.pins()).forEach(pin -> load(content.whose(), pin));
        known.put(content.whose().server(), content.definitions());
      }
    }
    for (String name : names) {
      if (PinFile.isOfCaller(name)) {
        Path file = folder.resolve(name);
        Map<String, Definition> there = known.getOrDefault(PinFile.server(name), Map.of());
        PinFile.Content content = PinFile.read(disk, file, there);
        inOrder(content.pins()).forEach(pin -> load(content.whose(), pin));
      }
    }
    changed.clear();
  }

  /** As they were accepted, for of names that cannot be told apart the first counts. */
  private static Stream<Pin> inOrder(List<Pin> pins) {
    Comparator<Pin> bySeen =
        Comparator.comparing(pin -> pin.accepted() == null ? Instant.MAX : pin.accepted().seen());
    return pins.stream().sorted(bySeen);
  }

  private void load(Whose whose, Pin pin) {
    Pin loaded =
        new Pin(
            whose.server(),
            pin.tool(),
            whose.caller(),
            pin.definitions(),
            pin.pending(),
            onChange(whose));
    put(whose, named(whose, loaded));
  }

  /** The pin, as one that waits if its name cannot be told from that of an accepted tool. */
  private Pin named(Whose whose, Pin pin) {
    String holder = holders.getOrDefault(whose, Map.of()).get(Names.folded(pin.tool()));
    boolean taken = holder != null && !holder.equals(pin.tool()) && !pin.definitions().isEmpty();
    return taken
        ? with(pin, List.of(), pin.pending() == null ? pin.accepted() : pin.pending())
        : pin;
  }

  private synchronized void beforehand(Tool tool, Set<String> digests) {
    Whose whose = new Whose(tool.server(), ALL);
    Pin before = of(whose).get(tool.name());
    Pin pin =
        before == null
            ? new Pin(tool.server(), tool.name(), ALL, List.of(), null, onChange(whose))
            : before;
    Map<String, Definition> known = new HashMap<>();
    all(pin).forEach(definition -> known.put(definition.digest(), definition));
    List<Definition> accepted =
        digests.stream()
            .sorted()
            .map(digest ->
                known.getOrDefault(
                    digest,
                    new Definition(digest, clock.instant(), Set.of(), null, null, Set.of())))
            .toList();
    if (!Set.copyOf(accepted).equals(Set.copyOf(pin.definitions())) || pin.pending() != null) {
      put(whose, named(whose, with(pin, accepted, null)));
    }
  }

  /** The name of a tool as it may stand in the record: masked. */
  public String shown(String tool) {
    String name = masked.apply(Json.Obj.EMPTY.with("name", new Json.Text(tool))).text("name");
    return name == null || name.length() > Names.LONGEST ? "length " + tool.length() : name;
  }
}
