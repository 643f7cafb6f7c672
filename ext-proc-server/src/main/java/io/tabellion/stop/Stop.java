package io.tabellion.stop;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stop that an operator set.
 *
 * <p>Immutable and thread-safe.
 *
 * @param id short, to be typed by people
 * @param selector what is stopped
 * @param reason why, masked and capped; told to those who are stopped
 * @param by who set it
 * @param from when it was set; what matches is stopped whatever the clock says
 * @param until from when on it does not hold; null if until it is lifted
 */
public record Stop(
    String id, Selector selector, String reason, String by, Instant from, @Nullable Instant until) {

  /** Whether its time is not over. A clock that is set back lets it hold for longer. */
  public boolean holds(Instant now) {
    return until == null || now.isBefore(until);
  }
}
