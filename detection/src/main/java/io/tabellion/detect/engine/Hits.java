package io.tabellion.detect.engine;

/** Where a matcher leaves what it saw. */
public interface Hits {

  /** A range that has the shape; the validator judges it next. */
  void hit(int start, int end);

  /**
   * A range that has the shape and was judged: the validator is not asked.
   *
   * @param score as {@link Validator#score} gives it
   */
  void hit(int start, int end, double score);

  /**
   * Returns whether what starts with the digits that the matcher was asked for can count, by its
   * score and the words near it; false is sure.
   *
   * @param most what its score is at most
   */
  boolean canCount(double most);

  /**
   * The matcher need not be asked again for triggers before {@code index}: it has read up to there.
   * Keeps the work linear where many triggers fall into one candidate.
   */
  void quietUntil(int index);
}
