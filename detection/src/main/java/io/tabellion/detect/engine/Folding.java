package io.tabellion.detect.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A string as matchers read it: in UTF-8, with what disguises a value undone.
 *
 * <ul>
 *   <li>Characters without width, direction marks, variation selectors and soft hyphens are left
 *       out.
 *   <li>Full-width forms, the tag characters of plane 14 and decimal digits of any script become
 *       ASCII.
 *   <li>All spaces become a space, all hyphens and the minus sign a hyphen, typographic quotes
 *       plain ones.
 *   <li>The escapes of JSON, however often escaped again (one to seven backslashes), become what
 *       they stand for, so that JSON inside strings of JSON reads like what it says.
 *   <li>Signs that an address escapes ({@code %40} for {@code @}) become themselves; letters,
 *       digits and bytes of longer characters stay.
 * </ul>
 *
 * <p>A string of ASCII without backslashes and percent signs is not looked at a second time. Places
 * are turned back by walking the string again, so no map is kept. Immutable and thread-safe.
 */
public final class Folding {
  private static final int MOST_BACKSLASHES = 7;
  private static final String ESCAPED = "nrt\"'/";

  /** What ASCII says as a hexadecimal digit; -1 if it is none. */
  private static final byte[] DIGITS = new byte[0x80];

  static {
    for (int c = 0; c < DIGITS.length; c++) {
      DIGITS[c] = (byte) Character.digit(c, 16);
    }
  }

  private final String original;
  private final Text text;
  private final boolean plain;

  private Folding(String original, byte[] bytes, boolean plain) {
    this.original = original;
    this.text = new Text(bytes);
    this.plain = plain;
  }

  /** Folds {@code original}. */
  public static Folding of(String original) {
    byte[] utf8 = original.getBytes(StandardCharsets.UTF_8);
    return utf8.length == original.length()
            && original.indexOf('\\') < 0
            && original.indexOf('%') < 0
        ? new Folding(original, utf8, true)
        : new Folding(original, fold(original, utf8.length), false);
  }

  public Text text() {
    return text;
  }

  /** Returns a cursor that turns places in {@link #text} back to places in the string. */
  public Cursor cursor() {
    return new Cursor();
  }

  private static byte[] fold(String original, int atMost) {
    byte[] bytes = new byte[atMost];
    int length = 0;
    for (int i = 0; i < original.length(); ) {
      char c = original.charAt(i);
      if (isItself(c) || (c == '%' && escapeEnd(original, i) == 0)) {
        bytes[length++] = (byte) c;
        i++;
      } else if (c == '\\' && i < plainBackslashesEnd(original, i)) {
        int end = plainBackslashesEnd(original, i);
        Arrays.fill(bytes, length, length + end - i, (byte) c);
        length += end - i;
        i = end;
      } else {
        int escape = escapeEnd(original, i);
        length = put(bytes, length, folded(original, i, escape));
        i = escape > 0 ? escape : i + Character.charCount(original.codePointAt(i));
      }
    }
    return Arrays.copyOf(bytes, length);
  }

  /** Returns where the escape at {@code at} ends, 0 if there is none. */
  private static int escapeEnd(String text, int at) {
    if (text.charAt(at) != '\\') {
      return text.charAt(at) == '%' && isSign(pair(text, at + 1)) ? at + 3 : 0;
    }
    int end = at + 1;
    while (end < text.length() && end < at + MOST_BACKSLASHES && text.charAt(end) == '\\') {
      end++;
    }
    if (end == text.length()) {
      return 0;
    }
    if (text.charAt(end) == 'u') {
      return hex(text, end + 1, 4) < 0 ? 0 : end + 5;
    }
    return ESCAPED.indexOf(text.charAt(end)) < 0 ? 0 : end + 1;
  }

  /**
   * Returns where the backslashes end that stand for themselves, because more follow than begin an
   * escape; {@code at}, where the first stands, if none does.
   */
  private static int plainBackslashesEnd(String text, int at) {
    if (!isBackslash(text, at + MOST_BACKSLASHES)) {
      return at; // most runs are short
    }
    int end = at + 1;
    while (isBackslash(text, end)) {
      end++;
    }
    return Math.max(at, end - MOST_BACKSLASHES);
  }

  private static boolean isBackslash(String text, int at) {
    return at < text.length() && text.charAt(at) == '\\';
  }

  private static boolean isItself(char c) {
    return c < 0x80 && c != '\\' && c != '%';
  }

  private static boolean isSign(int c) {
    return c >= ' ' && c < 0x7f && !CharSet.ALNUM.has(c);
  }

