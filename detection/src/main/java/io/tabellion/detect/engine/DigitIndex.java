package io.tabellion.detect.engine;

import io.tabellion.detect.engine.Trigger.Before;
import io.tabellion.detect.engine.Trigger.Digits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which triggers a run of digits fires, by its length, what follows it, what stands before it and
 * what its word begins with. Each of these has a table with a bit for each trigger that it does not
 * rule out; those whose bit is in all four are a {@link DigitGroup}, which is made when a number of
 * the kind is first met. Most numbers in most texts are of the group that has none.
 *
 * <p>Thread-safe.
 */
final class DigitIndex {
  /** Longer runs are as long as this. */
  static final int LONGEST_RUN = 40;

  /** How far a detector's match reaches beyond the run, that its trigger can wait for a word. */
  static final int REACH = 64;

  private static final String FOLLOW = Digits.ANY_FOLLOW;
  private static final int LETTER = FOLLOW.indexOf('A');
  private static final String SIGNS = "*+(-./:,_$JHTC";

  /** Signs that are others where a digit stands before them. */
  private static final String JOINTS = ".-:,";

  private static final int JOINED = SIGNS.indexOf('J');
  private static final int PLACES = SIGNS.length() + 4 * Before.MANY;
  private static final int BYTES = 256;

  /** In {@link #signs}, where letters stand before the run: they count then. */
  private static final int LETTERS = -1;

  /** Each trigger, with whose it is and whether it waits for a word. */
  private final List<DigitGroup.Member> members = new ArrayList<>();

  private final int width;
  private final Table lengths;
  private final Table follows;
  private final Table places;
  private final Table firsts;

  // What the length, the byte behind, the byte before (those behind a digit follow the others) and
  // the first byte of the word add to the index of a group.
  private final int[] byLength = new int[LONGEST_RUN + 1];
  private final int[] byFollow = new int[BYTES];
  private final int[] signs = new int[2 * BYTES];
  private final int[] byPlace = new int[PLACES];
  private final int[] byFirst = new int[BYTES];

  /** Null where no number of the kind was met so far. Written more than once with the same. */
  private final @Nullable DigitGroup[] groups;

  private final Map<List<Integer>, DigitGroup> known = new HashMap<>(); // guarded by this
  private final boolean everyRun;

  /**
   * @param thresholds of each detector; a trigger whose matches stay below it without a context
   *     word waits for one
   */
  DigitIndex(List<Detector> all, double[] thresholds) {
    for (int i = 0; i < all.size(); i++) {
      for (Trigger trigger : all.get(i).triggers()) {
        if (trigger instanceof Digits digits) {
          boolean weak = digits.alone() < thresholds[i] && all.get(i).longest() <= REACH;
          members.add(new DigitGroup.Member(digits, i, weak));
        }
      }
    }
    this.width = (members.size() + 63) / 64;
    this.everyRun = members.stream().anyMatch(member -> member.digits().before().digits());
    this.lengths = table(byLength.length, (digits, i) -> digits.min() <= i && i <= digits.max());
    this.follows =
        table(FOLLOW.length(), (digits, i) -> digits.follow().indexOf(FOLLOW.charAt(i)) >= 0);
    this.places = table(PLACES, (digits, i) -> isAt(i, digits.before()));
    this.firsts =
        table(
            Digits.ANY_FIRST.length(),
            (digits, i) -> digits.first().indexOf(Digits.ANY_FIRST.charAt(i)) >= 0);
    this.groups = new DigitGroup[lengths.kinds * follows.kinds * places.kinds * firsts.kinds];
    number();
  }

  /** Says what everything adds to the index of a group. */
  private void number() {
    int step = firsts.kinds;
    for (int i = 0; i < PLACES; i++) {
      byPlace[i] = places.kind[i] * step;
    }
    for (int b = 0; b < BYTES; b++) {
      int sign = Math.max(0, SIGNS.indexOf("#%@".indexOf(b) < 0 ? (char) b : '$'));
      int joint = JOINTS.indexOf(b);
      boolean letter = b < 128 && CharSet.LETTER.has(b);
      signs[b] = letter ? LETTERS : byPlace[sign];
      signs[BYTES + b] = letter ? LETTERS : byPlace[joint < 0 ? sign : JOINED + joint];
    }
    for (int i = 0; i < Digits.ANY_FIRST.length(); i++) {
      byFirst[Digits.ANY_FIRST.charAt(i)] = firsts.kind[i];
    }
    step *= places.kinds;
    for (int b = 0; b < BYTES; b++) {
      byFollow[b] = follows.kind[follow(b)] * step;
    }
    step *= follows.kinds;
    for (int i = 0; i < byLength.length; i++) {
      byLength[i] = lengths.kind[i] * step;
    }
  }

