package io.tabellion.inspect;

import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.jsonrpc.Json;
import io.tabellion.metrics.Counter;
import io.tabellion.pin.Change;
import io.tabellion.pin.Definition;
import io.tabellion.pin.Pin;
import io.tabellion.pin.Pins;
import io.tabellion.pin.Sighting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tools that a server shows in one walk: which of them callers may see as they are shown, and
 * what is entered about those that are new or changed.
 */
final class ToolSightings {
  private static final System.Logger LOG = System.getLogger(ToolSightings.class.getName());

  private final Situation situation;
  private final Services services;
  private final Pins pins;
  private final List<Sighting> news = new ArrayList<>();
  private final List<String> full = new ArrayList<>();

  /** What of a schema is not checked, masked, by digest of the definition. */
  private final Map<String, String> unchecked = new HashMap<>();

  ToolSightings(Situation situation, Services services) {
    this.situation = situation;
    this.services = services;
    this.pins = services.pins();
  }

  /** Whether the tool may be seen so. Remembers it, for everybody whom it concerns. */
  boolean accepts(String tool, Json.Obj definition) {
    return accepts(pins.see(situation.source(), tool, definition), definition);
  }

  /** The same for one whose name cannot be told from that of another tool in the list. */
  boolean acceptsContested(String tool, Json.Obj definition) {
    return accepts(pins.contest(situation.source(), tool, definition), definition);
  }

  /**
   * Whether the tool waits because its name cannot be told from that of another one.
   *
   * @param contested whether that one is in the same list
   */
  boolean isRivalled(String tool, boolean contested) {
    return pins.find(situation.server(), situation.owner(), tool)
        .filter(pin -> contested ? pin.accepted() == null : pins.rival(pin).isPresent())
        .isPresent();
  }

  /** Whether the tool is accepted with this definition. */
  boolean isAccepted(String tool, Json.Obj definition) {
    return pins.isAccepted(situation.source(), tool, definition);
  }

  private boolean accepts(Sighting sighting, Json.Obj definition) {
    learn(sighting.pin(), definition);
    if (kind(sighting).isPresent()) {
      news.add(sighting);
    }
    if (sighting.change() == Sighting.Change.NO_ROOM) {
      full.add(sighting.pin().tool());
    }
    if (sighting.change() == Sighting.Change.CHANGED) {
      alert(sighting.pin());
    }
    return sighting.shown();
  }

  /** Compiles the schema as the server gave it; what is kept of it may be masked. */
  private void learn(Pin pin, Json.Obj definition) {
    pin.known(definition)
        .ifPresent(known -> {
          boolean first = !services.schemas().knows(known.digest());
          String notes = services.schemas().learn(known.digest(), definition).notes();
          if (!notes.isEmpty()) {
            String note = String.valueOf(situation.sheet().schemaNote(notes));
            unchecked.put(known.digest(), note);
            if (first) {
              LOG.log(
                  System.Logger.Level.WARNING,
                  "tool {0} of {1}: {2}",
                  pins.shown(pin.tool()),
                  pin.server(),
                  note);
            }
          }
        });
  }

  /** Tools that may not be seen because no more of their server can be kept. */
  List<String> full() {
    return full;
  }

  private void alert(Pin pin) {
    services.metrics().increment(Counter.PINS_CHANGED);
    List<Change> changes = pin.changes();
    LOG.log(
        System.Logger.Level.WARNING,
        "tool {0} of {1} changed: {2} ({3})",
        pins.shown(pin.tool()),
        pin.server(),
        changes.isEmpty() ? "another definition" : changes.getFirst().grade().word(),
        pin.quarantined() ? "quarantined" : "shown all the same");
  }

  /**
   * Entries about what is new. What they tell is kept before they are appended, so that no
   * definition is released that a restart would not know.
   *
   * @throws AuditUnavailableException if it cannot be kept
   */
  List<Entry> entries() {
    if (news.isEmpty()) {
      return List.of();
    }
    try {
      pins.keep();
    } catch (IOException e) {
      throw new AuditUnavailableException(
          AuditUnavailableException.Code.FAILED, "pins: cannot be kept", e);
    }
    return news.stream().map(this::entry).toList();
  }

  private Entry entry(Sighting sighting) {
    Pin pin = sighting.pin();
    Definition shown = pin.pending() == null ? pin.accepted() : pin.pending();
    Facts.Builder facts =
        situation
            .sheet()
            .builder()
            .put(Fact.TOOL, pins.shown(pin.tool()))
            .put(Fact.DECISION, pin.quarantined() ? Disposition.QUARANTINED : Disposition.ALLOWED);
    if (shown == null) {
      return services.entries().of(kind(sighting).orElseThrow(), facts);
    }
    facts
        .put(Fact.DETAIL, unchecked.get(shown.digest()))
        .put(Fact.DEFINITION, shown.digest())
        .put(Fact.SUSPICIONS, Suspicions.words(shown.suspicions()))
        .put(
            Fact.CHANGES,
            situation.sheet().chosen(pin.changes().stream().map(Change::line).toList()));
    return services.entries().of(kind(sighting).orElseThrow(), facts, shown);
  }

  private static Optional<EntryKind> kind(Sighting sighting) {
    return switch (sighting.change()) {
      case NONE, NO_ROOM -> Optional.empty();
      case FIRST -> Optional.of(EntryKind.PIN_SEEN);
      case CHANGED -> Optional.of(EntryKind.PIN_CHANGED);
      case RESTORED -> Optional.of(EntryKind.PIN_RESTORED);
    };
  }
}
