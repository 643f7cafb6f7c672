package io.tabellion.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Something that is measured when it is asked for.
 *
 * @param text name; metrics put {@code tabellion_} before it
 * @param help one line for people
 * @param labels names of the labels that tell its values apart; none if it has one value
 * @param values by the values of the labels, which are of a closed set; read by any thread, never
 *     blocking
 */
public record Gauge(
    String text, String help, List<String> labels, Supplier<Map<List<String>, Double>> values) {

  public Gauge {
    labels = List.copyOf(labels);
  }

  /** One that has one value. */
  public Gauge(String text, String help, DoubleSupplier value) {
    this(text, help, List.of(), () -> Map.of(List.of(), value.getAsDouble()));
  }

  /** One with one label. */
  public Gauge(String text, String help, String label, Supplier<Map<String, Double>> values) {
    this(
        text,
        help,
        List.of(label),
        () -> {
          Map<List<String>, Double> all = new HashMap<>();
          values.get().forEach((value, number) -> all.put(List.of(value), number));
          return all;
        });
  }
}
