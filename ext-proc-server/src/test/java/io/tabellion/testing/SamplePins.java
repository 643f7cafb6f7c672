package io.tabellion.testing;

import io.tabellion.jsonrpc.Json;
import io.tabellion.pin.Pin;
import io.tabellion.pin.PinDraft;
import io.tabellion.pin.PinSettings;
import io.tabellion.pin.Pins;
import io.tabellion.pin.Sighting;
import io.tabellion.pin.Source;
import io.tabellion.state.Changes;
import io.tabellion.state.MemoryState;
import io.tabellion.state.SharedState;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Pins in memory, and what happens to them without entries. */
public final class SamplePins {
  private SamplePins() {}

  /** Empty ones, that accept what they see first. */
  public static Pins empty(InstantSource clock) {
    return empty(clock, new MemoryState(clock));
  }

  /** The same in a state that holds more than them. */
  public static Pins empty(InstantSource clock, SharedState state) {
    return new Pins(state, clock, PinSettings.DEFAULT, UnaryOperator.identity(), Samples.HASH);
  }

  /** A list of the source shows a tool. */
  public static Sighting see(Pins pins, Source source, String tool, Json.Obj definition) {
    Changes changes = pins.changes();
    PinDraft draft = pins.draft(source, changes);
    Sighting sighting = draft.see(tool, definition);
    commit(pins, changes);
    draft.recorded();
    return sighting;
  }

  /** An operator accepts what waits. */
  public static Optional<Pin> accept(Pins pins, Pin pin, String digest) {
    Changes changes = pins.changes();
    Optional<Pins.Acceptance> accepted =
        pins.accept(pin.server(), pin.caller(), pin.tool(), digest, changes);
    commit(pins, changes);
    accepted.ifPresent(acceptance -> acceptance.change().recorded());
    return accepted.map(Pins.Acceptance::pin);
  }

  private static void commit(Pins pins, Changes changes) {
    try {
      pins.commit(
          changes,
          _ -> {
            throw new AssertionError("entries (expected: none)");
          },
          List.of());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
