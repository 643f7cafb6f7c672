package io.tabellion.mask.text;

/**
 * The beginning of a text that could be the rest of a value of which nobody knows the first part:
 * its first word, if that has a digit, a sign of an address or token within, or is long; and
 * further words of digits behind it. Linear.
 */
public final class Rest {
  /** A word of letters alone that is as long is no word. */
  static final int LONG_WORD = 16;

  /** Characters between groups of digits. */
  private static final int WIDEST_GAP = 3;

  /** Signs within addresses, keys and tokens. */
  private static final String SIGNS = "@._-+/=%:~$#&*!?^|\\";

  /** Signs that end sentences, too: not masked at the end. */
  private static final String STOPS = ".:!?-";

  private Rest() {}

  /** Index after the beginning that could be a rest; 0 if there is none. */
  public static int end(String text) {
    Disguise disguise = Disguise.of(text);
    int end = plain(disguise == null ? text : disguise.text());
    return end == 0 || disguise == null ? end : disguise.end(end - 1);
  }

  private static int plain(String text) {
    int begin = 0;
    while (begin < text.length() && isGap(text.charAt(begin))) {
      begin++;
    }
    int end = word(text, begin);
    if (!isTelling(text, begin, end)) {
      return 0;
    }
    int next = digits(text, end);
    while (next > end) {
      end = word(text, next);
      next = digits(text, end);
    }
    return end;
  }

  /** Where digits begin that stand close behind; the index itself if none do. */
  private static int digits(String text, int end) {
    int at = end;
    while (at < text.length() && at - end < WIDEST_GAP && isGap(text.charAt(at))) {
      at++;
    }
    return at < text.length() && isDigit(text.charAt(at)) ? at : end;
  }

  /** Where the word that begins here ends. */
  private static int word(String text, int begin) {
    int end = begin;
    while (end < text.length() && isInWord(text.charAt(end))) {
      end++;
    }
    while (end > begin && STOPS.indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return end;
  }

  private static boolean isTelling(String text, int begin, int end) {
    boolean telling = end - begin >= LONG_WORD;
    for (int i = begin; i < end && !telling; i++) {
      telling = !Character.isLetter(text.charAt(i));
    }
    return telling;
  }

  private static boolean isInWord(char c) {
    return Character.isLetterOrDigit(c) || SIGNS.indexOf(c) >= 0;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isGap(char c) {
    return c <= ' ' || c == '-' || c == '.';
  }
}
