package io.tabellion.bench.masking;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The middle one of what was measured several times. */
final class Medians {

  private Medians() {}

  /** Returns the median of each shape's values; of an even number the mean of the middle two. */
  static Map<String, Double> of(Map<String, double[]> values) {
    Map<String, Double> medians = new LinkedHashMap<>();
    values.forEach((shape, all) -> medians.put(shape, median(all)));
    return medians;
  }

  /** Returns some values and others behind them. */
  static double[] joined(double[] some, double[] others) {
    double[] all = Arrays.copyOf(some, some.length + others.length);
    System.arraycopy(others, 0, all, some.length, others.length);
    return all;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
