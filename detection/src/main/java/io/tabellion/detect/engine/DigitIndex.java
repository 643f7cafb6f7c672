package io.tabellion.detect.engine;

import io.tabellion.detect.engine.Trigger.Before;
import io.tabellion.detect.engine.Trigger.Digits;
import io.tabellion.detect.engine.Trigger.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which triggers a run of digits fires, by its length, what its word begins with, what stands
 * before and what follows. Each of these has a table with a bit for each trigger that it does not
 * rule out; those whose bit is in all of them fire. Most numbers in most texts fire none.
 *
 * <p>Immutable and thread-safe.
 */
final class DigitIndex {
  /** Longer runs are as long as this. */
  static final int LONGEST_RUN = 40;

  /** How far a detector's match reaches beyond the run, that its trigger can wait for a word. */
  static final int REACH = 64;

  /** Longer groups behind a sign are as long as this. */
  private static final int LONGEST_NEXT = 16;

  /** A letter there, as long as this. */
  private static final int LETTER_NEXT = LONGEST_NEXT + 1;

  /** Bytes of which a table tells what follows from where words start or end in them. */
  private static final int CHUNK = 8;

  private static final int CHUNKS = 3;
  private static final int VALUES = 1 << CHUNK;

  private static final String FOLLOW = Digits.ANY_FOLLOW;
  private static final int LETTER = FOLLOW.indexOf('A');
  private static final String SIGNS = "*+(-./:,_$JHTC";

  /** Signs that are others where a digit stands before them. */
  private static final String JOINTS = ".-:,";

  private static final int JOINED = SIGNS.indexOf('J');

  /**
   * Words begin with one of so many characters of ASCII, from the first digit to the last letter.
   */
  private static final int FIRST = '0';

  private static final int FIRSTS = 'z' - FIRST + 1;

  private static final int PLACES = SIGNS.length() + 4 * Before.MANY;

  private final byte[] follows = new byte[256];
  private final byte[] signs = new byte[256];

  /** The same behind a digit. */
  private final byte[] joints = new byte[256];

  private final int[] detectors;

  private final int width;
  private final long[] shapes;

  /** By what stands before the run, and what its word begins with. */
  private final long[] heads;

  private final long[] thirds;
  private final long[] nexts;
  private final long[] thens;
  private final long[] weak;

  /** Those whose matches start and end at known places. */
  private final long[] whole;

  /** By where words start up to the run, eight bytes before it and itself: who may start there. */
  private final long[] wholeFrom;

  /** By where words end in the first, second and third eight bytes: who may end there. */
  private final long[] wholeTo;

  private final boolean everyRun;

  /** A trigger and whose it is. */
  private record Owned(Digits digits, int detector) {}

