package io.tabellion.detect;

import java.util.AbstractList;
import java.util.RandomAccess;

/**
 * Findings of one text, numbers side by side; a {@link Finding} is made when it is asked for. It
 * does not change once it is handed out.
 */
final class FindingList extends AbstractList<Finding> implements RandomAccess {
  private final String[] names;
  private final int[] places;
  private final double[] scores;
  private int size;

  /**
   * @param names of the detectors, by their indexes
   * @param most how many findings there may be
   */
  FindingList(String[] names, int most) {
    this.names = names;
    this.places = new int[3 * most];
    this.scores = new double[most];
  }

  /** Adds a finding; parameters as {@link Finding} has them, but for the detector's index. */
  void add(int detector, int start, int end, double score) {
    places[3 * size] = detector;
    places[3 * size + 1] = start;
    places[3 * size + 2] = end;
    scores[size++] = score;
  }

  @Override
  public Finding get(int index) {
    if (index >= size) {
      throw new IndexOutOfBoundsException(index);
    }
    int at = 3 * index;
    return new Finding(names[places[at]], places[at + 1], places[at + 2], scores[index]);
  }

  @Override
  public int size() {
    return size;
  }
}
