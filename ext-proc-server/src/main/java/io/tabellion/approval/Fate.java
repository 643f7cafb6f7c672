package io.tabellion.approval;

import io.tabellion.mask.Masked;

/**
 * What a message becomes by a decision.
 *
 * @param message as it is judged then
 * @param masked what of it goes on then, and what is kept
 */
public record Fate<M>(M message, Masked masked) {}
