package io.tabellion.trail;

import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.pin.Definition;
import io.tabellion.pin.Pin;
import io.tabellion.pin.PinEntries;
import io.tabellion.pin.Pins;
import io.tabellion.state.Changes;
import io.tabellion.state.StaleException;

/**
 * Accepts the definition that waits. One {@code pin.accepted}, with which it counts.
 *
 * <p>Thread-safe. Blocks its caller.
 */
public final class AcceptPin {
  /** Times that the pins are looked at; each time but the last another one changed them. */
  private static final int MOST_ATTEMPTS = 1_000;

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
    for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      try {
        return accept(permit, question);
      } catch (StaleException e) {
        // A list changed the pins meanwhile: they are looked at again.
      }
    }
    throw new AuditUnavailableException(
        AuditUnavailableException.Code.FAILED,
        "pins: changed by others at each attempt (expected: at some of them)");
  }

  private Shown<PinView> accept(Permit permit, Question question) throws InterruptedException {
    Pin looked = ShowPin.find(pins, question.tool());
    Changes changes = pins.changes();
    Pins.Acceptance accepted =
        pins.accept(looked.server(), looked.caller(), looked.tool(), question.digest(), changes)
            .orElseThrow(AcceptPin::moved);
    Definition definition = accepted.definition();
    Facts.Builder about = Facts.builder().put(Fact.SERVER, looked.server());
    Json.Obj tree = definition.tree();
    Recorded recorded =
        accesses.accepted(
            permit,
            PinEntries.facts(about, pins, looked, accepted).build(),
            tree == null ? null : JsonWriter.write(tree),
            pins,
            changes);
    accepted.change().recorded();
    return recorded.shows(PinView.whole(accepted.pin(), pins));
  }

  private static TrailException moved() {
    return TrailException.of(
        TrailException.Code.PRECONDITION,
        "digest: of no definition that waits now (expected: pending.digest of GetPin)");
  }
}
