package io.tabellion.detect.engine;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/**
 * What was found in one text, numbers side by side: an object for each would be a good part of what
 * a text costs that is full of values. Confined to one scan until it is handed out.
 */
final class Candidates extends AbstractList<Candidate> implements RandomAccess {
  private static final int FIRST = 8;

  private int[] places = {};
  private double[] scores = {};
  private int size;
  private boolean apart = true;

  /** Adds a candidate; parameters as {@link Candidate} has them. */
  void add(int detector, int start, int end, double score) {
    if (size == scores.length) {
      int room = Math.max(FIRST, 2 * size);
      places = Arrays.copyOf(places, 3 * room);
      scores = Arrays.copyOf(scores, room);
    }
    apart &= size == 0 || places[3 * size - 1] <= start;
    places[3 * size] = detector;
    places[3 * size + 1] = start;
    places[3 * size + 2] = end;
    scores[size++] = score;
  }

  /** Returns whether the candidates are in order and none overlaps the next. */
  boolean areApart() {
    return apart;
  }

  @Override
  public Candidate get(int index) {
    int at = 3 * index;
    return new Candidate(places[at], places[at + 1], places[at + 2], scores[index]);
  }

  @Override
  public int size() {
    return size;
  }
}
