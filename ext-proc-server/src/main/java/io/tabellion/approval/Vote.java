package io.tabellion.approval;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one person said of a request.
 *
 * <p>Immutable and thread-safe.
 *
 * @param who said it
 * @param at when
 * @param reason in their words, masked as it is kept; null if they gave none
 */
public record Vote(Person who, Instant at, @Nullable String reason) {}
