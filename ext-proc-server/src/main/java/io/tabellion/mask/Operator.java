package io.tabellion.mask;

/** What stands in the place of a value that is masked. All values are immutable. */
public sealed interface Operator {

  /** Nothing: the characters are taken out. */
  record Redact() implements Operator {}

  /**
   * A text; {@code [NAME]} of the detector is the usual one.
   *
   * @param text at most {@value #LONGEST} characters, so that masking lengthens within bounds
   */
  record Replace(String text) implements Operator {
    public static final int LONGEST = 128;

    public Replace {
      if (text.length() > LONGEST) {
        throw new IllegalArgumentException(
            "replace: %d characters (expected: at most %d)".formatted(text.length(), LONGEST));
      }
    }
  }

  /**
   * Its last characters, the others as stars (digits of a number as 0). A value of twice as many
   * characters or fewer loses all: too much of it would be left.
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

  /** A keyed hash: equal values stay equal for ever, within one log. */
  record Hash() implements Operator {}

  /** A keyed pseudonym: equal values stay equal for one tenant in one epoch. */
  record Pseudonym() implements Operator {}

  /** A reversible pseudonym (AES-SIV, RFC 5297), which may be turned back on the request path. */
  record Token() implements Operator {}

  /** Other digits or letters in the same form (FF1), where there are enough to choose from. */
  record FormatPreserving() implements Operator {}
}
