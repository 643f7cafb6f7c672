package io.tabellion.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The counters since start. Thread-safe. */
public final class Metrics {
  private final Map<Counter, LongAdder> counters = new EnumMap<>(Counter.class);
  private final Map<String, LongAdder> masked = new ConcurrentHashMap<>();

  public Metrics() {
    for (Counter counter : Counter.values()) {
      counters.put(counter, new LongAdder());
    }
  }

  public void increment(Counter counter) {
    adder(counter).increment();
  }

  /**
   * Counts values that were masked.
   *
   * @param detector by its name; of a closed set, so that they are few
   */
  public void masked(String detector, int values) {
    masked.computeIfAbsent(detector, _ -> new LongAdder()).add(values);
  }

  /** How many values were masked, by detector. */
  public Map<String, Long> masked() {
    Map<String, Long> counts = new TreeMap<>();
    masked.forEach((detector, count) -> counts.put(detector, count.sum()));
    return counts;
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
