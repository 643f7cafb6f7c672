package io.tabellion.detect.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes that matchers read: UTF-8, disguises undone ({@link Folding}).
 *
 * <p>Immutable and thread-safe. Not final, so that a test can count what is read.
 */
public class Text {
  /** What stands before the first and after the last byte. */
  public static final int NOTHING = 0;

  final byte[] bytes;
  final int length;

  protected Text(byte[] bytes) {
    this.bytes = bytes;
    this.length = bytes.length;
  }

  /** Returns the byte at {@code index}, negative above 127, or {@link #NOTHING} outside. */
  public int at(int index) {
    return index >= 0 && index < bytes.length ? bytes[index] : NOTHING;
  }

  public final int length() {
    return length;
  }

  /** How many bytes {@link #digitsFrom} looks at. */
  public static final int LOOK = 40;

  /**
   * Returns a bit for each of {@value #LOOK} bytes from {@code index} on that is a digit, the first
   * byte's the lowest: eight are looked at in one.
   *
   * @param index not negative
   */
  public long digitsFrom(int index) {
    return digitsFrom(index, LOOK);
  }

  /**
   * Returns the same of fewer bytes.
   *
   * @param look how many, a multiple of eight, at most {@value #LOOK}
   */
  public long digitsFrom(int index, int look) {
    long digits = 0;
    for (int shift = 0; shift < look; shift += EightBytes.BYTES) {
      long word = EightBytes.digits(EightBytes.at(bytes, index + shift));
      digits |= EightBytes.bits(word) << shift;
    }
    return digits;
  }

  /**
   * Returns the digits that stand from {@code index} on, four bits each, the last one lowest.
   *
   * @param index not negative
   * @param length how many, 1 to 15; all are digits
   */
  public long number(int index, int length) {
    int first = Math.min(length, EightBytes.BYTES);
    long digits = EightBytes.number(bytes, index, first);
    return length == first
        ? digits
        : (digits << (4 * (length - first)))
            | EightBytes.number(bytes, index + first, length - first);
  }

  /**
   * Returns where the run of {@code set} from {@code from} on ends, at most {@code limit} bytes.
   */
  public final int runEnd(int from, CharSet set, int limit) {
    int end = from;
    int last = from + limit;
    while (end < last && set.has(at(end))) {
      end++;
    }
    return end;
  }

  /** Returns where the run of {@code set} that ends before {@code to} starts, within the limit. */
  public final int runStart(int to, CharSet set, int limit) {
    int start = to;
    int last = to - limit;
    while (start > last && set.has(at(start - 1))) {
      start--;
    }
    return start;
  }

  /** Returns whether {@code literal} stands at {@code index}. */
  public final boolean has(int index, String literal) {
    for (int i = 0; i < literal.length(); i++) {
      if (at(index + i) != literal.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether {@code lower}, given in lower case, stands at {@code index} in any case. */
  public final boolean hasIgnoringCase(int index, String lower) {
    for (int i = 0; i < lower.length(); i++) {
      if (lower(at(index + i)) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether {@code lower} stands somewhere in the range, in any case. */
  public final boolean contains(int start, int end, String lower) {
    for (int i = start; i + lower.length() <= end; i++) {
      if (hasIgnoringCase(i, lower)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the digits of the range as text, everything else left out. */
  public final String digits(int start, int end) {
    byte[] digits = new byte[end - start];
    int length = 0;
    for (int i = start; i < end; i++) {
      int b = at(i);
      if (b >= '0' && b <= '9') {
        digits[length++] = (byte) b;
      }
    }
    return new String(digits, 0, length, StandardCharsets.ISO_8859_1);
  }

  /** Returns letters and digits of the range in upper case, everything else left out. */
  public final String alnum(int start, int end) {
    byte[] kept = new byte[end - start];
    int length = 0;
    for (int i = start; i < end; i++) {
      int b = at(i);
      if (CharSet.ALNUM.has(b)) {
        kept[length++] = (byte) (b >= 'a' ? b - 32 : b);
      }
    }
    return new String(kept, 0, length, StandardCharsets.ISO_8859_1);
  }

  /** Returns the bytes of the range. */
  public final byte[] copy(int start, int end) {
    return Arrays.copyOfRange(bytes, start, end);
  }

  /** Returns the range decoded. */
  public final String string(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  /** Returns the lower case of an ASCII letter, anything else as it is. */
  public static int lower(int b) {
    return b >= 'A' && b <= 'Z' ? b + 32 : b;
  }
}
