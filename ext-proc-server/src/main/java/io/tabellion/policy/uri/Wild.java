package io.tabellion.policy.uri;

/**
 * Patterns whose wild cards are two characters of a private use area, so that a star that was
 * escaped stays a star. Nobody may write these characters in a pattern.
 *
 * <p>Pure.
 */
public final class Wild {
  /** Any characters, also none. */
  public static final char ANY = '\uE000';

  /** One character. */
  public static final char ONE = '\uE001';

  private Wild() {}

  public static boolean is(char c) {
    return c == ANY || c == ONE;
  }

  static boolean isIn(String text) {
    return text.indexOf(ANY) >= 0 || text.indexOf(ONE) >= 0;
  }

  /** The characters before the first wild card; all of them if there is none. */
  public static String prefix(String pattern) {
    int end = 0;
    while (end < pattern.length() && !is(pattern.charAt(end))) {
      end++;
    }
    return pattern.substring(0, end);
  }

  /** Whether the whole of {@code name} matches; in time of their lengths multiplied, at most. */
  public static boolean matches(String pattern, String name) {
    int at = 0;
    int star = -1;
    int retry = 0;
    for (int i = 0; i < name.length(); ) {
      if (at < pattern.length() && pattern.charAt(at) == ANY) {
        star = at++;
        retry = i;
      } else if (at < pattern.length() && pattern.charAt(at) == ONE) {
        at++;
        i += Character.charCount(name.codePointAt(i));
      } else if (at < pattern.length() && pattern.charAt(at) == name.charAt(i)) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++retry;
      } else {
        return false;
      }
    }
    return pattern.substring(at).chars().allMatch(c -> c == ANY);
  }
}
