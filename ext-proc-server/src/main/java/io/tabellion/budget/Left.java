package io.tabellion.budget;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a budget at a moment: a token bucket that fills up in a minute. Where there is
 * none, all is left.
 *
 * <p>Immutable and thread-safe.
 *
 * @param of the whole budget
 * @param calls left; below 0 after more was brought than was left
 * @param bytes left, likewise
 * @param at when that was so
 */
record Left(Budget of, double calls, double bytes, Instant at) {
  private static final double MINUTE = Duration.ofMinutes(1).toNanos();

  /**
   * Clocks of replicas may differ by this. One that goes back further was set back: then nobody
   * waits until it is as late again.
   */
  private static final Duration SKEW = Duration.ofSeconds(5);

  /** What is left of a budget now. */
  static Left now(Budget of, @Nullable Left before, Instant now) {
    return before == null ? all(of, now) : before.filled(now);
  }

  private static Left all(Budget of, Instant now) {
    return new Left(of, (double) of.calls(), (double) of.bytes(), now);
  }

  private Left filled(Instant now) {
    if (!now.isAfter(at)) {
      return now.plus(SKEW).isBefore(at) ? all(of, now) : this;
    }
    double part = Duration.between(at, now).toNanos() / MINUTE;
    return new Left(
        of,
        grown(calls, part * of.calls(), of.calls()),
        grown(bytes, part * of.bytes(), of.bytes()),
        now);
  }

  private static double grown(double before, double more, long most) {
    return Math.min((double) most, before + more);
  }

  /** Whether that much is left. */
  boolean has(long wantedCalls, long wantedBytes) {
    return calls >= wantedCalls && bytes >= wantedBytes;
  }

  /** What is left afterwards; negative numbers give back. */
  Left without(long takenCalls, long takenBytes) {
    return new Left(
        of,
        grown(calls, (double) -takenCalls, of.calls()),
        grown(bytes, (double) -takenBytes, of.bytes()),
        at);
  }

  /** Whether all is left at a time: then there is nothing to remember. */
  boolean isAll(Instant now) {
    Left then = filled(now);
    return then.calls >= of.calls() && then.bytes >= of.bytes();
  }
}
