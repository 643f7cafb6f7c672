package io.tabellion.detect.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Words near a candidate that make it more or less likely.
 *
 * <p>A word counts within {@link #BEFORE} bytes before and {@link #AFTER} bytes after the
 * candidate, in any case, if it starts where a word starts (camel case and underscores are seen);
 * words of up to four bytes must end where a word ends too. The best and the worst weight found are
 * added to the validator's score.
 *
 * <p>Immutable.
 */
public record Context(List<Word> words) {
  public static final int BEFORE = 80;
  public static final int AFTER = 40;

  /** Bytes of the longest words that must end where a word ends. */
  static final int SHORT = 4;

  /** For shapes that need no context. */
  public static final Context NONE = new Context(List.of());

  public Context {
    words = List.copyOf(words);
  }

  /**
   * A word of the context.
   *
   * @param text lower case; may contain spaces
   * @param weight what it adds, −1 to 1
   */
  public record Word(String text, double weight) {
    public Word {
      if (text.isBlank() || !text.chars().noneMatch(Character::isUpperCase)) {
        throw new IllegalArgumentException("word: " + text + " (expected: lower case)");
      }
      if (!(weight >= -1 && weight <= 1)) {
        throw new IllegalArgumentException("weight: " + weight + " (expected: -1 to 1)");
      }
    }
  }

  /** Returns a context of words that all have {@code weight}. */
  public static Context of(double weight, String... words) {
    return NONE.and(weight, words);
  }

  /** Returns this context with more words. */
  public Context and(double weight, String... more) {
    List<Word> all = new ArrayList<>(words);
    for (String word : more) {
      all.add(new Word(word, weight));
    }
    return new Context(all);
  }
}
