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

  private final Text text;
  final int start;
  final boolean plus;
  final boolean parenthesis;
  final int[] lengths = new int[MOST_GROUPS];
  final int[] ends = new int[MOST_GROUPS];
  final int[] separators = new int[MOST_GROUPS];
  int groups;

  /** Reads the groups from {@code from} on, where a digit stands. */
  PhoneShape(Text text, int from) {
    this.text = text;
    int before = text.at(from - 1);
    this.parenthesis = before == '(';
    int first = parenthesis ? from - 1 : from;
    this.plus = text.at(first - 1) == '+';
    this.start = plus ? first - 1 : first;
    read(from);
  }

  private void read(int from) {
    int at = from;
    int digits = 0;
    while (groups < MOST_GROUPS) {
      int end = text.runEnd(at, CharSet.DIGIT, MOST_DIGITS + 1);
      digits += end - at;
      if (end == at || digits > MOST_DIGITS) {
        return;
      }
      lengths[groups] = end - at;
      ends[groups] = end;
      separators[groups] = text.at(end);
      groups++;
      at = nextGroup(end);
      if (at < 0) {
        return;
      }
    }
  }

  /** Returns whether another group may stand behind a group that ends at {@code end}. */
  static boolean goesOn(Text text, int end) {
    int at = end;
    while (at < end + 3 && isBetween(text.at(at))) {
      at++;
    }
    return CharSet.DIGIT.has(text.at(at));
  }

  /** Returns where the group behind {@code end} starts, -1 if none does. */
  private int nextGroup(int end) {
    int at = end;
    int jumped = 0;
    while (jumped < 3 && isBetween(text.at(at))) {
      if (text.at(at) == '(' && !(text.at(at + 1) == '0' && text.at(at + 2) == ')') && groups > 1) {
        return -1;
      }
      at++;
      jumped++;
    }
    return jumped > 0 && CharSet.DIGIT.has(text.at(at)) ? at : -1;
  }

  private static boolean isBetween(int b) {
    return b == ' ' || b == '-' || b == '.' || b == '/' || b == '(' || b == ')';
  }

  /** Returns how many digits the first {@code count} groups have. */
  int digits(int count) {
    int digits = 0;
    for (int i = 0; i < count; i++) {
      digits += lengths[i];
    }
    return digits;
  }

  /** Returns whether the first digit is 0. */
  boolean zero() {
    return text.at(ends[0] - lengths[0]) == '0';
  }

  /** Returns whether one 0 leads, and no further group of three digits or more starts with 0. */
  boolean trunk() {
    int second = groups > 1 && lengths[0] == 1 ? ends[0] + 1 : ends[0] - lengths[0] + 1;
    boolean subscriber = groups < 2 || lengths[1] < 3 || text.at(ends[1] - lengths[1]) != '0';
    return zero() && text.at(second) != '0' && subscriber;
  }

  /** Returns whether the first two groups start as the years of a range do. */
  boolean isYears() {
    return isYear(ends[0] - 4) && isYear(ends[1] - 4);
  }

  private boolean isYear(int at) {
    return text.has(at, "19") || text.has(at, "20");
  }

  /** Returns whether what follows the first {@code count} groups lets a number end there. */
  boolean canEnd(int count) {
    int end = ends[count - 1];
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
    if (text.hasIgnoringCase(at, "extension")) {
      return 9;
    }
    if (text.hasIgnoringCase(at, "ext")) {
      return 3;
    }
    return Text.lower(text.at(at)) == 'x' ? 1 : 0;
  }
}
