package io.tabellion.policy.cel;

/**
 * A part of a condition and what came of it.
 *
 * @param text the part, as CEL is written
 * @param value for people, cut; what is not known is never shown
 */
public record Part(String text, String value) {}
