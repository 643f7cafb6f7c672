package io.tabellion.metrics;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** The counters and timings since start. Thread-safe. */
public final class Metrics {
  private final Map<Counter, LongAdder> counters = new EnumMap<>(Counter.class);
  private final Map<Timing, Histogram> timings = new EnumMap<>(Timing.class);
  private final Map<Tally, Map<List<String>, LongAdder>> tallies = new EnumMap<>(Tally.class);
  private final Map<Tally, Map<String, Boolean>> names = new EnumMap<>(Tally.class);
  private final Map<String, Reload> reloads = new ConcurrentSkipListMap<>();

  public Metrics() {
    for (Counter counter : Counter.values()) {
      counters.put(counter, new LongAdder());
    }
    for (Timing timing : Timing.values()) {
      timings.put(timing, new Histogram());
    }
    for (Tally tally : Tally.values()) {
      tallies.put(tally, new ConcurrentHashMap<>());
      names.put(tally, new ConcurrentHashMap<>());
    }
    for (String reason : List.of("disk", "memory", "budget")) {
      series(Tally.NO_ROOM, reason); // shown before anything is refused, so that alerts see it rise
    }
  }

  public void increment(Counter counter) {
    adder(counter).increment();
  }

  public long get(Counter counter) {
    return adder(counter).sum();
  }

  /** The histogram of what is timed. */
  public Histogram timing(Timing timing) {
    Histogram histogram = timings.get(timing);
    if (histogram == null) {
      throw new AssertionError(timing);
    }
    return histogram;
  }

  /**
   * Adds the time since {@code begun}.
   *
   * @param begun as {@link System#nanoTime} said it
   * @return what it says now
   */
  public long time(Timing timing, long begun) {
    long now = System.nanoTime();
    timing(timing).add(now - begun);
    return now;
  }

  /**
   * What counts a series, to be kept by whoever counts often.
   *
   * @param values of the labels, in their order; {@value Tally#MOST} different first ones are
   *     counted by themselves, all others together as {@link Tally#OTHER}
   */
  public LongAdder series(Tally tally, String... values) {
    String[] bounded = values.clone();
    bounded[0] = bounded(tally, values[0]);
    return of(tallies, tally).computeIfAbsent(List.of(bounded), _ -> new LongAdder());
  }

  /** What was counted, by the values of the labels. */
  public Map<List<String>, Long> counts(Tally tally) {
    Map<List<String>, Long> counts = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    of(tallies, tally).forEach((values, count) -> counts.put(values, count.sum()));
    return counts;
  }

  /**
   * Counts values that were masked.
   *
   * @param detector by its name; of a closed set, so that they are few
   */
  public void masked(String detector, int values) {
    series(Tally.MASKED, detector).add(values);
  }

  /** How many values were masked, by detector. */
  public Map<String, Long> masked() {
    Map<String, Long> masked = new TreeMap<>();
    counts(Tally.MASKED).forEach((values, count) -> masked.put(values.getFirst(), count));
    return masked;
  }

  /**
   * How reading some files again went.
   *
   * @param files what they are, e.g. {@code policy}; of a closed set
   * @param started when they were read the first time, if this is asked the first time
   */
  public Reload reload(String files, Instant started) {
    return reloads.computeIfAbsent(
        files,
        _ ->
            new Reload(
                series(Tally.RELOADS, files, "taken"),
                series(Tally.RELOADS, files, "refused"),
                started));
  }

  /** Files that are read again, by what they are. */
  public Map<String, Reload> reloads() {
    return Map.copyOf(reloads);
  }

  private String bounded(Tally tally, String value) {
    Map<String, Boolean> known = of(names, tally);
    if (known.containsKey(value)) {
      return value;
    }
    if (known.size() >= Tally.MOST) {
      return Tally.OTHER;
    }
    known.put(value, true);
    return value;
  }

  private static <V> V of(Map<Tally, V> all, Tally tally) {
    V found = all.get(tally);
    if (found == null) {
      throw new AssertionError(tally);
    }
    return found;
  }

  private LongAdder adder(Counter counter) {
    LongAdder adder = counters.get(counter);
    if (adder == null) {
      throw new AssertionError(counter);
    }
    return adder;
  }
}
