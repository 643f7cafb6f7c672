package io.tabellion.detect.personal;

/**
 * Up to fifteen digits, as a number holds them: strings of them would be most of what texts full of
 * numbers cost.
 *
 * @param digits four bits each, the last one lowest
 * @param length how many
 */
record DigitString(long digits, int length) {
  static final int BITS = 4;
  static final int LONGEST = 15;

  private static final int DIGIT = (1 << BITS) - 1;
  private static final long ONES = 0x111_1111_1111_1111L;

  DigitString {
    if (length < 0 || length > LONGEST) {
      throw new IllegalArgumentException(
          "length: %d (expected: 0 to %d)".formatted(length, LONGEST));
    }
  }

  /** Reads ASCII digits. */
  static DigitString of(String text) {
    long digits = 0;
    for (int i = 0; i < text.length(); i++) {
      digits = digits << BITS | (text.charAt(i) - '0');
    }
    return new DigitString(digits, text.length());
  }

  /** Returns the digit at {@code index}, counted from the first. */
  int at(int index) {
    return (int) (digits >>> (BITS * (length - 1 - index))) & DIGIT;
  }

  /** Returns the digits from {@code index} on. */
  DigitString from(int index) {
    int left = length - index;
    return new DigitString(digits & mask(left), left);
  }

  /** Returns all digits but that at {@code index}. */
  DigitString without(int index) {
    int behind = length - 1 - index;
    long before = digits >>> (BITS * (behind + 1)) << (BITS * behind);
    return new DigitString(before | (digits & mask(behind)), length - 1);
  }

  /** Returns whether all digits are the same. */
  boolean isUniform() {
    return digits == (ONES & mask(length)) * (digits & DIGIT);
  }

  private static long mask(int length) {
    return (1L << (BITS * length)) - 1;
  }

  /** Returns the digits in ASCII. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(at(i));
    }
    return text.toString();
  }
}
