package io.tabellion.detect.engine;

/**
 * The shape of what a detector looks for, tried where one of its triggers fired. Stateless. Reads
 * no further from the trigger than the detector's longest match.
 */
@FunctionalInterface
public interface Matcher {

  /**
   * Tells {@code hits} what has the shape at the trigger.
   *
   * @param from where the keyword or digit run that fired starts
   * @param to where it ends
   */
  void match(Text text, int from, int to, Hits hits);
}
