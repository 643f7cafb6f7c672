package io.tabellion.mask.edit;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.RandomAccess;

/**
 * Spans of one text. Their places stand side by side, and spans that differ in nothing else share
 * an object: a text may have a hundred thousand of them. A {@link Span} is made when it is asked
 * for.
 *
 * <p>Not thread-safe: it belongs to one walk.
 */
public final class Spans extends AbstractList<Span> implements RandomAccess {
  private static final int FIRST = 4;

  private int[] places = {};
  private Span[] likes = {};
  private int size;

  /** Whether they are in order and none overlaps the next. */
  private boolean apart = true;

  @Override
  public boolean add(Span span) {
    add(span.start(), span.end(), span);
    return true;
  }

  /**
   * Adds a span.
   *
   * @param like what it is but for its place
   */
  void add(int start, int end, Span like) {
    if (size == likes.length) {
      int room = Math.max(FIRST, 2 * size);
      places = Arrays.copyOf(places, 2 * room);
      likes = Arrays.copyOf(likes, room);
    }
    apart &= size == 0 || places[2 * size - 1] <= start;
    places[2 * size] = start;
    places[2 * size + 1] = end;
    likes[size++] = like;
  }

  @Override
  public int size() {
    return size;
  }

  /** Index of the first character of a span. */
  public int start(int index) {
    return places[2 * index];
  }

  /** Index behind the last character of a span. */
  public int end(int index) {
    return places[2 * index + 1];
  }

  /** Returns what a span is but for its place. */
  public Span like(int index) {
    return likes[index];
  }

  @Override
  public Span get(int index) {
    if (index >= size) {
      throw new IndexOutOfBoundsException(index);
    }
    return likes[index].at(start(index), end(index));
  }

  /** Returns these and others in order; those that overlap became one. */
  public Spans with(List<Span> others) {
    Spans all = new Spans();
    all.addAll(this);
    all.addAll(others);
    return all.joined();
  }

  /** Returns these in order; those that overlap became one. */
  Spans joined() {
    if (apart) {
      return this;
    }
    Span[] sorted = toArray(Span[]::new);
    Arrays.sort(sorted, Comparator.comparingInt(Span::start));
    Spans joined = new Spans();
    Span last = sorted[0];
    for (int i = 1; i < sorted.length; i++) {
      if (last.end() <= sorted[i].start()) {
        joined.add(last);
        last = sorted[i];
      } else {
        last = last.and(sorted[i]);
      }
    }
    joined.add(last);
    return joined;
  }
}
