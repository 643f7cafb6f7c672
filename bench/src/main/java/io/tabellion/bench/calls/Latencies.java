package io.tabellion.bench.calls;

import org.HdrHistogram.Histogram;

/** Durations in nanoseconds, kept to three significant digits. Not thread-safe. */
final class Latencies {
  private static final int DIGITS = 3;

  private final Histogram histogram = new Histogram(DIGITS);

  void add(long duration) {
    histogram.recordValue(duration);
  }

  void addAll(Latencies others) {
    histogram.add(others.histogram);
  }

  int size() {
    return Math.toIntExact(histogram.getTotalCount());
  }

  /** Returns the smallest duration that this share of all does not exceed; 0 if there are none. */
  long percentile(double share) {
    return histogram.getValueAtPercentile(100 * share);
  }
}
