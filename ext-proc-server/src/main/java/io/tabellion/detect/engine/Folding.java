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
 * </ul>
 *
 * <p>A string of ASCII only is not looked at a second time. Places are turned back by walking the
 * string again, so no map is kept. Immutable and thread-safe.
 */
public final class Folding {
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
      int point = original.codePointAt(i);
      length = put(bytes, length, folded(point));
      i += Character.charCount(point);
    }
    return Arrays.copyOf(bytes, length);
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
      return chars < original.length() ? width(folded(original.codePointAt(chars))) : 1;
    }

    private void step() {
      int point = original.codePointAt(chars);
      bytes += width(folded(point));
      chars += Character.charCount(point);
    }
  }
}
