package io.tabellion.pin;

import io.tabellion.audit.Appender;
import io.tabellion.audit.Entry;
import io.tabellion.audit.Receipt;
import io.tabellion.jsonrpc.Json;
import io.tabellion.name.Names;
import io.tabellion.pin.PinSettings.Scope;
import io.tabellion.pin.PinSettings.Tool;
import io.tabellion.secret.KeyedHash;
import io.tabellion.state.Change;
import io.tabellion.state.Changes;
import io.tabellion.state.Key;
import io.tabellion.state.Kind;
import io.tabellion.state.SharedState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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
 * <p>The pins of a server are one record of the {@link SharedState}: a message changes them by a
 * {@link PinDraft}, with the entries that tell of it. A start makes them of the log ({@link
 * PinKeeper}).
 *
 * <p>Thread-safe; {@link #find} never blocks.
 */
public final class Pins {
  private static final Kind<Book> BOOKS = Kind.lasting("pins");

  private final SharedState state;
  private final InstantSource clock;
  private final PinSettings settings;
  private final UnaryOperator<Json.Obj> masked;
  private final KeyedHash hash;
  private final LeftOutItems leftOut = new LeftOutItems();

  /** Servers of which a tool was looked at. */
  private final Set<String> servers = ConcurrentHashMap.newKeySet();

  /** Counts changes as they are made; read by whoever follows the log. */
  private final AtomicLong version = new AtomicLong();

  /** Changes that are made and whose entries may not be durable yet. */
  private final Set<PinDraft> underWay = ConcurrentHashMap.newKeySet();

  /**
   * Knows no tools yet.
   *
   * @param masked makes of a definition what may be kept of it
   * @param hash under a key of the log: knows names again that entries do not show
   */
  public Pins(
      SharedState state,
      InstantSource clock,
      PinSettings settings,
      UnaryOperator<Json.Obj> masked,
      KeyedHash hash) {
    this.state = state;
    this.clock = clock;
    this.settings = settings;
    this.masked = masked;
    this.hash = hash;
  }

  /**
   * The pins of a server while a message is decided. What is seen there is one of its changes.
   *
   * @param source whose lists it shows
   */
  public PinDraft draft(Source source, Changes changes) {
    servers.add(source.server());
    Key<Book> key = Key.of(BOOKS, source.server());
    PinDraft draft = new PinDraft(this, key, source, state.read(key));
    changes.add(draft);
    return draft;
  }

  /** What is known of a tool, for a caller; empty for one that was never shown. */
  public Optional<Pin> find(String server, String caller, String tool) {
    Book book = book(server);
    return book == null
        ? Optional.empty()
        : Optional.ofNullable(book.find(whose(server, caller), tool));
  }

  /** The same, with what lists of the message that is decided now show. */
  public Optional<Pin> find(String server, String caller, String tool, Changes changes) {
    for (Change<?> change : changes.list()) {
      if (change instanceof PinDraft draft && draft.isOf(server, caller)) {
        return draft.find(tool);
      }
    }
    return find(server, caller, tool);
  }

  /** What is known of a tool by exactly this caller; empty for what all callers have. */
  public Optional<Pin> findExactly(String server, String caller, String tool) {
    Book book = book(server);
    return book == null ? Optional.empty() : Optional.ofNullable(book.of(caller).named(tool));
  }

  /** A known tool of another name that cannot be told from this one. */
  public Optional<String> alike(String server, String caller, String name) {
    return alikeOf(server, whose(server, caller), name);
  }

  private Optional<String> alikeOf(String server, String whose, String name) {
    Book book = book(server);
    return book == null ? Optional.empty() : book.of(whose).alike(name, hash).stream().findFirst();
  }

  /** The tool because of whose name this one waits; empty if it does not. */
  public Optional<String> rival(Pin pin) {
    return pin.definitions().isEmpty()
        ? alikeOf(pin.server(), pin.caller(), pin.tool())
        : Optional.empty();
  }

  /** All pins, by server, tool and caller. */
  public List<Pin> list() {
    return servers.stream()
        .map(this::book)
        .filter(Objects::nonNull)
        .flatMap(Book::pins)
        .sorted(
            Comparator.comparing(Pin::server).thenComparing(Pin::tool).thenComparing(Pin::caller))
        .toList();
  }

  /**
   * A definition that an operator accepts, as a change.
   *
   * @param pin as it is then
   * @param change to be told when its entry is durable
   */
  public record Acceptance(Pin pin, Definition definition, PinDraft change) {}

  /**
   * Accepts the definition that waits, if it still is the one that was looked at, by a change.
   * Where each caller has its own pins, it is accepted for all callers to whom it is shown, now and
   * later. Of a name that cannot be told from that of another tool, the other one waits from then
   * on.
   *
   * @param caller for whom it waits; empty for all
   * @param digest of the definition that was looked at
   * @return empty if no such definition waits
   */
  public Optional<Acceptance> accept(
      String server, String caller, String tool, String digest, Changes changes) {
    PinDraft draft = draft(new Source(server, caller, ""), changes);
    Definition pending = findExactly(server, caller, tool).map(Pin::pending).orElse(null);
    Pin now = draft.accept(tool, digest);
    return now == null || pending == null
        ? Optional.empty()
        : Optional.of(new Acceptance(now, pending, draft));
  }

  /** What changes of pins are added to. */
  public Changes changes() {
    return new Changes(state);
  }

  /**
   * Commits changes with the entries that tell of them.
   *
   * @see SharedState#commit
   */
  public List<Receipt> commit(Changes changes, Appender log, List<Entry> entries)
      throws InterruptedException {
    return state.commit(changes.list(), log, entries);
  }

  /** The items of lists that clients do not get, because of what is wrong with them. */
  public LeftOutItems leftOut() {
    return leftOut;
  }

  /** The name of a tool as it may stand in the record: masked. */
  public String shown(String tool) {
    String name = masked.apply(Json.Obj.EMPTY.with("name", new Json.Text(tool))).text("name");
    return name == null || name.length() > Names.LONGEST ? "length " + tool.length() : name;
  }

  /** The seal of a tool's name; null if entries show the whole name. */
  @Nullable Seal seal(Pin pin) {
    Book book = book(pin.server());
    Seal known = book == null ? null : book.of(pin.caller()).seal(pin.tool());
    if (known != null) {
      return known;
    }
    String shown = shown(pin.tool());
    return shown.equals(pin.tool()) ? null : Seal.of(hash, shown, pin.tool());
  }

  // For drafts and the keeper.

  PinSettings settings() {
    return settings;
  }

  KeyedHash hash() {
    return hash;
  }

  Instant now() {
    return clock.instant();
  }

  Json.Obj masked(Json.Obj definition) {
    return masked.apply(definition);
  }

  /** Whose pins count for a caller. */
  String whose(String server, String caller) {
    return settings.of(server).scope() == Scope.CALLER ? caller : Book.ALL;
  }

  Book emptyBook(String server) {
    return Book.empty(server, settings.of(server).onChange(), hash);
  }

  /** The pins of a server; null if there are none. */
  @Nullable Book book(String server) {
    return state.read(Key.of(BOOKS, server));
  }

  /** A change is made; its entries are appended next. */
  void begun(PinDraft change) {
    underWay.add(change);
    version.incrementAndGet();
  }

  /** The entries of a change are durable, or never will be. */
  void ended(PinDraft change) {
    underWay.remove(change);
  }

  /** Grows with each change that is made. */
  long version() {
    return version.get();
  }

  /** Whether the entries of some change may not be durable yet. */
  boolean isUnderWay() {
    return !underWay.isEmpty();
  }

  // The start.

  /** Begins with these pins; what the settings accept counts over what was accepted before. */
  void begin(Map<String, Book> books) throws InterruptedException {
    Map<String, Book> all = new HashMap<>(books);
    settings
        .accepted()
        .forEach((tool, digests) ->
            all.put(
                tool.server(),
                beforehand(
                    all.getOrDefault(tool.server(), emptyBook(tool.server())), tool, digests)));
    List<Change<?>> changes = new ArrayList<>();
    all.forEach((server, book) -> {
      servers.add(server);
      changes.add(new Begins(Key.of(BOOKS, server), book));
    });
    state.commit(
        changes,
        _ -> {
          throw new IllegalStateException("pins: entries (expected: none at the start)");
        },
        List.of());
  }

  private record Begins(Key<Book> key, Book book) implements Change<Book> {
    @Override
    public Book made(@Nullable Book now) {
      return book;
    }

    @Override
    public @Nullable Book undone(@Nullable Book now) {
      return null;
    }
  }

  private Book beforehand(Book book, Tool tool, Set<String> digests) {
    Book.Draft draft = book.draft();
    Pin known = draft.find(Book.ALL, tool.name());
    Pin before =
        known == null || known.tool().equals(tool.name())
            ? known
            : draft.unseal(known, tool.name());
    Pin pin = before == null ? draft.none(Book.ALL, tool.name()) : before;
    Map<String, Definition> definitions = new HashMap<>();
    Stream.concat(pin.definitions().stream(), Stream.ofNullable(pin.pending()))
        .forEach(definition -> definitions.put(definition.digest(), definition));
    List<Definition> accepted =
        digests.stream()
            .sorted()
            .map(digest ->
                definitions.getOrDefault(
                    digest, new Definition(digest, now(), Set.of(), null, null, Set.of())))
            .toList();
    if (!Set.copyOf(accepted).equals(Set.copyOf(pin.definitions())) || pin.pending() != null) {
      draft.put(named(draft, Book.with(pin, accepted, null)));
    }
    return draft.done();
  }

  /** The pin, as one that waits if its name cannot be told from that of an accepted tool. */
  static Pin named(Book.Draft draft, Pin pin) {
    String holder = draft.holder(pin.caller(), pin.tool());
    boolean taken = holder != null && !holder.equals(pin.tool()) && !pin.definitions().isEmpty();
    return taken
        ? Book.with(pin, List.of(), pin.pending() == null ? pin.accepted() : pin.pending())
        : pin;
  }
}
