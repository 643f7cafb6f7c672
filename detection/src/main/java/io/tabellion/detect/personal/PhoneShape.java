package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Text;

/**
 * Groups of digits as people write phone numbers, with a plus or parentheses before them and an
 * extension behind. Confined to one attempt.
 */
final class PhoneShape {
  static final int MOST_DIGITS = 15;
  private static final int LEAST_OF_ROW = 10;
  private static final int MOST_GROUPS = 8;

  /** Most signs between two groups; all groups and gaps are within {@link Text#LOOK}. */
  private static final int WIDEST_GAP = 3;

  /** Bits of a count of digits. */
  private static final int BITS = 4;

  private static final int ONE = (1 << BITS) - 1;

  private final Text text;
  private final int from;
  final int start;
  final boolean plus;
  final boolean parenthesis;
  final int groups;

  // Numbers side by side in one, which need no arrays: of each group, the first lowest.
  private int lengths;
  private int sums;
  private long ends;

  /** Whether a parenthesis opens behind a group. */
  private boolean opened;

  /** Reads the groups from {@code from} on, where a digit stands. */
  PhoneShape(Text text, int from) {
    this.text = text;
    this.from = from;
    int before = text.at(from - 1);
    this.parenthesis = before == '(';
    int first = parenthesis ? from - 1 : from;
    this.plus = text.at(first - 1) == '+';
    this.start = plus ? first - 1 : first;
    this.groups = read();
  }

  /** Reads the groups; returns how many there are. */
  private int read() {
    long digits = text.digitsFrom(from);
    int at = 0;
    int sum = 0;
    int read = 0;
    while (read < MOST_GROUPS) {
      int length = Long.numberOfTrailingZeros(~(digits >>> at));
      sum += length;
      if (sum > MOST_DIGITS) {
        return read;
      }
      at += length;
      lengths |= length << (BITS * read);
      sums |= sum << (BITS * read);
      ends |= (long) at << (Byte.SIZE * read);
      read++;
      int gap = Long.numberOfTrailingZeros(digits >>> at);
      if (gap > WIDEST_GAP || !isGap(from + at, gap, read)) {
        return read;
      }
      at += gap;
    }
    return read;
  }

  /** Returns whether the signs from there on may stand behind so many groups. */
  private boolean isGap(int start, int length, int read) {
    for (int at = start; at < start + length; at++) {
      int sign = text.at(at);
      if (!isBetween(sign) || (sign == '(' && read > 1 && !isTrunk(at))) {
        return false;
      }
      opened |= sign == '(';
    }
    return true;
  }

  /** Returns whether the 0 stands there that is not dialled from abroad. */
  private boolean isTrunk(int at) {
    return text.at(at + 1) == '0' && text.at(at + 2) == ')';
  }

  /** Returns which digit of the first {@code count} groups is the 0 of {@code (0)}; -1 if none. */
  int trunkZero(int count) {
    if (parenthesis && isTrunk(from - 1)) {
      return 0;
    }
    for (int i = 1; opened && i < count; i++) {
      int before = end(i) - length(i) - 1;
      if (text.at(before) == '(' && isTrunk(before)) {
        return digits(i);
      }
    }
    return -1;
  }

  /** Returns how a number in groups of such lengths is known by {@link #plan(int)}. */
  static int planOf(int... lengths) {
    int plan = 0;
    for (int i = 0; i < lengths.length; i++) {
      plan |= lengths[i] << (BITS * i);
    }
    return plan;
  }

  /** Returns the lengths of the first {@code count} groups, as {@link #planOf} has them. */
  int plan(int count) {
    return count == MOST_GROUPS ? lengths : lengths & ((1 << (BITS * count)) - 1);
  }

  /**
   * Returns how many groups from the first on are no single digits, but for the first: without a
   * plus or a parenthesis no number has more.
   */
  int grouped() {
    int several = (lengths >>> BITS) & 0xEEEE_EEEE;
    several |= several >>> 2;
    several |= several >>> 1;
    return 1 + Integer.numberOfTrailingZeros(~several & 0x1111_1111) / BITS;
  }

