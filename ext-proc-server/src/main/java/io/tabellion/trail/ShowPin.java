package io.tabellion.trail;

import io.tabellion.pin.Pin;
import io.tabellion.pin.Pins;
import java.util.List;

/**
 * Shows one tool with its definitions. One {@code access.read}.
 *
 * <p>Thread-safe. Blocks its caller.
 */
public final class ShowPin {
  private final Pins pins;
  private final Accesses accesses;

  ShowPin(Pins pins, Accesses accesses) {
    this.pins = pins;
    this.accesses = accesses;
  }

  /**
   * What is asked.
   *
   * @param caller digest of a principal, where each has pins of its own; empty for what all have
   */
  public record Question(String server, String caller, String tool) {}

  /**
   * Shows it.
   *
   * @throws TrailException if the tool was never seen
   */
  public Shown<PinView> ask(Visit visit, Question question) throws InterruptedException {
    Permit permit = visit.permit(Right.READ);
    PinView view = PinView.whole(find(pins, question), pins);
    return accesses.read(permit, "pin", List.of()).shows(view);
  }

  static Pin find(Pins pins, Question question) {
    return pins.findExactly(question.server(), question.caller(), question.tool())
        .orElseThrow(() ->
            TrailException.of(
                TrailException.Code.NOT_FOUND,
                "tool: never seen (expected: one of ListPins, with its caller if it has one)"));
  }
}