  /**
   * @param thresholds of each detector; a trigger whose matches stay below it without a context
   *     word waits for one
   */
  DigitIndex(List<Detector> all, double[] thresholds) {
    List<Owned> triggers = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      for (Trigger trigger : all.get(i).triggers()) {
        if (trigger instanceof Digits digits) {
          triggers.add(new Owned(digits, i));
        }
      }
    }
    for (int b = 0; b < 128; b++) {
      follows[b] = (byte) (CharSet.LETTER.has(b) ? LETTER : kind(FOLLOW, (char) b));
      signs[b] = (byte) kind(SIGNS, "#%@".indexOf(b) < 0 ? (char) b : '$');
      int joint = JOINTS.indexOf(b);
      joints[b] = joint < 0 ? signs[b] : (byte) (JOINED + joint);
    }
    this.detectors = triggers.stream().mapToInt(Owned::detector).toArray();
    this.width = (triggers.size() + 63) / 64;
    this.shapes = new long[(LONGEST_RUN + 1) * FOLLOW.length() * width];
    this.heads = new long[PLACES * FIRSTS * width];
    this.thirds = new long[11 * width];
    this.nexts = new long[(LETTER_NEXT + 1) * width];
    this.thens = new long[FOLLOW.length() * width];
    this.weak = new long[width];
    this.whole = new long[width];
    this.wholeFrom = new long[VALUES * width];
    this.wholeTo = new long[CHUNKS * VALUES * width];
    this.everyRun = triggers.stream().anyMatch(owned -> owned.digits().before().digits());
    for (int i = 0; i < triggers.size(); i++) {
      Owned owned = triggers.get(i);
      enter(owned.digits(), i);
      enter(owned.digits().whole(), i);
      Detector detector = all.get(owned.detector());
      if (owned.digits().alone() < thresholds[owned.detector()] && detector.longest() <= REACH) {
        set(weak, 0, i);
      }
    }
  }

  private static int kind(String kinds, char sign) {
    return Math.max(0, kinds.indexOf(sign));
  }

  private void enter(Digits digits, int trigger) {
    for (int length = digits.min(); length <= Math.min(digits.max(), LONGEST_RUN); length++) {
      for (int i = 0; i < digits.follow().length(); i++) {
        int follow = FOLLOW.indexOf(digits.follow().charAt(i));
        set(shapes, length * FOLLOW.length() + follow, trigger);
      }
    }
    for (int place = 0; place < PLACES; place++) {
      for (int i = 0; isAt(place, digits.before()) && i < digits.first().length(); i++) {
        set(heads, place * FIRSTS + digits.first().charAt(i) - FIRST, trigger);
      }
    }
    set(thirds, 0, trigger); // where the run is shorter
    for (int i = 0; i < digits.third().length(); i++) {
      set(thirds, digits.third().charAt(i) - '0' + 1, trigger);
    }
    for (int next = 0; next <= LONGEST_NEXT; next++) {
      if (digits.next().min() <= next && next <= digits.next().max()) {
        set(nexts, next, trigger);
      }
    }
    if (digits.next().letter()) {
      set(nexts, LETTER_NEXT, trigger);
    }
    for (int i = 0; i < FOLLOW.length(); i++) {
      if (digits.next().then().indexOf(FOLLOW.charAt(i)) >= 0) {
        set(thens, i, trigger);
      }
    }
  }

  private void enter(Whole place, int trigger) {
    boolean known = place.to() > 0 && place.to() <= CHUNKS * CHUNK && place.from() > -CHUNK;
    if (known) {
      set(whole, 0, trigger);
    }
    int last = place.to() - 1;
    for (int value = 0; value < VALUES; value++) {
      if (!known || (value >>> (CHUNK - 1 + place.from()) & 1) != 0) {
        set(wholeFrom, value, trigger);
      }
      if (!known) {
        set(wholeTo, value, trigger);
      } else if ((value >>> (last % CHUNK) & 1) != 0) {
        set(wholeTo, last / CHUNK * VALUES + value, trigger);
      }
    }
  }

  private void set(long[] table, int row, int trigger) {
    table[row * width + trigger / 64] |= 1L << trigger;
  }

  private static boolean isAt(int place, Before before) {
    int coded = place - SIGNS.length();
    if (coded < 0) {
      return before.minLetters() == 0 && before.signs().indexOf(SIGNS.charAt(place)) >= 0;
    }
    int letters = coded / 4 + 1;
    return before.minLetters() <= letters
        && letters <= before.maxLetters()
        && (before.digits() || (coded & 1) == 0)
        && (!before.hexadecimal() || (coded & 2) != 0);
  }

  /** Returns whether a trigger takes digits that are not the first of their word. */
  boolean isForEveryRun() {
    return everyRun;
  }

  /** Returns how many longs have a bit for each trigger. */
  int width() {
    return width;
  }

  /** Returns a bit for each trigger of the detectors that {@code which} takes. */
  long[] triggersOf(Predicate<Integer> which) {
    long[] chosen = new long[width];
    for (int i = 0; i < detectors.length; i++) {
      if (which.test(detectors[i])) {
        set(chosen, 0, i);
      }
    }
    return chosen;
  }

  /**
   * Asks the detectors that the run of digits at {@code start} concerns, which is in the block that
   * {@code digits} was asked for last.
   */
  void fire(Scan scan, byte[] bytes, FirstDigits digits, int start) {
    long from = digits.from(start);
    int length = Long.numberOfTrailingZeros(~from);
    boolean near = length < LONGEST_RUN;
    int end = near ? start + length : digits.end(start);
    int shape = (Math.min(length, LONGEST_RUN) * FOLLOW.length() + follow(bytes, end)) * width;
    int head = head(bytes, start) * width;
    int third = (length > 2 ? bytes[start + 2] - '0' + 1 : 0) * width;
    int next = -1;
    int then = 0;
    int asked = -1;
    for (int i = 0; i < width; i++) {
      long firing = shapes[shape + i] & heads[head + i] & thirds[third + i];
      if (firing == 0) {
        continue;
      }
      if (next < 0) {
        int second = near ? Long.numberOfTrailingZeros(~(from >>> (length + 1))) : LONGEST_RUN;
        int behind = second < LONGEST_NEXT ? end + 1 + second : digits.end(end + 1);
        then = follow(bytes, behind) * width;
        boolean letter = behind == end + 1 && then == LETTER * width;
        next = (letter ? LETTER_NEXT : Math.min(behind - end - 1, LONGEST_NEXT)) * width;
      }
      firing &= nexts[next + i] & thens[then + i];
      if ((firing & whole[i]) != 0) {
        int ends = (int) digits.wordEnds(start);
        int starts = (int) (digits.wordStarts(start) >>> (Long.SIZE - CHUNK));
        long to = wholeTo[row(ends, 0) + i] | wholeTo[row(ends, 1) + i] | wholeTo[row(ends, 2) + i];
        firing &= wholeFrom[row(starts, 0) + i] & to;
      }
      if ((firing & weak[i]) != 0) {
        firing &= ~weak[i] | scan.raised(start, end)[i];
      }
      for (; firing != 0; firing &= firing - 1) {
        int detector = detectors[i * 64 + Long.numberOfTrailingZeros(firing)];
        if (detector != asked) { // by another trigger of the same detector
          asked = detector;
          scan.ask(detector, start, end);
        }
      }
    }
  }

  /** Returns the row for where words start or end in one of the chunks. */
  private int row(int bits, int chunk) {
    return (chunk * VALUES + ((bits >>> (chunk * CHUNK)) & (VALUES - 1))) * width;
  }

  private int follow(byte[] bytes, int at) {
    return at < bytes.length ? follows[bytes[at] & 0xff] : 0;
  }

  /** Returns the row of {@link #heads} for a run. */
  private int head(byte[] bytes, int start) {
    int before = start > 0 ? bytes[start - 1] : 0;
    if (!CharSet.LETTER.has(before)) {
      int prior = start > 1 ? bytes[start - 2] : 0;
      byte[] kinds = prior >= '0' && prior <= '9' ? joints : signs;
      return kinds[before & 0xff] * FIRSTS + bytes[start] - FIRST;
    }
    int word = start;
    boolean hexadecimal = true;
    while (word > 0 && CharSet.LETTER.has(bytes[word - 1])) {
      word--;
      hexadecimal &= CharSet.HEX.has(bytes[word]);
    }
    int place =
        SIGNS.length()
            + (Math.min(start - word, Before.MANY) - 1) * 4
            + (hexadecimal ? 2 : 0)
            + (word > 0 && CharSet.DIGIT.has(bytes[word - 1]) ? 1 : 0);
    return place * FIRSTS + bytes[word] - FIRST;
  }
}
