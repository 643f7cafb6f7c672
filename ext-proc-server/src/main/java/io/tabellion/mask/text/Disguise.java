package io.tabellion.mask.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/**
 * A text without its disguises, and where each of its characters came from.
 *
 * <p>Characters that are not seen (zero-width, direction, variation, tags, control, private use),
 * marks over other characters and colours of terminals are dropped; characters that only look
 * otherwise (full-width, mathematical, digits of other scripts, other dashes and spaces) become
 * ASCII; escapes of strings ({@code \\u0040}, {@code \\x40}), URIs and HTML (numeric references)
 * become what they stand for, if that is ASCII that is printed. Linear.
 */
public final class Disguise {
  private static final char DROPPED = '\uFFFF';

  /** Joiners and fillers that Unicode counts as letters or marks. */
  private static final String UNSEEN = "\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0\uFFFC";

  /** Control characters that lay a text out. */
  private static final String LAYOUT = "\t\n\f\r\u0085";

  private static final char ESCAPE = '\u001B';

  /** A control sequence of a terminal has no more characters. */
  private static final int LONGEST_SEQUENCE = 32;

  /** Characters of a text that it pays to look at as bytes. */
  private static final int LONG = 64;

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private static final byte[] NONE = {};

  private static final char[] PLAIN = new char[1 << Character.SIZE];

  /** Which characters of ASCII may be a disguise, or begin one. */
  private static final boolean[] TELLING = new boolean[0x80];

  /** What ASCII says as a hexadecimal digit; -1 if it is none. */
  private static final byte[] DIGITS = new byte[0x80];

  static {
    for (int c = 0; c < PLAIN.length; c++) {
      PLAIN[c] = plain(c);
    }
    for (int c = 0; c < DIGITS.length; c++) {
      DIGITS[c] = (byte) Character.digit(c, 16);
      TELLING[c] = PLAIN[c] != c || c == '%' || c == '\\' || c == '&' || c == ESCAPE;
    }
  }

  private final char[] shown;
  private final int[] starts;
  private final int[] ends;
  private int size;

  private Disguise(int length) {
    shown = new char[length];
    starts = new int[length];
    ends = new int[length];
  }

  /** Returns the text without disguises; null if it has none. */
  public static @Nullable Disguise of(String text) {
    int first = first(text);
    return first < 0 ? null : new Disguise(text.length()).read(text);
  }

  public String text() {
    return new String(shown, 0, size);
  }

  /** Where the character at this index begins in the disguised text. */
  public int start(int index) {
    return starts[index];
  }

  /** Where the character at this index ends in the disguised text. */
  public int end(int index) {
    return ends[index];
  }

  private static int first(String text) {
    byte[] bytes = text.length() < LONG ? NONE : text.getBytes(StandardCharsets.UTF_8);
    return bytes.length == text.length() ? firstOfAscii(text, bytes) : firstOfAny(text);
  }

  private static int firstOfAscii(String text, byte[] bytes) {
    int last = bytes.length - Long.BYTES;
    for (int at = 0; at < bytes.length; at += Long.BYTES) {
      if (at > last || mayTell((long) EIGHT_BYTES.get(bytes, at))) {
        for (int i = at; i < Math.min(bytes.length, at + Long.BYTES); i++) {
          int c = bytes[i];
          if (TELLING[c] && (PLAIN[c] != c || escape(text, i) > 1)) {
            return i;
          }
        }
      }
    }
    return -1;
  }