  /** Returns whether all digits of the first {@code count} groups are the same. */
  boolean isUniform(int count) {
    int first = text.at(from);
    for (int at = from + 1; at < end(count - 1); at++) {
      int b = text.at(at);
      if (b != first && b >= '0' && b <= '9') {
        return false;
      }
    }
    return true;
  }

  /** Returns how many digits a group has. */
  int length(int group) {
    return lengths >>> (BITS * group) & ONE;
  }

  /** Returns where a group ends. */
  int end(int group) {
    return from + (int) (ends >>> (Byte.SIZE * group) & 0xff);
  }

  /** Returns the sign behind a group. */
  int separator(int group) {
    return text.at(end(group));
  }

  /** Returns whether another group may stand behind a group that ends at {@code end}. */
  static boolean goesOn(Text text, int end) {
    int at = end;
    while (at < end + WIDEST_GAP && isBetween(text.at(at))) {
      at++;
    }
    return CharSet.DIGIT.has(text.at(at));
  }

  private static boolean isBetween(int b) {
    return b == ' ' || b == '-' || b == '.' || b == '/' || b == '(' || b == ')';
  }

  /** Returns how many digits the first {@code count} groups have. */
  int digits(int count) {
    return sums >>> (BITS * (count - 1)) & ONE;
  }

  /** Returns the digits of the first {@code count} groups. */
  DigitString number(int count) {
    long digits = 0;
    for (int i = 0; i < count; i++) {
      int length = length(i);
      digits = (digits << (DigitString.BITS * length)) | text.number(end(i) - length, length);
    }
    return new DigitString(digits, digits(count));
  }

  /** Returns whether the first digit is 0. */
  boolean zero() {
    return text.at(from) == '0';
  }

  /** Returns whether one 0 leads, and no further group of three digits or more starts with 0. */
  boolean trunk() {
    int second = groups > 1 && length(0) == 1 ? end(0) + 1 : from + 1;
    boolean subscriber = groups < 2 || length(1) < 3 || text.at(end(1) - length(1)) != '0';
    return zero() && text.at(second) != '0' && subscriber;
  }

  /** Returns whether the first two groups start as the years of a range do. */
  boolean isYears() {
    return isYear(end(0) - 4) && isYear(end(1) - 4);
  }

  private boolean isYear(int at) {
    return text.has(at, "19") || text.has(at, "20");
  }

  /** Returns whether what follows the first {@code count} groups lets a number end there. */
  boolean canEnd(int count) {
    int end = end(count - 1);
    int after = text.at(end);
    if (CharSet.DIGIT.has(after) || after == '_' || after == '%' || after == '@') {
      return false;
    }
    if (CharSet.LETTER.has(after)) {
      return extensionEnd(end) > end;
    }
    boolean joins = after == '.' || after == '-' || after == '/' || after == ',' || after == ':';
    boolean row = after == ',' && plus && digits(count) >= LEAST_OF_ROW; // a row's next value
    return row || !(joins && CharSet.DIGIT.has(text.at(end + 1)));
  }

  /** Returns where the extension behind {@code end} ends; {@code end} if there is none. */
  int extensionEnd(int end) {
    int at = end;
    while (at < end + 2 && (text.at(at) == ' ' || text.at(at) == ',')) {
      at++;
    }
    int word = wordOfExtension(at);
    if (word == 0) {
      return end;
    }
    at += word;
    while (at < end + 14 && (text.at(at) == ' ' || text.at(at) == '.' || text.at(at) == ':')) {
      at++;
    }
    int last = text.runEnd(at, CharSet.DIGIT, 7);
    return last > at && last - at < 7 && !CharSet.LETTER.has(text.at(last)) ? last : end;
  }

  private int wordOfExtension(int at) {
    int first = Text.lower(text.at(at));
    if (first != 'e') {
      return first == 'x' ? 1 : 0;
    }
    if (text.hasIgnoringCase(at, "extension")) {
      return 9;
    }
    return text.hasIgnoringCase(at, "ext") ? 3 : 0;
  }
}
