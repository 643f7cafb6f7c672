package io.tabellion.trail;

import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.pin.Definition;
import io.tabellion.pin.Pin;
import io.tabellion.pin.Pins;
import java.io.IOException;

/**
 * Accepts the definition that waits. One {@code pin.accepted}, before it counts.
 *
 * <p>Thread-safe. Blocks its caller.
 */
public final class AcceptPin {
  private final Pins pins;
  private final Accesses accesses;

  AcceptPin(Pins pins, Accesses accesses) {
    this.pins = pins;
    this.accesses = accesses;
  }

  /**
   * What is asked.
   *
   * @param digest of the definition that was looked at
   */
  public record Question(ShowPin.Question tool, String digest) {}

  /**
   * Accepts it, and shows the tool as it is then.
   *
   * @throws TrailException if another definition waits now, or none
   */
  public Shown<PinView> ask(Visit visit, Question question) throws InterruptedException {
    Permit permit = visit.permit(Right.ACCEPT_PINS);
    Pin looked = ShowPin.find(pins, question.tool());
    Definition pending = looked.pending();
    if (pending == null || !pending.digest().equals(question.digest())) {
      throw moved();
    }
    // The entry first: an acceptance that is not in the record must not count.
    Recorded recorded = record(permit, looked, pending);
    Pin now =
        pins.accept(looked.server(), looked.caller(), looked.tool(), pending.digest())
            .orElseThrow(AcceptPin::moved);
    keep();
    return recorded.shows(PinView.whole(now, pins));
  }

  private Recorded record(Permit permit, Pin pin, Definition definition)
      throws InterruptedException {
    Facts about =
        Facts.builder()
            .put(Fact.SERVER, pin.server())
            .put(Fact.TOOL, pins.shown(pin.tool()))
            .put(Fact.DEFINITION, definition.digest())
            .put(Fact.SUSPICIONS, PinView.words(definition))
            .build();
    var tree = definition.tree();
    return accesses.accepted(permit, about, tree == null ? null : JsonWriter.write(tree));
  }

  private void keep() {
    try {
      pins.keep();
    } catch (IOException e) {
      throw new AuditUnavailableException(AuditUnavailableException.Code.FAILED, "pins: not kept");
    }
  }

  private static TrailException moved() {
    return TrailException.of(
        TrailException.Code.PRECONDITION,
        "digest: of no definition that waits now (expected: pending.digest of GetPin)");
  }
}
