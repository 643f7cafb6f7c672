package io.tabellion.mask;

import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/**
 * A text without its disguises, and where each of its characters came from.
 *
 * <p>Characters that are not seen (zero-width, direction, variation, tags) are dropped; characters
 * that only look otherwise (full-width, mathematical, digits of other scripts, other dashes and
 * spaces) become ASCII; escapes of JSON strings, of URIs and of HTML by number become what they
 * stand for, if that is ASCII that is printed. Linear.
 */
final class Disguise {
  private static final char DROPPED = '\uFFFF';

  /** Of a character reference, the semicolon not counted: three signs and six digits. */
  private static final int LONGEST_REFERENCE = 9;

  /** Joiners and fillers that Unicode counts as letters or marks. */
  private static final String UNSEEN =
      "\u034F\u115F\u1160\u17B4\u17B5\u3164\uFFA0\u180B\u180C\u180D";

  private static final char[] PLAIN = new char[1 << Character.SIZE];

  static {
    for (int c = 0; c < PLAIN.length; c++) {
      PLAIN[c] = plain(c);
    }
  }

  private final StringBuilder text;
  private final int[] starts;
  private final int[] ends;

  private Disguise(int length) {
    text = new StringBuilder(length);
    starts = new int[length];
    ends = new int[length];
  }

  /** Returns the text without disguises; null if it has none. */
  static @Nullable Disguise of(String text) {
    int first = first(text);
    return first < 0 ? null : new Disguise(text.length()).read(text);
  }

  String text() {
    return text.toString();
  }

  /** Where the character at this index begins in the disguised text. */
  int start(int index) {
    return starts[index];
  }

  /** Where the character at this index ends in the disguised text. */
  int end(int index) {
    return ends[index];
  }

  private static int first(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80 ? PLAIN[c] != c || Character.isSurrogate(c) : escape(text, i) > 1) {
        return i;
      }
    }
    return -1;
  }

  private Disguise read(String text) {
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      int length = 1;
      int shown = PLAIN[c];
      if (c < 0x80) {
        length = escape(text, i);
        shown = length == 1 ? c : escaped(text, i, length);
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
    starts[text.length()] = start;
    ends[text.length()] = end;
    text.append(c);
  }

  /** Length of the escape that begins here; 1 if none does, or none of printed ASCII. */
  private static int escape(String text, int at) {
    if (text.charAt(at) == '&') {
      return reference(text, at);
    }
    int digits = text.charAt(at) == '%' ? 1 : isUnicodeEscape(text, at) ? 2 : 0;
    int length = digits == 1 ? 3 : 6;
    if (digits == 0 || at + length > text.length()) {
      return 1;
    }
    int value = escaped(text, at, length);
    return value >= ' ' && value < 0x7F ? length : 1;
  }

  /** Length of the reference to a character by number that begins here; 1 if none does. */
  private static int reference(String text, int at) {
    if (!text.startsWith("&#", at)) {
      return 1;
    }
    int end = at + 2;
    while (end < text.length() && end - at < LONGEST_REFERENCE && text.charAt(end) != ';') {
      end++;
    }
    if (end == text.length() || text.charAt(end) != ';') {
      return 1;
    }
    int value = escaped(text, at, end + 1 - at);
    return value >= ' ' && value < 0x7F ? end + 1 - at : 1;
  }

  private static boolean isUnicodeEscape(String text, int at) {
    return text.charAt(at) == '\\' && at + 1 < text.length() && text.charAt(at + 1) == 'u';
  }

  private static int escaped(String text, int at, int length) {
    return switch (text.charAt(at)) {
      case '%' -> number(text, at + 1, at + length, 16);
      case '&' ->
          Character.toLowerCase(text.charAt(at + 2)) == 'x'
              ? number(text, at + 3, at + length - 1, 16)
              : number(text, at + 2, at + length - 1, 10);
      default -> number(text, at + 2, at + length, 16);
    };
  }

  /** The number that stands there; -1 if none does. */
  private static int number(String text, int from, int to, int radix) {
    int value = from < to ? 0 : -1;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(text.charAt(i), radix);
      if (digit < 0 || text.charAt(i) >= 0x80) {
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
    if (c < 0x80 || Character.isSurrogate((char) c) || c == DROPPED) {
      return (char) c;
    }
    if (isUnseen(c)) {
      return DROPPED;
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
    return Character.getType(point) == Character.FORMAT
        || isBetween(point, 0xFE00, 0xFE0F)
        || isBetween(point, 0xE0000, 0xE0FFF)
        || UNSEEN.indexOf(point) >= 0;
  }

  private static boolean isBetween(int point, int first, int last) {
    return point >= first && point <= last;
  }
}