  private static int firstOfAny(String text) {
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c < 0x80 && !TELLING[c]) {
        i++;
      } else if (Character.isHighSurrogate(c)) {
        int point = text.codePointAt(i);
        if (supplementary(point) >= 0) {
          return i;
        }
        i += Character.charCount(point);
      } else if (PLAIN[c] != c || (c < 0x80 && escape(text, i) > 1)) {
        return i;
      } else {
        i++;
      }
    }
    return -1;
  }

  /** Whether one of eight characters of ASCII may be telling: no line end or tab is. */
  private static boolean mayTell(long word) {
    long plain = isNot('%', word) & isNot('\\', word) & isNot('&', word) & isNot((char) 0x7F, word);
    long layout = ~(isNot('\n', word) & isNot('\r', word) & isNot('\t', word));
    long printed = word + ONES * (0x80 - ' ');
    return (plain & (printed | layout) & HIGH_BITS) != HIGH_BITS;
  }

  /** The highest bit of each byte that is another character. */
  private static long isNot(char c, long word) {
    return (word ^ ONES * c) + ONES * 0x7F;
  }

  private Disguise read(String text) {
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      int length = 1;
      int shown = PLAIN[c];
      if (c < 0x80) {
        length = TELLING[c] ? escape(text, i) : 1;
        shown = length == 1 ? shown : escaped(text, i, length);
      } else if (Character.isSurrogate(c)) {
        length = Character.charCount(text.codePointAt(i));
        shown = length == 1 ? c : supplementary(text.codePointAt(i));
      }
      if (shown < 0) {
        append(c, i, i + 1);
        append(text.charAt(i + 1), i + 1, i + length);
      } else if (shown != DROPPED) {
        append((char) shown, i, i + length);
      }
      i += length;
    }
    return this;
  }

  private void append(char c, int start, int end) {
    starts[size] = start;
    ends[size] = end;
    shown[size++] = c;
  }

  /** Length of the escape that begins here; 1 if none does, or none of printed ASCII. */
  private static int escape(String text, int at) {
    int length =
        switch (text.charAt(at)) {
          case '%' -> 3;
          case '\\' -> text.startsWith("u", at + 1) ? 6 : text.startsWith("x", at + 1) ? 4 : 1;
          case '&' -> reference(text, at);
          case ESCAPE -> sequence(text, at);
          default -> 1;
        };
    if (length == 1 || text.charAt(at) == ESCAPE) {
      return length;
    }
    if (at + length > text.length()) {
      return 1;
    }
    int value = escaped(text, at, length);
    return value >= ' ' && value < 0x7F ? length : 1;
  }

  /** Length of a numeric character reference of HTML; 1 if there is none. */
  private static int reference(String text, int at) {
    if (!text.startsWith("#", at + 1)) {
      return 1;
    }
    int end = text.indexOf(';', at, Math.min(text.length(), at + 10));
    return end < at + 3 ? 1 : end + 1 - at;
  }

  /** Length of a control sequence of a terminal (ECMA-48 §5.4); 1 if there is none. */
  private static int sequence(String text, int at) {
    if (!text.startsWith("[", at + 1)) {
      return 1;
    }
    int end = at + 2;
    int last = Math.min(text.length(), at + LONGEST_SEQUENCE);
    while (end < last && isBetween(text.charAt(end), ' ', '?')) {
      end++;
    }
    return end < last && isBetween(text.charAt(end), '@', '~') ? end + 1 - at : 1;
  }

  /** What the escape says; -1 if it is none. */
  private static int escaped(String text, int at, int length) {
    return switch (text.charAt(at)) {
      case '%' -> number(text, at + 1, at + length, 16);
      case '&' -> {
        boolean hex = text.charAt(at + 2) == 'x' || text.charAt(at + 2) == 'X';
        yield number(text, at + (hex ? 3 : 2), at + length - 1, hex ? 16 : 10);
      }
      case ESCAPE -> DROPPED;
      default -> number(text, at + 2, at + length, 16);
    };
  }

  private static int number(String text, int from, int to, int radix) {
    int value = from == to ? -1 : 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      int digit = c < DIGITS.length ? DIGITS[c] : -1;
      if (digit < 0 || digit >= radix) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value;
  }

  /** What a character outside the basic plane shows; -1 for itself. */
  private static int supplementary(int point) {
    if (isUnseen(point)) {
      return DROPPED;
    }
    int digit = Character.digit(point, 10);
    if (digit >= 0) {
      return '0' + digit;
    }
    boolean alphanumeric = isBetween(point, 0x1D400, 0x1D7FF) || isBetween(point, 0x1F100, 0x1F1AC);
    return alphanumeric ? ascii(point) : -1;
  }

  private static int ascii(int point) {
    String shown = Normalizer.normalize(Character.toString(point), Normalizer.Form.NFKC);
    return shown.length() == 1 && shown.charAt(0) < 0x80 ? shown.charAt(0) : -1;
  }

  private static char plain(int c) {
    if (Character.isSurrogate((char) c) || c == DROPPED) {
      return (char) c;
    }
    if (isUnseen(c)) {
      return DROPPED;
    }
    if (c < 0x80) {
      return (char) c;
    }
    if (Character.digit(c, 10) >= 0) {
      return (char) ('0' + Character.digit(c, 10));
    }
    return switch (Character.getType(c)) {
      case Character.SPACE_SEPARATOR -> ' ';
      case Character.DASH_PUNCTUATION -> '-';
      case Character.MATH_SYMBOL -> c == 0x2212 ? '-' : shown(c);
      default -> shown(c);
    };
  }

  private static char shown(int c) {
    int ascii = ascii(c);
    return ascii < 0 ? (char) c : (char) ascii;
  }

  private static boolean isUnseen(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL -> LAYOUT.indexOf(point) < 0;
      case Character.FORMAT,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.PRIVATE_USE ->
          true;
      default -> isBetween(point, 0xE0000, 0xE0FFF) || UNSEEN.indexOf(point) >= 0;
    };
  }

  private static boolean isBetween(int point, int first, int last) {
    return point >= first && point <= last;
  }
}
