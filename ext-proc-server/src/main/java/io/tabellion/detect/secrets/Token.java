package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import java.util.ArrayList;
import java.util.List;

/**
 * The tokens of one provider: by their own shape, or by their length where the provider's name
 * stands in the name that they are assigned to.
 *
 * @param name the detector's
 * @param shapes shapes that say enough
 * @param assigned values that only count behind a name
 */
record Token(String name, List<Shape> shapes, List<Assigned> assigned) {
  /** Fewest different signs; placeholders of one letter repeated have less. */
  private static final int DISTINCT = 6;

  /**
   * @param word what the name has in it, lower case
   * @param set the signs of the value
   * @param min its least length
   * @param max its greatest length
   */
  record Assigned(String word, CharSet set, int min, int max) {}

  Token {
    shapes = List.copyOf(shapes);
    assigned = List.copyOf(assigned);
  }

  static Token of(String name, Shape... shapes) {
    return new Token(name, List.of(shapes), List.of());
  }

  Token assigned(String word, CharSet set, int min, int max) {
    List<Assigned> more = new ArrayList<>(assigned);
    more.add(new Assigned(word, set, min, max));
    return new Token(name, shapes, more);
  }

  Detector detector(String rule, String source) {
    List<Trigger> triggers = new ArrayList<>();
    shapes.forEach(shape -> triggers.add(Trigger.literal(shape.literal())));
    assigned.forEach(value -> triggers.add(Trigger.word(value.word())));
    return new Detector(
        name,
        Kind.SECRET,
        rule,
        source,
        triggers,
        longest(),
        this::match,
        Token::score,
        Context.NONE);
  }

  private int longest() {
    int shape = shapes.stream().mapToInt(Shape::longest).max().orElse(0);
    return Math.max(shape, assigned.stream().mapToInt(Assigned::max).max().orElse(0));
  }

  private void match(Text text, int from, int to, Hits hits) {
    for (Shape shape : shapes) {
      if (shape.literal().length() == to - from && text.has(from, shape.literal())) {
        int start = shape.start(text, from);
        int end = start < 0 ? -1 : shape.end(text, to);
        if (end > 0) {
          hits.hit(start, end);
        }
      }
    }
    for (Assigned value : assigned) {
      if (value.word().length() == to - from && text.hasIgnoringCase(from, value.word())) {
        matchAssigned(text, from, to, value, hits);
      }
    }
  }

  private static void matchAssigned(Text text, int from, int to, Assigned value, Hits hits) {
    Assignment found = Assignment.at(text, from, to);
    int length = found.length();
    if (length >= value.min()
        && length <= value.max()
        && text.runEnd(found.start(), value.set(), length) == found.end()
        && Entropy.has(text, found.start(), found.end(), CharSet.DIGIT)) {
      hits.hit(found.start(), found.end());
    }
  }

  private static double score(Text text, int start, int end) {
    if (Entropy.distinct(text, start, end) < DISTINCT || hasLongRun(text, start, end)) {
      return 0;
    }
    return 0.9;
  }

  /** Returns whether one sign stands eight times in a row: a placeholder. */
  private static boolean hasLongRun(Text text, int start, int end) {
    int run = 1;
    for (int i = start + 1; i < end; i++) {
      run = text.at(i) == text.at(i - 1) ? run + 1 : 1;
      if (run == 8 && text.at(i) != 'A') {
        return true;
      }
    }
    return false;
  }
}
