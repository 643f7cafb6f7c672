package io.tabellion.detect.engine;

import io.tabellion.detect.engine.Trigger.Digits;
import io.tabellion.detect.engine.Trigger.Layout;
import io.tabellion.detect.engine.Trigger.Whole;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The triggers that numbers of one kind may fire. Which of them a number does fire is told by its
 * third digit, by the next number behind one sign and what follows that, by where words start and
 * end around it, and by where digits stand behind it.
 *
 * <p>Immutable and thread-safe.
 */
final class DigitGroup {
  /** Of numbers that concern nobody. */
  static final DigitGroup NOBODY = new DigitGroup(List.of(), List.of(), null);

  /** A bit of a long for each trigger. */
  private static final int MOST = Long.SIZE;

  /** Longer groups of digits behind a sign are as long as this. */
  private static final int LONGEST_NEXT = 16;

  /** A letter there, as long as this. */
  private static final int LETTER_NEXT = LONGEST_NEXT + 1;

  private static final String FOLLOW = Digits.ANY_FOLLOW;
  private static final int LETTER = FOLLOW.indexOf('A');

  /** Bytes of which a table tells what follows from where words start or end in them. */
  private static final int CHUNK = 8;

  private static final int CHUNKS = 3;
  private static final int VALUES = 1 << CHUNK;

  /** Which of {@link Digits#ANY_FOLLOW} each byte is. */
  private static final byte[] FOLLOWS = new byte[256];

  static {
    for (int b = 0; b < FOLLOWS.length; b++) {
      FOLLOWS[b] = (byte) DigitIndex.follow(b);
    }
  }

  private final int[] detectors;
  private final int[] numbers;
  private final long[] byThird = new long[11];
  private final long[] byNext = new long[LETTER_NEXT + 1];
  private final long[] byThen = new long[FOLLOW.length()];

  /** By where words start in the eight bytes up to the run: who may start there. */
  private final long[] byStart;

  /** By where words end in the first, second and third eight bytes: who may end there. */
  private final long[] byEnd;

  /** Of each trigger: where it wants digits, and how long a word. */
  private final Layout[] layouts;

  private final int[] words;

  private final long weak;
  private final long whole;
  private final long laid;
  private final long wordy;
  private final @Nullable DigitGroup more;

  /**
   * A trigger.
   *
   * @param detector whose it is
   * @param weak whether it waits for a word
   */
  record Member(Digits digits, int detector, boolean weak) {
    /** Whether a match starts and ends at known places. */
    boolean isWhole() {
      Whole place = digits.whole();
      return place.to() > 0 && place.to() <= CHUNKS * CHUNK && place.from() > -CHUNK;
    }
  }

  private DigitGroup(List<Member> all, List<Integer> chosen, @Nullable DigitGroup more) {
    int size = chosen.size();
    this.more = more;
    this.numbers = chosen.stream().mapToInt(number -> number).toArray();
    this.detectors = new int[size];
    this.layouts = new Layout[size];
    this.words = new int[size];
    long waiting = 0;
    long known = 0;
    long placed = 0;
    long counted = 0;
    for (int i = 0; i < size; i++) {
      Member member = all.get(numbers[i]);
      long bit = 1L << i;
      detectors[i] = member.detector;
      waiting |= member.weak ? bit : 0;
      known |= member.isWhole() ? bit : 0;
      layouts[i] = member.digits.layout();
      placed |= layouts[i].equals(Layout.ANY) ? 0 : bit;
      words[i] = member.digits.word();
      counted |= words[i] > 1 ? bit : 0;
      enter(member.digits, bit);
    }
    this.weak = waiting;
    this.whole = known;
    this.laid = placed;
    this.wordy = counted;
    this.byStart = new long[known == 0 ? 0 : VALUES];
    this.byEnd = new long[known == 0 ? 0 : CHUNKS * VALUES];
    for (int i = 0; i < size && known != 0; i++) {
      if ((known >>> i & 1) != 0) {
        enter(all.get(numbers[i]).digits.whole(), 1L << i);
      }
    }
  }

  private void enter(Digits digits, long bit) {
    byThird[0] |= bit; // where the run is shorter
    for (int i = 0; i < digits.third().length(); i++) {
      byThird[digits.third().charAt(i) - '0' + 1] |= bit;
    }
    for (int next = 0; next <= LONGEST_NEXT; next++) {
      if (digits.next().min() <= next && next <= digits.next().max()) {
        byNext[next] |= bit;
      }
    }
    byNext[LETTER_NEXT] |= digits.next().letter() ? bit : 0;
    for (int i = 0; i < FOLLOW.length(); i++) {
      byThen[i] |= digits.next().then().indexOf(FOLLOW.charAt(i)) >= 0 ? bit : 0;
    }
  }

  private void enter(Whole place, long bit) {
    int last = place.to() - 1;
    for (int value = 0; value < VALUES; value++) {
      byStart[value] |= (value >>> (CHUNK - 1 + place.from()) & 1) != 0 ? bit : 0;
      byEnd[last / CHUNK * VALUES + value] |= (value >>> last % CHUNK & 1) != 0 ? bit : 0;
    }
  }

