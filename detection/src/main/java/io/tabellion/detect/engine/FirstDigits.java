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
  static final CharSet DULL = CharSet.of("0-9+,.\n -");

  private final byte[] bytes;
  private final boolean everyRun;
  private long behindDigit;
  private int block;

  // Of the block, the one before and the one behind it, a bit for each byte.
  private long wordsBefore;
  private long digits;
  private long words;
  private long nextDigits;
  private long nextWords;
  private long dull;
  private boolean dense;
  private boolean known;

  /**
   * @param everyRun whether all runs of digits are asked for, not only the first of a word
   */
  FirstDigits(byte[] bytes, boolean everyRun) {
    this.bytes = bytes;
    this.everyRun = everyRun;
    read(0);
  }

  /** Returns the bits for the block that starts at {@code start}. */
  long in(int start) {
    block = start;
    wordsBefore = words;
    digits = nextDigits;
    words = nextWords;
    known = false;
    dense = Long.bitCount(digits) >= DENSE;
    read(start + BLOCK);
    long behind = (digits << 1) | behindDigit;
    if (everyRun) {
      behindDigit = digits >>> 63;
      return digits & ~behind;
    }
    // A carry runs from each digit through the rest of its word.
    long later = ((((behind & words) + words) ^ words) | behind) & words;
    behindDigit = (digits | later) >>> 63;
    return digits & ~later;
  }

  /** Reads the block behind, so that its digits and words are known before it is asked for. */
  private void read(int start) {
    long inNumber = 0;
    long inWord = 0;
    for (int shift = 0; shift < BLOCK && start + shift < bytes.length; shift += EightBytes.BYTES) {
      long word = EightBytes.at(bytes, start + shift);
      long numbers = EightBytes.digits(word);
      inNumber |= EightBytes.bits(numbers) << shift;
      inWord |= EightBytes.bits(numbers | EightBytes.letters(word)) << shift;
    }
    nextDigits = inNumber;
    nextWords = inWord;
  }

  /** Returns a bit for each of 64 bytes from {@code start} on that is a digit; in the block. */
  long from(int start) {
    return window(digits, nextDigits, start - block);
  }

  /**
   * Returns a bit for each of 64 bytes from {@code start} on that is the last of a word, but for
   * the 64th.
   */
  long wordEnds(int start) {
    long inWord = window(words, nextWords, start - block);
    return inWord & ~(inWord >>> 1);
  }

  /**
   * Returns a bit for each of 64 bytes up to {@code start}, which is in a word, that is the first
   * of a word, but for the 64th; the highest for the last one.
   */
  long wordStarts(int start) {
    int at = start - block;
    long before = at == 0 ? wordsBefore : (words << (BLOCK - at)) | (wordsBefore >>> at);
    return ((before >>> 1) | Long.MIN_VALUE) & ~before;
  }

  private static long window(long block, long next, int at) {
    return (block >>> at) | ((next << 1) << (BLOCK - 1 - at));
  }

  /** Returns whether so many digits stand in the block asked for last that some of it is dull. */
  boolean areDense() {
    return dense;
  }

  /**
   * Returns where what is dull ends: digits, and what stands between them in tables ({@link
   * #DULL}); {@code start}, which is in the block asked for last, where too little of it stands.
   */
  int dullEnd(int start) {
    if (!dense) {
      return start;
    }
    if (!known) {
      known = true;
      dull = digits;
      for (int shift = 0; shift < BLOCK; shift += EightBytes.BYTES) {
        dull |=
            EightBytes.bits(EightBytes.separators(EightBytes.at(bytes, block + shift))) << shift;
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
