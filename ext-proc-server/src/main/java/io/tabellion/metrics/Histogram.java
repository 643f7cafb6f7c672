package io.tabellion.metrics;

import java.util.concurrent.atomic.LongAdder;

/**
 * How often something took how long, in fixed buckets from 10 µs to 10 s.
 *
 * <p>Thread-safe. Adding takes no lock and makes no object.
 */
public final class Histogram {
  /** Upper bounds of the buckets but the last, in nanoseconds: 10, 25, 50 of each power of ten. */
  private static final long[] BOUNDS = {
    10_000L,
    25_000L,
    50_000L,
    100_000L,
    250_000L,
    500_000L,
    1_000_000L,
    2_500_000L,
    5_000_000L,
    10_000_000L,
    25_000_000L,
    50_000_000L,
    100_000_000L,
    250_000_000L,
    500_000_000L,
    1_000_000_000L,
    2_500_000_000L,
    5_000_000_000L,
    10_000_000_000L
  };

  private static final double NANOS = 1e9;

  private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
  private final LongAdder sum = new LongAdder();

  Histogram() {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  /** Adds a duration. */
  public void add(long nanos) {
    int bucket = 0;
    while (bucket < BOUNDS.length && nanos > BOUNDS[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    sum.add(nanos);
  }

  /** Upper bounds of the buckets in seconds; the last one is infinite. */
  public static double[] bounds() {
    double[] seconds = new double[BOUNDS.length + 1];
    for (int i = 0; i < BOUNDS.length; i++) {
      seconds[i] = BOUNDS[i] / NANOS;
    }
    seconds[BOUNDS.length] = Double.POSITIVE_INFINITY;
    return seconds;
  }

  /** How many durations each bucket has, those of the buckets before not counted again. */
  public long[] counts() {
    long[] values = new long[counts.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = counts[i].sum();
    }
    return values;
  }

  /** All durations together, in seconds. */
  public double seconds() {
    return sum.sum() / NANOS;
  }
}
