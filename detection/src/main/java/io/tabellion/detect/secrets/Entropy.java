package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.WordSet;

/** Whether a value can be a secret by its signs alone. */
final class Entropy {
  /** What values that stand in for a secret have in them. Lower case. */
  private static final WordSet STAND_INS =
      WordSet.of(
          "example",
          "placeholder",
          "changeme",
          "change_me",
          "change-me",
          "your_",
          "your-",
          "yourtoken",
          "yourkey",
          "yoursecret",
          "yourpass",
          "insert",
          "redacted",
          "xxxx",
          "****",
          "....",
          "dummy",
          "sample",
          "todo",
          "replace",
          "not_set",
          "notset",
          "undefined",
          "process.env",
          "os.environ",
          "getenv",
          "${",
          "{{",
          "$(",
          "<%",
          "%(");

  private Entropy() {}

  /** Returns Shannon's entropy of the range, in bits per byte. */
  static double bits(Text text, int start, int end) {
    int[] counts = new int[128];
    for (int i = start; i < end; i++) {
      counts[text.at(i) & 0x7f]++;
    }
    double length = end - start;
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        bits -= count / length * Math.log(count / length) / Math.log(2);
      }
    }
    return bits;
  }

  /**
   * Returns whether the range looks drawn by lot: digits and letters in turn, as no names with
   * numbers in them have.
   */
  static boolean isRandom(Text text, int start, int end) {
    int changes = 0;
    int digits = 0;
    for (int i = start; i < end; i++) {
      boolean digit = CharSet.DIGIT.has(text.at(i));
      digits += digit ? 1 : 0;
      changes += i > start && digit != CharSet.DIGIT.has(text.at(i - 1)) ? 1 : 0;
    }
    boolean digital = digits >= 2 && digits < end - start && changes >= 4;
    return (digital || isMixed(text, start, end))
        && bits(text, start, end) >= Math.min(3.2, 0.75 * Math.log(end - start) / Math.log(2));
  }

  /**
   * Returns whether capitals and small letters take turns as in no name: two in a row, and often.
   */
  static boolean isMixed(Text text, int start, int end) {
    int turns = 0;
    int pairs = 0;
    for (int i = start + 1; i < end; i++) {
      boolean upper = CharSet.UPPER.has(text.at(i));
      boolean before = CharSet.UPPER.has(text.at(i - 1));
      boolean letters = CharSet.LETTER.has(text.at(i)) && CharSet.LETTER.has(text.at(i - 1));
      turns += letters && upper != before ? 1 : 0;
      pairs += upper && before ? 1 : 0;
    }
    return end - start >= 16 && pairs >= 2 && turns * 10 >= (end - start) * 3;
  }

  /** Returns how many different bytes the range has. */
  static int distinct(Text text, int start, int end) {
    long low = 0;
    long high = 0;
    for (int i = start; i < end; i++) {
      int b = text.at(i) & 0x7f;
      if (b < 64) {
        low |= 1L << b;
      } else {
        high |= 1L << b;
      }
    }
    return Long.bitCount(low) + Long.bitCount(high);
  }

  /** Returns whether the range says that it stands in for something. */
  static boolean isStandIn(Text text, int start, int end) {
    return STAND_INS.in(text, start, end);
  }

  static boolean has(Text text, int start, int end, CharSet set) {
    for (int i = start; i < end; i++) {
      if (set.has(text.at(i))) {
        return true;
      }
    }
    return false;
  }
}
