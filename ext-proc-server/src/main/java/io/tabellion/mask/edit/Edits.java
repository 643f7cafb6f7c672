package io.tabellion.mask.edit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is to be replaced in the texts of one tree, for one leg. Not thread-safe. */
public final class Edits {
  private final Map<Integer, List<Span>> spans = new HashMap<>();

  /** The site that was added to last: a text has many values, one after another. */
  private int last = -1;

  private List<Span> ofLast = List.of();

  /**
   * Adds a span.
   *
   * @param site number of the name or value in its tree, in the order of the walk
   */
  void add(int site, Span span) {
    if (site != last) {
      ofLast = spans.computeIfAbsent(site, _ -> new ArrayList<>(1));
      last = site;
    }
    ofLast.add(span);
  }

  public boolean isEmpty() {
    return spans.isEmpty();
  }

  /** Returns the spans of a name or value in order; those that overlap became one. */
  public List<Span> at(int site) {
    return join(spans.getOrDefault(site, List.of()));
  }

  /** Returns the sites that have spans. */
  public Set<Integer> sites() {
    return spans.keySet();
  }

  /** Joins spans that overlap. */
  public static List<Span> join(List<Span> all) {
    if (areApart(all)) {
      return all;
    }
    List<Span> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparingInt(Span::start));
    List<Span> joined = new ArrayList<>();
    for (Span span : sorted) {
      if (joined.isEmpty() || joined.getLast().end() <= span.start()) {
        joined.add(span);
      } else {
        joined.add(joined.removeLast().and(span));
      }
    }
    return joined;
  }

  /** Whether the spans are in order and none overlaps the next. */
  private static boolean areApart(List<Span> all) {
    for (int i = 1; i < all.size(); i++) {
      if (all.get(i - 1).end() > all.get(i).start()) {
        return false;
      }
    }
    return true;
  }
}
