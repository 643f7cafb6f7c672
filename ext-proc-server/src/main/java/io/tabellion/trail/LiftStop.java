package io.tabellion.trail;

import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.state.Changes;
import io.tabellion.state.StaleException;
import io.tabellion.stop.Stop;
import io.tabellion.stop.StopSwitch;
import io.tabellion.stop.Stops;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Lifts a stop. One {@code stop.lifted}, with which it holds no more; it says how many messages the
 * stop refused.
 *
 * <p>Thread-safe. Blocks its caller.
 */
public final class LiftStop {
  private static final int SHOWN = 20;
  private static final int LONGEST_ID = 32;

  private final Stops stops;
  private final Accesses accesses;

  LiftStop(StopSwitch operated, Accesses accesses) {
    this.stops = operated.stops();
    this.accesses = accesses;
  }

  /**
   * Lifts it, and shows it as it was.
   *
   * @throws TrailException if there is none of this id, or it cannot be recorded
   */
  public Shown<StopView> ask(Visit visit, String id) throws InterruptedException {
    Permit permit = visit.permit(Right.STOP);
    try {
      for (int attempt = 1; attempt <= SetStop.MOST_ATTEMPTS; attempt++) {
        try {
          return lift(permit, id);
        } catch (StaleException e) {
          // It refused another message, or others lifted it: it is looked at again.
        }
      }
      throw TrailException.of(
          TrailException.Code.UNAVAILABLE,
          "stop: not lifted, others were faster (expected: try again)");
    } catch (AuditUnavailableException e) {
      throw SetStop.notRecorded("lifted", e);
    } finally {
      stops.look();
    }
  }

  private Shown<StopView> lift(Permit permit, String id) throws InterruptedException {
    Stop stop = stops.look().named(id).orElseThrow(() -> unknown(id));
    long refused = stops.refused(id);
    Changes changes = stops.changes();
    Stops.end(stop, refused, changes);
    return accesses
        .lifted(permit, stop, refused, stops, changes)
        .shows(new StopView(stop, refused));
  }

  private TrailException unknown(String id) {
    List<Stop> hold = stops.look().stops();
    String known =
        hold.isEmpty()
            ? "none; no stop holds"
            : "one of "
                + hold.stream().limit(SHOWN).map(Stop::id).collect(Collectors.joining(", "))
                + (hold.size() > SHOWN ? " and %d more".formatted(hold.size() - SHOWN) : "");
    String shown = id.matches("[A-Za-z0-9._-]{1," + LONGEST_ID + "}") ? id : "no id";
    return TrailException.of(
        TrailException.Code.NOT_FOUND, "id: %s (expected: %s)".formatted(shown, known));
  }
}
