package io.tabellion.policy.uri;

/**
 * Wild cards in the spellings of a pattern: two characters of a private use area, so that a star
 * that was escaped stays a star.
 */
final class Wild {
  /** Any characters, also none. */
  static final char ANY = '\uE000';

  /** One character. */
  static final char ONE = '\uE001';

  private Wild() {}

  static boolean is(char c) {
    return c == ANY || c == ONE;
  }

  static boolean isIn(String text) {
    return text.indexOf(ANY) >= 0 || text.indexOf(ONE) >= 0;
  }

  /** Whether the whole of {@code name} matches; in time of their lengths multiplied, at most. */
  static boolean matches(String pattern, String name) {
    int at = 0;
    int star = -1;
    int retry = 0;
    for (int i = 0; i < name.length(); ) {
      if (at < pattern.length() && pattern.charAt(at) == ANY) {
        star = at++;
        retry = i;
      } else if (at < pattern.length() && one(pattern.charAt(at), name.charAt(i))) {
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

  private static boolean one(char pattern, char c) {
    return pattern == ONE || pattern == c;
  }
}
