package io.tabellion.trail;

import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.state.Changes;
import io.tabellion.state.StaleException;
import io.tabellion.stop.Selector;
import io.tabellion.stop.Stop;
import io.tabellion.stop.StopSwitch;
import io.tabellion.stop.Stops;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sets a stop. One {@code stop.set}, with which it holds; then what is open and matches is ended.
 *
 * <p>Thread-safe. Blocks its caller.
 */
public final class SetStop {
  /** Times that a stop is tried; each time but the last another one was faster. */
  static final int MOST_ATTEMPTS = 1_000;

  private static final Duration LONGEST = Duration.ofDays(3_660);

  private final StopSwitch operated;
  private final Accesses accesses;

  SetStop(StopSwitch operated, Accesses accesses) {
    this.operated = operated;
    this.accesses = accesses;
  }

  /**
   * What is to be stopped, as somebody typed it; an empty text is left out.
   *
   * @param all everything
   */
  public record What(String principal, String issuer, String server, String tool, boolean all) {
    Selector selector() {
      try {
        return Selector.of(principal, issuer, server, tool, all);
      } catch (Selector.WrongException e) {
        throw TrailException.invalid(e.part(), e.problem(), e.expected());
      }
    }
  }

  /**
   * What is asked.
   *
   * @param lasting how long it is to hold; null until it is lifted
   */
  public record Question(What what, String reason, @Nullable Duration lasting) {}

  /**
   * What was done.
   *
   * @param open exchanges that matched as it was set
   */
  public record Answer(StopView view, int open) {}

  /**
   * Sets it.
   *
   * @throws TrailException if nothing can be stopped so, or it cannot be recorded
   */
  public Shown<Answer> ask(Visit visit, Question question) throws InterruptedException {
    Permit permit = visit.permit(Right.STOP);
    Selector selector = question.what().selector();
    if (question.reason().isBlank()) {
      throw TrailException.invalid("reason", "empty", "why, in a sentence");
    }
    Duration lasting = question.lasting();
    if (lasting != null && (!lasting.isPositive() || lasting.compareTo(LONGEST) > 0)) {
      throw TrailException.invalid("duration", "not one", "more than nothing, up to 3660 days");
    }
    if (operated.stops().look().stops().size() >= StopSwitch.MOST) {
      throw TrailException.of(
          TrailException.Code.EXHAUSTED,
          "stops: %d hold (expected: fewer; lift some, or stop more with one)"
              .formatted(StopSwitch.MOST));
    }
    Stop stop = operated.make(selector, question.reason(), permit.reader().name(), lasting);
    Changes changes = operated.stops().changes();
    Stops.set(stop, changes);
    try {
      Recorded recorded = accesses.set(permit, stop, operated.stops(), changes);
      return recorded.shows(new Answer(new StopView(stop, 0), operated.end(stop)));
    } catch (AuditUnavailableException e) {
      throw notRecorded("set", e);
    } catch (StaleException e) { // the id was given twice at one moment
      throw TrailException.of(
          TrailException.Code.UNAVAILABLE,
          "stop: not set, others were faster (expected: try again)");
    } finally {
      operated.stops().look();
    }
  }

  static TrailException notRecorded(String what, AuditUnavailableException why) {
    return TrailException.of(
        TrailException.Code.UNAVAILABLE,
        "stop: not %s, for it cannot be recorded (log %s); while nothing can be recorded, no call is let through"
            .formatted(what, why.code()));
  }
}