  /** Returns which of {@link Digits#ANY_FOLLOW} a byte is, as an unsigned number. */
  static int follow(int b) {
    return b < 128 && CharSet.LETTER.has(b) ? LETTER : Math.max(0, FOLLOW.indexOf((char) b));
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

  /** Whether a trigger is not ruled out. */
  private interface Rule {
    boolean takes(Digits digits, int value);
  }

  /** What some property of a number rules out. */
  private static final class Table {
    /** Of each value; those of one kind rule out the same. */
    private final int[] kind;

    /** A bit for each trigger, by kind. */
    private final List<long[]> rows = new ArrayList<>();

    private int kinds;

    Table(int values) {
      kind = new int[values];
    }

    void add(int value, long[] row) {
      int same = 0;
      while (same < kinds && !Arrays.equals(rows.get(same), row)) {
        same++;
      }
      if (same == kinds) {
        rows.add(row);
        kinds++;
      }
      kind[value] = same;
    }
  }

  private Table table(int values, Rule rule) {
    Table table = new Table(values);
    for (int value = 0; value < values; value++) {
      long[] row = new long[width];
      for (int i = 0; i < members.size(); i++) {
        row[i / Long.SIZE] |= rule.takes(members.get(i).digits(), value) ? 1L << i : 0;
      }
      table.add(value, row);
    }
    return table;
  }

  /** Returns whether a trigger takes digits that are not the first of their word. */
  boolean isForEveryRun() {
    return everyRun;
  }

  /** Returns how many longs have a bit for each trigger. */
  int width() {
    return width;
  }

  /** Returns whether one of the triggers, a bit each, is the detector's. */
  boolean hasTriggerOf(int detector, long[] some) {
    for (int i = 0; i < width; i++) {
      for (long rest = some[i]; rest != 0; rest &= rest - 1) {
        if (members.get(i * Long.SIZE + Long.numberOfTrailingZeros(rest)).detector() == detector) {
          return true;
        }
      }
    }
    return false;
  }

  /** Sets the bits of the detector's triggers. */
  void addTriggersOf(int detector, long[] some) {
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).detector() == detector) {
        some[i / Long.SIZE] |= 1L << i;
      }
    }
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
    int index =
        byLength[Math.min(length, LONGEST_RUN)]
            + byFollow[end < bytes.length ? bytes[end] & 0xff : 0]
            + head(bytes, start);
    DigitGroup group = groups[index];
    if (group == null) {
      group = group(index);
    }
    if (group != DigitGroup.NOBODY) {
      group.fire(scan, bytes, digits, start, end, near ? from >>> length : -1);
    }
  }

  /** Returns what stands before the run, and first in its word, as a part of the index. */
  private int head(byte[] bytes, int start) {
    int before = start > 0 ? bytes[start - 1] & 0xff : 0;
    int prior = start > 1 ? bytes[start - 2] : 0;
    int place = signs[prior >= '0' && prior <= '9' ? BYTES + before : before];
    return place < 0 ? headOfWord(bytes, start) : place + byFirst[bytes[start]];
  }

  /** Returns the same where letters stand before the run. */
  private int headOfWord(byte[] bytes, int start) {
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
    return byPlace[place] + byFirst[bytes[word]];
  }

  private synchronized DigitGroup group(int index) {
    int rest = index;
    long[] first = firsts.rows.get(rest % firsts.kinds);
    rest /= firsts.kinds;
    long[] place = places.rows.get(rest % places.kinds);
    rest /= places.kinds;
    long[] follow = follows.rows.get(rest % follows.kinds);
    long[] length = lengths.rows.get(rest / follows.kinds);
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      int at = i / 64;
      if (((first[at] & place[at] & follow[at] & length[at]) >>> i & 1) != 0) {
        chosen.add(i);
      }
    }
    DigitGroup group = known.computeIfAbsent(chosen, those -> DigitGroup.of(members, those));
    groups[index] = group;
    return group;
  }
}
