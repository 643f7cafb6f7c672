package io.tabellion.mask.rule;

/**
 * What stands in the place of a value that is masked. All values are immutable.
 *
 * <p>A value keeps its JSON type: a number becomes 0 or other digits, a boolean {@code false}, null
 * stays.
 */
public sealed interface Operator {

  /** Nothing: the characters are taken out. */
  record Redact() implements Operator {}

  /**
   * A text.
   *
   * @param text at most {@value #LONGEST} characters; {@code {detector}} in it stands for the name
   *     of the detector
   */
  record Replace(String text) implements Operator {
    /** The name of the detector in brackets, as in {@code [EMAIL]}. */
    public static final Replace NAMED = new Replace("[{detector}]");

    public static final int LONGEST = 128;

    private static final String DETECTOR = "{detector}";

    public Replace {
      if (text.length() > LONGEST) {
        throw new IllegalArgumentException(
            "replace: %d characters (expected: at most %d)".formatted(text.length(), LONGEST));
      }
    }

    /** Returns what stands in the place of something that this detector found. */
    public String by(String detector) {
      return equals(NAMED) ? '[' + detector + ']' : text.replace(DETECTOR, detector);
    }
  }

  /**
   * Its last letters and digits, the others as stars; of a number the last digits. A value of twice
   * as many or fewer loses all: too much of it would be left.
   *
   * @param count 1 to 8
   */
  record KeepLast(int count) implements Operator {
    public KeepLast {
      if (count < 1 || count > 8) {
        throw new IllegalArgumentException("keepLast: " + count + " (expected: 1 to 8)");
      }
    }
  }

  /** A keyed hash of the exact characters: equal values stay equal for ever, within one log. */
  record Hash() implements Operator {}

  /** A keyed pseudonym: equal values, however they are written, stay equal for one epoch. */
  record Pseudonym() implements Operator {}

  /** A reversible pseudonym (AES-SIV, RFC 5297), which can be turned back on the request path. */
  record Token() implements Operator {}

  /** Other digits or letters in the same form (FF1), where there are enough to choose from. */
  record FormatPreserving() implements Operator {}

  /**
   * How much is left to see, to choose between two operators that want the same characters: none,
   * whether values are equal, a way back for who has the key, some characters.
   */
  default int shows() {
    return switch (this) {
      case Redact _, Replace _ -> 0;
      case Hash _, Pseudonym _ -> 1;
      case Token _, FormatPreserving _ -> 2;
      case KeepLast(int count) -> 2 + count;
    };
  }
}
