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