  /** Returns the value of the hexadecimal digits at {@code at}, -1 if they are none. */
  private static int hex(String text, int at, int digits) {
    int value = 0;
    for (int i = at; i < at + digits; i++) {
      int digit = i < text.length() ? digit(text.charAt(i)) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * 16 + digit;
    }
    return value;
  }

  /** Returns the value of two hexadecimal digits at {@code at}, -1 if they are none. */
  private static int pair(String text, int at) {
    if (at + 1 >= text.length()) {
      return -1;
    }
    int high = digit(text.charAt(at));
    int low = digit(text.charAt(at + 1));
    return (high | low) < 0 ? -1 : high << 4 | low;
  }

  private static int digit(char c) {
    return c < DIGITS.length ? DIGITS[c] : Character.digit(c, 16);
  }

  /** Returns what stands at {@code at}, where an escape ends at {@code escape} if that is not 0. */
  private static int folded(String text, int at, int escape) {
    if (escape == 0) {
      return folded(text.codePointAt(at));
    }
    if (text.charAt(at) == '%') {
      return hex(text, at + 1, 2);
    }
    char last = text.charAt(escape - 1);
    if (escape - at > 5 && text.charAt(escape - 5) == 'u') {
      return folded(hex(text, escape - 4, 4));
    }
    return switch (last) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> last;
    };
  }

  private static int put(byte[] bytes, int at, int point) {
    int length = width(point);
    switch (length) {
      case 0 -> {}
      case 1 -> bytes[at] = (byte) (point >= 0xd800 ? '?' : point);
      case 2 -> {
        bytes[at] = (byte) (0xc0 | (point >> 6));
        bytes[at + 1] = (byte) (0x80 | (point & 0x3f));
      }
      case 3 -> {
        bytes[at] = (byte) (0xe0 | (point >> 12));
        bytes[at + 1] = (byte) (0x80 | (point >> 6 & 0x3f));
        bytes[at + 2] = (byte) (0x80 | (point & 0x3f));
      }
      default -> {
        bytes[at] = (byte) (0xf0 | (point >> 18));
        bytes[at + 1] = (byte) (0x80 | (point >> 12 & 0x3f));
        bytes[at + 2] = (byte) (0x80 | (point >> 6 & 0x3f));
        bytes[at + 3] = (byte) (0x80 | (point & 0x3f));
      }
    }
    return at + length;
  }

  private static int width(int folded) {
    if (folded < 0) {
      return 0;
    }
    if (folded < 0x80 || (folded >= 0xd800 && folded < 0xe000)) {
      return 1;
    }
    return folded < 0x800 ? 2 : folded < 0x10000 ? 3 : 4;
  }

  /** Returns what {@code point} is read as, -1 for nothing. */
  static int folded(int point) {
    if (point < 0x80) {
      return point;
    }
    if (point >= 0xff01 && point <= 0xff5e) {
      return point - 0xff01 + '!';
    }
    if (point >= 0xe0020 && point <= 0xe007e) {
      return point - 0xe0000;
    }
    return switch (Character.getType(point)) {
      case Character.FORMAT -> -1;
      case Character.SPACE_SEPARATOR -> ' ';
      case Character.DASH_PUNCTUATION -> '-';
      case Character.DECIMAL_DIGIT_NUMBER -> '0' + Character.digit(point, 10);
      case Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION ->
          point == 0x2018 || point == 0x2019 ? '\'' : '"';
      default -> isVariationSelector(point) ? -1 : point == 0x2212 ? '-' : point;
    };
  }

  private static boolean isVariationSelector(int point) {
    return (point >= 0xfe00 && point <= 0xfe0f)
        || (point >= 0xe0100 && point <= 0xe01ef)
        || point == 0x34f
        || point == 0x115f
        || point == 0x3164;
  }

  /** Walks the string once, for places in rising order. Confined. */
  public final class Cursor {
    private int bytes;
    private int chars;

    private Cursor() {}

    /** Returns the index in the string of what stands at {@code index} of the text. */
    public int start(int index) {
      if (plain) {
        return index;
      }
      while (bytes < index || widthHere() == 0) {
        step();
      }
      return chars;
    }

    /** Returns the index in the string after what ends at {@code index} of the text. */
    public int end(int index) {
      if (plain) {
        return index;
      }
      while (bytes < index) {
        step();
      }
      return chars;
    }

    private int widthHere() {
      if (chars == original.length()) {
        return 1;
      }
      return width(folded(original, chars, escapeEnd(original, chars)));
    }

    private void step() {
      char c = original.charAt(chars);
      if (isItself(c)) {
        bytes++;
        chars++;
        return;
      }
      int escape = escapeEnd(original, chars);
      bytes += width(folded(original, chars, escape));
      chars = escape > 0 ? escape : chars + Character.charCount(original.codePointAt(chars));
    }
  }
}