  /**
   * Returns the group of some triggers.
   *
   * @param chosen their indexes, in order
   */
  static DigitGroup of(List<Member> all, List<Integer> chosen) {
    if (chosen.isEmpty()) {
      return NOBODY;
    }
    int size = Math.min(MOST, chosen.size());
    DigitGroup rest = of(all, chosen.subList(size, chosen.size()));
    return new DigitGroup(all, chosen.subList(0, size), rest == NOBODY ? null : rest);
  }

  /**
   * Asks the detectors that a number of this kind concerns.
   *
   * @param behind a bit for each byte from {@code end} on that is a digit; of the first {@value
   *     #LONGEST_NEXT} at least, or all bits where that is not known
   */
  void fire(Scan scan, byte[] bytes, FirstDigits digits, int start, int end, long behind) {
    int third = end - start > 2 ? bytes[start + 2] - '0' + 1 : 0;
    int second = Long.numberOfTrailingZeros(~(behind >>> 1));
    int next = second < LONGEST_NEXT ? end + 1 + second : digits.end(end + 1);
    int then = next < bytes.length ? FOLLOWS[bytes[next] & 0xff] : 0;
    int length =
        next == end + 1 && then == LETTER ? LETTER_NEXT : Math.min(next - end - 1, LONGEST_NEXT);
    int asked = -1;
    for (DigitGroup group = this; group != null; group = group.more) {
      long firing = group.byThird[third] & group.byNext[length] & group.byThen[then];
      if (firing != 0) {
        asked =
            group.ask(
                group.fired(firing, scan, bytes, digits, start, end), scan, start, end, asked);
      }
    }
  }

  /** Returns which of the triggers fire, by the words that the number is in and that are near. */
  private long fired(long some, Scan scan, byte[] bytes, FirstDigits digits, int start, int end) {
    long fired = some;
    if ((fired & laid) != 0) {
      fired = laidOut(fired, bytes, digits.from(start), start);
    }
    if ((fired & wordy) != 0) {
      fired = inWord(fired, digits, start);
    }
    if ((fired & whole) != 0) {
      int starts = (int) (digits.wordStarts(start) >>> (Long.SIZE - CHUNK));
      int ends = (int) digits.wordEnds(start);
      long to = byEnd[row(ends, 0)] | byEnd[row(ends, 1)] | byEnd[row(ends, 2)];
      fired &= ~whole | (byStart[starts] & to);
    }
    if ((fired & weak) != 0) {
      long[] raised = scan.raised(start, end);
      for (long rest = fired & weak; rest != 0; rest &= rest - 1) {
        int i = Long.numberOfTrailingZeros(rest);
        long spokenFor = raised[numbers[i] / Long.SIZE] >>> numbers[i] & 1;
        fired &= ~((spokenFor ^ 1) << i);
      }
    }
    return fired;
  }

  /** Returns which of the triggers fire where digits stand so from the run on. */
  private long laidOut(long some, byte[] bytes, long here, int start) {
    long fired = some;
    for (long rest = some & laid; rest != 0; rest &= rest - 1) {
      int i = Long.numberOfTrailingZeros(rest);
      Layout layout = layouts[i];
      boolean fits =
          (here & layout.looked()) == layout.digits()
              && (layout.apart() == 0 || isApart(bytes, start, start + layout.apart()));
      fired &= fits ? -1L : ~(1L << i);
    }
    return fired;
  }

  /** Returns whether no number stands before or behind, with one space between. */
  private static boolean isApart(byte[] bytes, int start, int end) {
    boolean before = start > 1 && bytes[start - 1] == ' ' && isDigit(bytes[start - 2]);
    boolean behind = end + 1 < bytes.length && bytes[end] == ' ' && isDigit(bytes[end + 1]);
    return !before && !behind;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** Returns which of the triggers fire in a word that is as long as the one around the run. */
  private long inWord(long some, FirstDigits digits, int start) {
    int before = Long.numberOfLeadingZeros(digits.wordStarts(start));
    int behind = Long.numberOfTrailingZeros(digits.wordEnds(start));
    int length = before + behind + 1; // of 64 and more: more than anybody asks for
    long fired = some;
    for (long rest = some & wordy; rest != 0; rest &= rest - 1) {
      int i = Long.numberOfTrailingZeros(rest);
      fired &= words[i] <= length ? -1L : ~(1L << i);
    }
    return fired;
  }

  /** Returns the row for where words end in one of the chunks. */
  private static int row(int bits, int chunk) {
    return chunk * VALUES + ((bits >>> (chunk * CHUNK)) & (VALUES - 1));
  }

  /** Asks each detector once, but for that which was asked last; returns whom it asked last. */
  private int ask(long fired, Scan scan, int start, int end, int last) {
    int asked = last;
    for (long rest = fired; rest != 0; rest &= rest - 1) {
      int detector = detectors[Long.numberOfTrailingZeros(rest)];
      if (detector != asked) { // by another trigger of the same detector
        asked = detector;
        scan.ask(detector, start, end);
      }
    }
    return asked;
  }
}
