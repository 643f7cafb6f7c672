package io.tabellion.http;

import java.util.function.BooleanSupplier;

/**
 * One thing that must be so before calls are sent here.
 *
 * @param name for people, e.g. {@code log}
 * @param ready asked by any thread, never blocking
 */
public record Readiness(String name, BooleanSupplier ready) {}
