package io.tabellion.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The counters since start. Thread-safe. */
public final class Metrics {
  private final Map<Counter, LongAdder> counters = new EnumMap<>(Counter.class);

  public Metrics() {
    for (Counter counter : Counter.values()) {
      counters.put(counter, new LongAdder());
    }
  }

  public void increment(Counter counter) {
    adder(counter).increment();
  }

  public long get(Counter counter) {
    return adder(counter).sum();
  }

  private LongAdder adder(Counter counter) {
    LongAdder adder = counters.get(counter);
    if (adder == null) {
      throw new AssertionError(counter);
    }
    return adder;
  }
}
