package io.tabellion.detect.engine;

/** Checksum and structure of a range that has the shape. Stateless. */
@FunctionalInterface
public interface Validator {

  /**
   * Returns how sure the range is without looking around it, 0 (it is not that) to 1. The context
   * adds to it.
   */
  double score(Text text, int start, int end);

  /** Of detectors whose matcher judges what it finds; nothing is judged by this. */
  Validator BY_MATCHER =
      (text, start, end) -> {
        throw new IllegalStateException("score: none (expected: one from the matcher)");
      };

  /** Returns a validator for shapes that say enough by themselves. */
  static Validator always(double score) {
    return (text, start, end) -> score;
  }
}
