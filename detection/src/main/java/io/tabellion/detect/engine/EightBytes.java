package io.tabellion.detect.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Classes of bytes, told eight at a time without branches: the highest bit of each byte of a result
 * says whether it is in the class. The first byte is the lowest.
 */
final class EightBytes {
  static final int BYTES = 8;
  static final long HIGH = 0x8080808080808080L;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long EACH = HIGH >>> 7;
  private static final long LOW = ~HIGH;

  /** Brings the lowest bits of eight bytes together in the highest byte. */
  private static final long GATHER = 0x0102040810204080L;

  private EightBytes() {}

  /** Returns the bytes from {@code at} on; zeros stand for those behind the last. */
  static long at(byte[] bytes, int at) {
    return at + BYTES <= bytes.length ? (long) WORD.get(bytes, at) : last(bytes, at);
  }

  private static long last(byte[] bytes, int start) {
    long word = 0;
    for (int at = start; at < bytes.length; at++) {
      word |= (bytes[at] & 0xffL) << ((at - start) * Byte.SIZE);
    }
    return word;
  }

  /** Returns the digits from {@code at} on, 1 to 8, four bits each, the last one lowest. */
  static long number(byte[] bytes, int at, int length) {
    long word = Long.reverseBytes(at(bytes, at)) >>> (Byte.SIZE * (BYTES - length));
    long pairs = word & (EACH * 0xf);
    pairs = (pairs | (pairs >>> 4)) & 0x00ff_00ff_00ff_00ffL;
    pairs = (pairs | (pairs >>> 8)) & 0x0000_ffff_0000_ffffL;
    return (pairs | (pairs >>> 16)) & 0xffff_ffffL;
  }

  static long digits(long word) {
    return between('0', '9', word & LOW) & ~word;
  }

  static long letters(long word) {
    return between('a', 'z', (word | (EACH << 5)) & LOW) & ~word;
  }

  static long capitals(long word) {
    return between('A', 'Z', word & LOW) & ~word;
  }

  /** Returns the class of spaces, line ends, plus, comma, hyphen and point. */
  static long separators(long word) {
    long low = word & LOW;
    return (between('+', '.', low) | between(' ', ' ', low) | between('\n', '\n', low)) & ~word;
  }

  /** Returns the class of {@code character} alone, which is ASCII. */
  static long equal(char character, long word) {
    return between(character, character, word & LOW) & ~word;
  }

  /** Returns where the ASCII {@code character} stands first in the range, or its end. */
  static int indexOf(char character, byte[] bytes, int from, int to) {
    for (int at = from; at < to; at += BYTES) {
      long found = equal(character, at(bytes, at));
      if (found != 0) {
        return Math.min(to, at + Long.numberOfTrailingZeros(found) / Byte.SIZE);
      }
    }
    return Math.max(from, to);
  }

  /** Each byte of {@code word} is below 128. */
  private static long between(char first, char last, long word) {
    return (word + (0x80 - first) * EACH) & ~(word + (0x7f - last) * EACH) & HIGH;
  }

  /** Returns a bit for each byte, the first the lowest. */
  static long bits(long highs) {
    return ((highs >>> 7) * GATHER) >>> 56;
  }
}
