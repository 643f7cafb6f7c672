package io.tabellion.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Wall and monotonic clock side by side, and whether one stepped against the other.
 *
 * <p>{@link #now} is thread-safe; the rest belongs to the writer.
 */
final class LogClock {
  /** What the wall clock may move without an entry. */
  static final Duration STEP = Duration.ofSeconds(1);

  private final InstantSource wall;
  private final LongSupplier nanos;
  private final long start;
  private @Nullable Instant origin; // wall clock at monotonic zero, as of the last settled moment

  LogClock(InstantSource wall, LongSupplier nanos) {
    this.wall = wall;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
  }

  LeafText.Moment now() {
    return new LeafText.Moment(
        wall.instant().truncatedTo(ChronoUnit.MICROS), nanos.getAsLong() - start);
  }

  EntryId nextId() {
    return EntryId.next(wall);
  }

  /** How far the wall clock moved against the other since {@link #settle}; zero up to 1 s. */
  Duration step(LeafText.Moment moment) {
    Duration moved = origin == null ? Duration.ZERO : Duration.between(origin, originOf(moment));
    return moved.abs().compareTo(STEP) > 0 ? moved : Duration.ZERO;
  }

  void settle(LeafText.Moment moment) {
    origin = originOf(moment);
  }

  private static Instant originOf(LeafText.Moment moment) {
    return moment.wall().minusNanos(moment.mono());
  }
}
