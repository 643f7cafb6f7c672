package io.tabellion.testing;

import io.tabellion.audit.Disposition;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.durable.Disk;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.pin.Definition;
import io.tabellion.pin.Pin;
import io.tabellion.pin.PinDraft;
import io.tabellion.pin.PinEntries;
import io.tabellion.pin.PinKeeper;
import io.tabellion.pin.PinSettings;
import io.tabellion.pin.Pins;
import io.tabellion.pin.Sighting;
import io.tabellion.pin.Source;
import io.tabellion.state.Changes;
import io.tabellion.state.MemoryState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Pins as one run of a server has them, over a log in memory: what happens to them is entered as
 * the line and the trail enter it.
 */
public final class PinLog implements AutoCloseable {
  private final MemoryAuditLog log;
  private final InstantSource clock;
  private final Pins pins;
  private final PinKeeper keeper;

  private PinLog(MemoryAuditLog log, InstantSource clock, Pins pins, PinKeeper keeper) {
    this.log = log;
    this.clock = clock;
    this.pins = pins;
    this.keeper = keeper;
  }

  /** Begins a run. */
  public static PinLog open(
      Disk disk,
      Path folder,
      MemoryAuditLog log,
      InstantSource clock,
      PinSettings settings,
      UnaryOperator<Json.Obj> masked)
      throws IOException {
    Pins pins = new Pins(new MemoryState(clock), clock, settings, masked, Samples.HASH);
    try {
      return new PinLog(log, clock, pins, PinKeeper.open(disk, folder, log, pins));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The same pins as all others see them. */
  public Pins pins() {
    return pins;
  }

  public Sighting see(Source source, String tool, Json.Obj definition) {
    Changes changes = pins.changes();
    PinDraft draft = pins.draft(source, changes);
    return recorded(changes, draft, draft.see(tool, definition));
  }

  public Sighting contest(Source source, String tool, Json.Obj definition) {
    Changes changes = pins.changes();
    PinDraft draft = pins.draft(source, changes);
    return recorded(changes, draft, draft.contest(tool, definition));
  }

  private Sighting recorded(Changes changes, PinDraft draft, Sighting sighting) {
    commit(changes, entries(sighting));
    draft.recorded();
    return sighting;
  }

  private List<Entry> entries(Sighting sighting) {
    return switch (sighting.change()) {
      case NONE, NO_ROOM -> List.of();
      case FIRST -> List.of(entry(EntryKind.PIN_SEEN, sighting));
      case CHANGED -> List.of(entry(EntryKind.PIN_CHANGED, sighting));
      case RESTORED -> List.of(entry(EntryKind.PIN_RESTORED, sighting));
    };
  }

  private Entry entry(EntryKind kind, Sighting sighting) {
    Facts.Builder facts =
        Facts.builder()
            .put(
                Fact.DECISION,
                sighting.pin().quarantined() ? Disposition.QUARANTINED : Disposition.ALLOWED);
    return entry(kind, facts, sighting.pin(), sighting.definition());
  }

  private Entry entry(EntryKind kind, Facts.Builder facts, Pin pin, Definition definition) {
    facts.put(Fact.SERVER, pin.server());
    return entry(kind, PinEntries.facts(facts, pins, pin, definition), definition);
  }

  private Entry entry(EntryKind kind, Facts.Builder facts, Definition definition) {
    Json.Obj tree = definition.tree();
    return new Entry(
        EntryId.next(clock),
        kind,
        facts.build(),
        tree == null ? null : new Entry.Content("application/json", JsonWriter.write(tree)));
  }

  public Optional<Pin> accept(String server, String caller, String tool, String digest) {
    Changes changes = pins.changes();
    Pin looked = pins.findExactly(server, caller, tool).orElse(null);
    Optional<Pins.Acceptance> accepted = pins.accept(server, caller, tool, digest, changes);
    if (looked != null && accepted.isPresent()) {
      Facts.Builder facts = Facts.builder().put(Fact.SERVER, looked.server());
      PinEntries.facts(facts, pins, looked, accepted.get());
      commit(changes, List.of(entry(EntryKind.PIN_ACCEPTED, facts, accepted.get().definition())));
      accepted.get().change().recorded();
    }
    return accepted.map(Pins.Acceptance::pin);
  }

  private void commit(Changes changes, List<Entry> entries) {
    try {
      pins.commit(changes, log, entries);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public Optional<Pin> find(String server, String caller, String tool) {
    return pins.find(server, caller, tool);
  }

  public Optional<String> alike(String server, String caller, String tool) {
    return pins.alike(server, caller, tool);
  }

  public Optional<String> rival(Pin pin) {
    return pins.rival(pin);
  }

  public List<Pin> list() {
    return pins.list();
  }

  /** Ends the run in order, with a snapshot. */
  public void keep() {
    close();
  }

  @Override
  public void close() {
    keeper.close();
  }
}
