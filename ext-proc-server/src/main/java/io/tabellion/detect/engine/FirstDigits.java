package io.tabellion.detect.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Where the digits of a text are to be looked at, a bit for each byte of a block: at the first
 * digit of each word, or of each run. Classes of bytes are told eight at a time, without branches:
 * in digests and UUIDs no branch would be foreseen.
 *
 * <p>Blocks are asked for in order. Confined to one scan.
 */
final class FirstDigits {
  /** Bytes of a block. */
  static final int BLOCK = 64;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long EACH = 0x0101010101010101L;
  private static final long HIGH = EACH << 7;
  private static final long LOW = ~HIGH;

  /** Brings the lowest bits of eight bytes together in the highest byte. */
  private static final long GATHER = 0x0102040810204080L;

  private final byte[] bytes;
  private final boolean everyRun;
  private long behindDigit;
  private int block;
  private long digits;

  /**
   * @param everyRun whether all runs of digits are asked for, not only the first of a word
   */
  FirstDigits(byte[] bytes, boolean everyRun) {
    this.bytes = bytes;
    this.everyRun = everyRun;
  }

  /** Returns the bits for the block that starts at {@code start}. */
  long in(int start) {
    block = start;
    digits = 0;
    long letters = 0;
    for (int at = start, shift = 0; shift < BLOCK && at < bytes.length; at += 8, shift += 8) {
      long word = at + 8 <= bytes.length ? (long) WORD.get(bytes, at) : last(at);
      digits |= gather(between('0', '9', word & LOW) & ~word) << shift;
      letters |= gather(between('a', 'z', (word | (EACH << 5)) & LOW) & ~word) << shift;
    }
    long behind = (digits << 1) | behindDigit;
    if (everyRun) {
      behindDigit = digits >>> 63;
      return digits & ~behind;
    }
    // A carry runs from each digit through the rest of its word.
    long word = digits | letters;
    long later = ((((behind & word) + word) ^ word) | behind) & word;
    behindDigit = (digits | later) >>> 63;
    return digits & ~later;
  }

  /**
   * Returns where the run of digits that starts at {@code start} ends, which may be there; {@code
   * start} is in the block asked for last, or behind it.
   */
  int end(int start) {
    int at = start - block;
    int end = start;
    if (at < BLOCK) {
      end += Math.min(BLOCK - at, Long.numberOfTrailingZeros(~(digits >>> at)));
      if (end < block + BLOCK) {
        return end;
      }
    }
    while (end < bytes.length && bytes[end] >= '0' && bytes[end] <= '9') {
      end++;
    }
    return end;
  }

  private long last(int start) {
    long word = 0;
    for (int at = start; at < bytes.length; at++) {
      word |= (bytes[at] & 0xffL) << ((at - start) * 8);
    }
    return word;
  }

  /** Returns the highest bit of each byte that is in the range; each is below 128. */
  private static long between(char first, char last, long word) {
    return (word + (0x80 - first) * EACH) & ~(word + (0x7f - last) * EACH) & HIGH;
  }

  private static long gather(long highs) {
    return ((highs >>> 7) * GATHER) >>> 56;
  }
}
