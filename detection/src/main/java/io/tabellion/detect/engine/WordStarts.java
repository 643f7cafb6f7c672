package io.tabellion.detect.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Finds which of many words stand where words start: behind anything but a letter, or at a capital
 * behind a small letter. The first three bytes there say whom to compare with; mostly nobody.
 *
 * <p>Immutable and thread-safe.
 */
final class WordStarts {
  private static final int[] NONE = {};

  /** Bits of a byte that tell letters apart in any case. */
  private static final int BITS = 5;

  private static final int PREFIXES = 1 << (3 * BITS);

  private final byte[][] words;
  private final int[][] byPrefix = new int[PREFIXES][];
  private final long[] known = new long[PREFIXES / Long.SIZE];

  /** What words begin with, other than ASCII letters and bytes above 127. */
  private final char[] otherFirsts;

  /**
   * @param words as {@link Automaton#bytes} gives them; their indices are what {@link #like} gives
   */
  WordStarts(List<String> words) {
    this.words =
        words.stream()
            .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
            .toArray(byte[][]::new);
    Arrays.fill(byPrefix, NONE);
    for (int i = 0; i < words.size(); i++) {
      byte[] word = this.words[i];
      int open = Math.max(0, 3 - word.length) * BITS;
      int first = prefix(word, 0) >>> open << open;
      for (int prefix = first; prefix < first + (1 << open); prefix++) {
        byPrefix[prefix] = Arrays.copyOf(byPrefix[prefix], byPrefix[prefix].length + 1);
        byPrefix[prefix][byPrefix[prefix].length - 1] = i;
        known[prefix / Long.SIZE] |= 1L << prefix;
      }
    }
    this.otherFirsts =
        words.stream()
            .map(word -> word.substring(0, 1))
            .filter(first -> first.charAt(0) < 128 && !CharSet.LETTER.has(first.charAt(0)))
            .distinct()
            .reduce("", String::concat)
            .toCharArray();
  }

  private static int prefix(byte[] bytes, int at) {
    int mask = (1 << BITS) - 1;
    int prefix = (bytes[at] & mask) << (2 * BITS);
    if (at + 2 < bytes.length) {
      return prefix | (bytes[at + 1] & mask) << BITS | (bytes[at + 2] & mask);
    }
    return at + 1 < bytes.length ? prefix | (bytes[at + 1] & mask) << BITS : prefix;
  }

  /**
   * Returns where words start in the eight bytes from {@code at} on, as {@link EightBytes} does.
   */
  long in(byte[] bytes, int at) {
    long word = EightBytes.at(bytes, at);
    int before = at == 0 ? 0 : bytes[at - 1];
    long letters = EightBytes.letters(word);
    long capitals = EightBytes.capitals(word);
    long behindLetter = (letters << 8) | (CharSet.LETTER.has(before) ? 0x80 : 0);
    long behindSmall = ((letters & ~capitals) << 8) | (CharSet.LOWER.has(before) ? 0x80 : 0);
    long firsts = letters | (word & EightBytes.HIGH);
    for (char other : otherFirsts) {
      firsts |= EightBytes.equal(other, word);
    }
    return (firsts & ~behindLetter) | (capitals & behindSmall);
  }

  /** Returns the words that may stand at {@code start}: all that do, in any case. */
  int[] like(byte[] bytes, int start) {
    int prefix = prefix(bytes, start);
    return (known[prefix / Long.SIZE] >>> prefix & 1) == 0 ? NONE : byPrefix[prefix];
  }

  /** Returns where the word that starts at {@code start} ends, or −1 if it is not there. */
  int end(int word, byte[] bytes, int start) {
    byte[] wanted = words[word];
    if (start + wanted.length > bytes.length) {
      return -1;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (Text.lower(bytes[start + i]) != wanted[i]) {
        return -1;
      }
    }
    return start + wanted.length;
  }
}
