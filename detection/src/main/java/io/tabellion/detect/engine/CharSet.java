package io.tabellion.detect.engine;

/**
 * A set of ASCII characters. Bytes above 127 are in none.
 *
 * <p>Immutable and thread-safe.
 */
public final class CharSet {
  public static final CharSet DIGIT = of("0-9");
  public static final CharSet LOWER = of("a-z");
  public static final CharSet UPPER = of("A-Z");
  public static final CharSet LETTER = of("A-Za-z");
  public static final CharSet ALNUM = of("0-9A-Za-z");
  public static final CharSet UPPER_ALNUM = of("0-9A-Z");
  public static final CharSet LOWER_ALNUM = of("0-9a-z");
  public static final CharSet HEX = of("0-9A-Fa-f");
  public static final CharSet LOWER_HEX = of("0-9a-f");
  public static final CharSet WORD = of("0-9A-Za-z_");

  /** Letters, digits, {@code -} and {@code _}: base64url without padding. */
  public static final CharSet BASE64URL = of("0-9A-Za-z_-");

  public static final CharSet BASE64 = of("0-9A-Za-z+/=");

  private final long low;
  private final long high;

  private CharSet(long low, long high) {
    this.low = low;
    this.high = high;
  }

  /**
   * Returns the set of the characters in {@code spec}; {@code a-z} is a range, a {@code -} at the
   * end is itself.
   */
  public static CharSet of(String spec) {
    long low = 0;
    long high = 0;
    for (int i = 0; i < spec.length(); i++) {
      char from = spec.charAt(i);
      char to = from;
      if (i + 2 < spec.length() && spec.charAt(i + 1) == '-') {
        to = spec.charAt(i + 2);
        i += 2;
      }
      for (char c = from; c <= to; c++) {
        if (c < 64) {
          low |= 1L << c;
        } else {
          high |= 1L << c;
        }
      }
    }
    return new CharSet(low, high);
  }

  /** Returns whether {@code b}, a byte as {@link Text#at} gives it, is in the set. */
  public boolean has(int b) {
    return b >= 0 && (((b < 64 ? low : high) >>> b) & 1) != 0;
  }
}
