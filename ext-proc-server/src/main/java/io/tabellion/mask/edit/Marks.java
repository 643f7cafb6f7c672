package io.tabellion.mask.edit;

import io.tabellion.mask.rule.MaskRule.Where;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What is to be masked in one tree: in what is sent, and in what is kept, which is masked wherever
 * the other is.
 *
 * <p>Not thread-safe: it belongs to one walk.
 */
public final class Marks {
  private final Edits sent = new Edits();
  private final Edits kept = new Edits();
  private final Map<Integer, Set<String>> split = new HashMap<>();

  public void add(int site, Span span, Where where) {
    add(site, span.start(), span.end(), span, where);
  }

  /**
   * Adds a span.
   *
   * @param like what it is but for its place
   */
  public void add(int site, int start, int end, Span like, Where where) {
    kept.add(site, start, end, like);
    if (where == Where.BOTH) {
      sent.add(site, start, end, like);
    }
  }

  /** A value goes on here of which a part went out with the message before. */
  public void split(int site, String detector) {
    split.computeIfAbsent(site, _ -> new HashSet<>()).add(detector);
  }

  public Edits sent() {
    return sent;
  }

  public Edits kept() {
    return kept;
  }

  /** What was found that goes on, by site. */
  public Map<Integer, Set<String>> split() {
    return split;
  }
}
