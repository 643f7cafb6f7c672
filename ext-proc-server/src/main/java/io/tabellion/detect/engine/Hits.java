package io.tabellion.detect.engine;

/** Where a matcher leaves what it saw. */
public interface Hits {

  /** A range that has the shape; the validator judges it next. */
  void hit(int start, int end);

  /**
   * The matcher need not be asked again for triggers before {@code index}: it has read up to there.
   * Keeps the work linear where many triggers fall into one candidate.
   */
  void quietUntil(int index);
}
