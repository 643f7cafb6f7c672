package io.tabellion.http;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One thing that must be so before calls are sent here.
 *
 * @param name for people, e.g. {@code log}
 * @param problem why it is not so, in a few words; null if it is; asked by any thread, never
 *     blocking
 */
public record Readiness(String name, Supplier<@Nullable String> problem) {}
