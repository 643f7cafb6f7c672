package io.tabellion.mask.edit;

import io.tabellion.mask.rule.Operator;

/**
 * Characters of one text that are to be replaced.
 *
 * @param start index of the first UTF-16 code unit
 * @param end index after the last one
 * @param detector what was found, or {@link #SELECTED}, {@link #WITHHELD} or {@link #CUT}
 * @param typed whether a schema may stand over the text, so that its format is kept
 * @param rule id of the policy rule that wants it; empty if it is not known
 */
public record Span(
    int start, int end, String detector, Operator operator, boolean typed, String rule) {
  /** In the place of a detector's name: a whole value at a selected place. */
  public static final String SELECTED = "SELECTED";

  /** In the place of a detector's name: what could not be read, where a place is selected in it. */
  public static final String WITHHELD = "WITHHELD";

  /** In the place of a detector's name: what could be the rest of a value that nobody knows. */
  public static final String CUT = "CUT";

  /** A piece of text that was masked in its decoded form and is put back. */
  public static final String PIECE = "";

  /** A span of no rule that is known. */
  public Span(int start, int end, String detector, Operator operator, boolean typed) {
    this(start, end, detector, operator, typed, "");
  }

  /**
   * Returns both as one, by the operator that shows less; the first if they show as much. What was
   * found in a piece as it is written goes before what was found in its decoded form.
   */
  public Span and(Span other) {
    boolean less = operator.shows() <= other.operator.shows() && !detector.equals(PIECE);
    boolean first = less || other.detector.equals(PIECE);
    Span chosen = first ? this : other;
    return new Span(
        Math.min(start, other.start),
        Math.max(end, other.end),
        chosen.detector,
        chosen.operator,
        typed,
        chosen.rule);
  }

  /** Returns the same at another place. */
  public Span at(int from, int to) {
    return from == start && to == end ? this : new Span(from, to, detector, operator, typed, rule);
  }

  /** Returns the span with another operator. */
  public Span with(Operator other) {
    return new Span(start, end, detector, other, typed, rule);
  }
}
