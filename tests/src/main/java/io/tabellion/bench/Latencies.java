package io.tabellion.bench;

import java.util.Arrays;

/** Durations in nanoseconds, each kept as it was measured. Not thread-safe. */
final class Latencies {
  private long[] nanos = new long[1 << 12];
  private int size;

  void add(long duration) {
    if (size == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * size);
    }
    nanos[size++] = duration;
  }

  void addAll(Latencies others) {
    for (int i = 0; i < others.size; i++) {
      add(others.nanos[i]);
    }
  }

  int size() {
    return size;
  }

  /** Returns the smallest duration that this share of all does not exceed; 0 if there are none. */
  long percentile(double share) {
    if (size == 0) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(nanos, size);
    Arrays.sort(sorted);
    return sorted[Math.max((int) Math.ceil(share * size), 1) - 1];
  }
}
