package io.tabellion.metrics;

import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that is measured when it is asked for.
 *
 * @param text name; metrics put {@code tabellion_} before it
 * @param help one line for people
 * @param label name of the label that tells its values apart; null if it has one value
 * @param values by the label's value, which is of a closed set; read by any thread, never blocking
 */
public record Gauge(
    String text, String help, @Nullable String label, Supplier<Map<String, Double>> values) {

  /** One that has one value. */
  public Gauge(String text, String help, DoubleSupplier value) {
    this(text, help, null, () -> Map.of("", value.getAsDouble()));
  }
}
