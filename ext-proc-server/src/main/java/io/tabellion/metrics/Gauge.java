package io.tabellion.metrics;

import java.util.function.DoubleSupplier;

/**
 * Something that is measured when it is asked for.
 *
 * @param text name; metrics put {@code tabellion_} before it
 * @param help one line for people
 * @param value read by any thread, never blocking
 */
public record Gauge(String text, String help, DoubleSupplier value) {}
