package io.tabellion.mask.stream;

/**
 * Characters of a text that were masked because a value goes on in them, or may. Nothing of the
 * text is in it.
 *
 * @param site number of the text in its message
 * @param from index of the first UTF-16 code unit
 * @param to index after the last one
 * @param detector what was found, or {@code Span.CUT}
 * @param score of what was found
 */
public record Cut(int site, int from, int to, String detector, double score) {}
