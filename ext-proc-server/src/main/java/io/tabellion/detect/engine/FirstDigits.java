package io.tabellion.detect.engine;

/**
 * Where the digits of a text are to be looked at, a bit for each byte of a block: at the first
 * digit of each word, or of each run. Told without branches: in digests and UUIDs none would be
 * foreseen.
 *
 * <p>Blocks are asked for in order. Confined to one scan.
 */
final class FirstDigits {
  /** Bytes of a block. */
  static final int BLOCK = 64;

  /** Fewest digits of a block in which anything is dull. */
  private static final int DENSE = 16;

  /** Fewest bytes that are worth passing over; no keyword begins with as many dull ones. */
  static final int LEAST = 12;

  /** What is dull. */
  static final CharSet DULL = CharSet.of("0-9+,\n -");

  private final byte[] bytes;
  private final boolean everyRun;
  private long behindDigit;
  private int block;
  private long digits;
  private long dull;
  private boolean known;

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
    known = false;
    long letters = 0;
    for (int shift = 0; shift < BLOCK && start + shift < bytes.length; shift += EightBytes.BYTES) {
      long word = EightBytes.at(bytes, start + shift);
      digits |= EightBytes.bits(EightBytes.digits(word)) << shift;
      letters |= EightBytes.bits(EightBytes.letters(word)) << shift;
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
   * Returns where what is dull ends: digits, and what stands between them in tables ({@link
   * #DULL}); {@code start}, which is in the block asked for last, where too little of it stands.
   */
  int dullEnd(int start) {
    if (Long.bitCount(digits) < DENSE) {
      return start;
    }
    if (!known) {
      known = true;
      dull = digits;
      for (int shift = 0; shift < BLOCK; shift += EightBytes.BYTES) {
        dull |= EightBytes.bits(EightBytes.separators(EightBytes.at(bytes, block + shift))) << shift;
      }
    }
    int end = start + Long.numberOfTrailingZeros(~(dull >>> (start - block)));
    return end - start < LEAST ? start : Math.min(end, block + BLOCK);
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
}
