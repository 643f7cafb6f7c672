package io.tabellion.mask;

import io.tabellion.mask.MaskRule.Where;
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
final class Marks {
  private final Edits sent = new Edits();
  private final Edits kept = new Edits();
  private final Map<Integer, Set<String>> split = new HashMap<>();

  void add(int site, Span span, Where where) {
    kept.add(site, span);
    if (where == Where.BOTH) {
      sent.add(site, span);
    }
  }

  /** A value goes on here of which a part went out with the message before. */
  void split(int site, String detector) {
    split.computeIfAbsent(site, _ -> new HashSet<>()).add(detector);
  }

  Edits sent() {
    return sent;
  }

  Edits kept() {
    return kept;
  }

  /** What was found that goes on, by site. */
  Map<Integer, Set<String>> split() {
    return split;
  }
}
