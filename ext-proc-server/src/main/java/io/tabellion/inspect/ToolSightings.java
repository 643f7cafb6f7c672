package io.tabellion.inspect;

import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.pin.Definition;
import io.tabellion.pin.Pin;
import io.tabellion.pin.Pins;
import io.tabellion.pin.Sighting;
import io.tabellion.pin.Suspicion;
import io.tabellion.schema.ArgumentSchemas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tools that a server shows in one walk: which of them callers may see as they are shown, and
 * what is entered about those that are new or changed.
 */
final class ToolSightings {
  private final Pins pins;
  private final Exchange exchange;
  private final List<Sighting> news = new ArrayList<>();
  private final List<String> full = new ArrayList<>();
  private final ArgumentSchemas schemas;

  /** What of a schema is not checked, by digest of the definition. */
  private final Map<String, String> unchecked = new HashMap<>();

  ToolSightings(Pins pins, ArgumentSchemas schemas, Exchange exchange) {
    this.pins = pins;
    this.schemas = schemas;
    this.exchange = exchange;
  }

  /** Whether the tool may be seen so. Remembers it, for every caller. */
  boolean accepts(String tool, Json.Obj definition) {
    Sighting sighting = pins.see(exchange.server(), tool, definition);
    learn(sighting, definition);
    if (kind(sighting).isPresent()) {
      news.add(sighting);
    }
    if (sighting.change() == Sighting.Change.NO_ROOM) {
      full.add(tool);
    }
    return sighting.shown();
  }

  /** Compiles the schema as the server gave it; what is kept of it may be masked. */
  private void learn(Sighting sighting, Json.Obj definition) {
    Definition shown = shown(sighting.pin());
    if (shown != null) {
      String notes = schemas.learn(shown.digest(), definition).notes();
      if (!notes.isEmpty()) {
        unchecked.put(shown.digest(), notes);
      }
    }
  }

  private static @Nullable Definition shown(Pin pin) {
    return pin.pending() == null ? pin.accepted() : pin.pending();
  }

  /** Tools that may not be seen because no more of their server can be kept. */
  List<String> full() {
    return full;
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
    Definition shown = shown(pin);
    Facts.Builder facts =
        exchange
            .sheet()
            .builder()
            .put(Fact.TOOL, pins.shown(pin.tool()))
            .put(Fact.DECISION, pin.quarantined() ? "quarantined" : "allowed");
    if (shown == null) {
      return exchange.entry(kind(sighting).orElseThrow(), facts, null);
    }
    String notes = unchecked.get(shown.digest());
    if (notes != null) {
      facts.put(Fact.DETAIL, exchange.sheet().schemaNote(notes));
    }
    facts.put(Fact.DEFINITION, shown.digest()).put(Fact.SUSPICIONS, words(shown.suspicions()));
    Json.Obj tree = shown.tree();
    return exchange.entry(
        kind(sighting).orElseThrow(), facts, tree == null ? null : JsonWriter.write(tree));
  }

  static List<String> words(Collection<Suspicion> suspicions) {
    return suspicions.stream().map(Suspicion::word).sorted().toList();
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
