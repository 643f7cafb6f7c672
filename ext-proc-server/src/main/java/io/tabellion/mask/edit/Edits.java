package io.tabellion.mask.edit;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What is to be replaced in the texts of one tree, for one leg. Not thread-safe. */
public final class Edits {
  private static final Spans NONE = new Spans();

  private final Map<Integer, Spans> spans = new HashMap<>();

  /** The site that was added to last: a text has many values, one after another. */
  private int last = -1;

  private Spans ofLast = NONE;

  /**
   * Adds a span.
   *
   * @param site number of the name or value in its tree, in the order of the walk
   * @param like what it is but for its place
   */
  void add(int site, int start, int end, Span like) {
    if (site != last) {
      ofLast = spans.computeIfAbsent(site, _ -> new Spans());
      last = site;
    }
    ofLast.add(start, end, like);
  }

  public boolean isEmpty() {
    return spans.isEmpty();
  }

  /** Returns the spans of a name or value in order; those that overlap became one. */
  public Spans at(int site) {
    return spans.getOrDefault(site, NONE).joined();
  }

  /** Returns the sites that have spans. */
  public Set<Integer> sites() {
    return spans.keySet();
  }
}
