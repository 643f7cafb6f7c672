package io.tabellion.detect.engine;

/** What makes the engine ask a detector: it is not asked anywhere else. */
public sealed interface Trigger {

  /**
   * A literal.
   *
   * @param text at least one character; ASCII if its case counts
   * @param anyCase whether upper and lower case are the same
   */
  record Keyword(String text, boolean anyCase) implements Trigger {
    public Keyword {
      if (text.isEmpty() || (!anyCase && !text.chars().allMatch(c -> c < 128))) {
        throw new IllegalArgumentException("keyword: " + text + " (expected: ASCII, not empty)");
      }
    }
  }

  /**
   * A maximal run of digits.
   *
   * @param min fewest digits
   * @param max most digits
   * @param before what stands before the run
   * @param follow characters of which one follows the run: of {@code . : - space / )}, {@code A}
   *     for any letter, {@code *} for anything else and the end
   */
  record Digits(int min, int max, Before before, String follow) implements Trigger {
    public Digits {
      if (min < 1 || max < min) {
        throw new IllegalArgumentException(
            "max: " + max + " (expected: at least min, " + min + ")");
      }
    }
  }

  /** What stands before a run of digits. */
  enum Before {
    /** Letters, and no digit before them: the first digits of a word. */
    LETTER,
    NO_LETTER,
    ANY
  }

  /** Returns the trigger for {@code text} in any case. */
  static Trigger word(String text) {
    return new Keyword(text, true);
  }

  /** Returns the trigger for exactly {@code text}. */
  static Trigger literal(String text) {
    return new Keyword(text, false);
  }
}
