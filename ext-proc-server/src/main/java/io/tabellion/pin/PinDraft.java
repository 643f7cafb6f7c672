package io.tabellion.pin;

import io.tabellion.jsonrpc.Json;
import io.tabellion.pin.PinSettings.FirstSight;
import io.tabellion.pin.Sighting.Change;
import io.tabellion.state.Key;
import io.tabellion.state.StaleException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pins of one server while a message is decided: what its lists show is seen here, and counts
 * for everybody once the message's entries are appended. It is one change of the shared state,
 * whatever was seen, and expects the pins to be the ones that it was made on.
 *
 * <p>Not thread-safe while the message is decided; it is not used after that.
 */
public final class PinDraft implements io.tabellion.state.Change<Book> {
  private final Pins pins;
  private final Key<Book> key;
  private final Source source;
  private final String whose;
  private final @Nullable Book before;
  private final Book.Draft draft;
  private @Nullable Book after; // null until it is made, or if there is none

  PinDraft(Pins pins, Key<Book> key, Source source, @Nullable Book before) {
    this.pins = pins;
    this.key = key;
    this.source = source;
    this.whose = pins.whose(source.server(), source.caller());
    this.before = before;
    this.draft = (before == null ? pins.emptyBook(source.server()) : before).draft();
  }

  /**
   * Says what a tool is now that the server shows it so. What means something else than the
   * accepted definition is quarantined, or alerts.
   */
  public Sighting see(String name, Json.Obj definition) {
    return see(name, definition, false);
  }

  /**
   * The same for a tool whose name cannot be told from that of another one in the same list: it is
   * not accepted as it is seen first.
   */
  public Sighting contest(String name, Json.Obj definition) {
    return see(name, definition, true);
  }

  /** Whether the tool is accepted with this definition. */
  public boolean isAccepted(String name, Json.Obj definition) {
    Pin pin = draft.find(whose, name);
    return pin != null && new Shown(definition, source.revision()).among(pin.definitions()) != null;
  }

  /** What is known of a tool now. */
  public Optional<Pin> find(String name) {
    return Optional.ofNullable(draft.find(whose, name));
  }

  /** Whether the tool waits because of the name of another one. */
  public boolean isRivalled(Pin pin) {
    return pin.definitions().isEmpty() && !draft.alike(pin.caller(), pin.tool()).isEmpty();
  }

  boolean isOf(String server, String caller) {
    return source.server().equals(server) && source.caller().equals(caller);
  }

  private Sighting see(String name, Json.Obj definition, boolean contested) {
    Shown shown = new Shown(definition, source.revision());
    Pin known = draft.find(whose, name);
    if (known == null) {
      return first(name, shown, contested);
    }
    Pin pin = known.tool().equals(name) ? known : draft.unseal(known, name);
    Definition accepted = shown.among(pin.definitions());
    if (accepted != null) {
      return accepted(pin, accepted, shown);
    }
    Definition pending = pin.pending();
    return pending != null && shown.is(pending)
        ? new Sighting(pin, pending, Change.NONE)
        : differs(pin, shown);
  }

  private Sighting first(String name, Shown shown, boolean contested) {
    String holder = draft.holder(whose, name);
    boolean named = !contested && (holder == null || holder.equals(name));
    boolean trusted = trusts() || isBlessed(name, shown);
    Told.What what = named && trusted ? Told.What.ACCEPTED_AS_SHOWN : Told.What.WAITS;
    return tell(what, name, kept(shown), Change.FIRST);
  }

  private boolean trusts() {
    return pins.settings().firstSight() == FirstSight.ACCEPT;
  }

  /** Whether an operator accepted it for all callers, though each has pins of its own. */
  private boolean isBlessed(String name, Shown shown) {
    Pin shared = whose.equals(Book.ALL) ? null : draft.find(Book.ALL, name);
    return shared != null && shown.among(shared.definitions()) != null;
  }

  /** An accepted definition is shown: that ends a quarantine, and tells what a file did not. */
  private Sighting accepted(Pin pin, Definition known, Shown shown) {
    Definition whole = known.tree() == null ? kept(shown).as(known.digest()) : known;
    Definition now = shown.revision().isEmpty() ? whole : whole.in(shown.revision());
    if (pin.pending() != null) {
      return tell(Told.What.RESTORED, pin.tool(), now, Change.RESTORED);
    }
    if (known.tree() == null) {
      return tell(Told.What.ACCEPTED_AS_SHOWN, pin.tool(), now, Change.FIRST);
    }
    // A further revision is not entered: its next list tells it again.
    return now.revisions().equals(known.revisions())
        ? new Sighting(pin, known, Change.NONE)
        : tell(Told.What.RESTORED, pin.tool(), now, Change.NONE);
  }

  /** The tool is known, and this definition of it is not. */
  private Sighting differs(Pin pin, Shown shown) {
    Definition definition = kept(shown);
    if (trusts() && pin.pending() == null && shown.isOfAnotherRevision(pin.definitions())) {
      return tell(Told.What.ACCEPTED_AS_SHOWN, pin.tool(), definition, Change.FIRST);
    }
    Change change = pin.definitions().isEmpty() ? Change.FIRST : Change.CHANGED;
    return tell(Told.What.WAITS, pin.tool(), definition, change);
  }

  private Sighting tell(Told.What what, String tool, Definition definition, Change change) {
    Pin now = draft.after(new Told(what, source.server(), whose, tool, null, definition, null));
    return draft.hasRoom(now)
        ? new Sighting(draft.put(now), definition, change)
        : new Sighting(Book.with(now, List.of(), null), definition, Change.NO_ROOM);
  }

  /** What is kept of a definition; where another caller has the same, nothing is kept twice. */
  private Definition kept(Shown shown) {
    Set<String> revisions = shown.revision().isEmpty() ? Set.of() : Set.of(shown.revision());
    Definition same = draft.definition(shown.digest());
    return same == null || same.tree() == null
        ? new Definition(
            shown.digest(),
            pins.now(),
            shown.suspicions(),
            pins.masked(shown.definition()),
            shown.parts(),
            revisions)
        : new Definition(
            shown.digest(), pins.now(), same.suspicions(), same.tree(), same.parts(), revisions);
  }

  /**
   * Accepts the definition that waits, if it still is the one that was looked at.
   *
   * @return the pin as it is now; null if no such definition waits
   */
  @Nullable Pin accept(String tool, String digest) {
    Shelf shelf = draft.of(source.caller());
    Pin pin = shelf.named(tool);
    Definition pending = pin == null ? null : pin.pending();
    return pin == null || pending == null || !pending.digest().equals(digest)
        ? null
        : draft.accept(pin, shelf.seal(tool), pending, null);
  }

  // As a change.

  @Override
  public Key<Book> key() {
    return key;
  }

  @Override
  public @Nullable Book made(@Nullable Book now) throws StaleException {
    if (now != before) {
      throw new StaleException(key.kind().word());
    }
    if (after == null) {
      Book made = draft.done();
      after = before == null && made.isEmpty() ? null : made;
    }
    if (after != before) {
      pins.begun(this);
    }
    return after;
  }

  @Override
  public @Nullable Book undone(@Nullable Book now) {
    pins.ended(this);
    if (now == after || now == null || after == null) {
      return now == after ? before : now;
    }
    Book theirs = before == null ? pins.emptyBook(source.server()) : before;
    Book.Draft left = now.draft();
    left.takeBack(draft, theirs, after);
    return left.done();
  }

  /** Its entries are durable. */
  public void recorded() {
    pins.ended(this);
  }
}
