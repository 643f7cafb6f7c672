package io.tabellion.policy;

/**
 * A pattern for a whole name: {@code *} stands for any characters, also none, {@code ?} for one;
 * everything else for itself, upper and lower case being different.
 *
 * <p>Written as 1 to 128 characters. Characters that mean something in other pattern languages
 * ({@code []{}\}) are refused, so that nobody relies on them.
 */
record Glob(String text) {
  private static final String EXPECTED = "a name with * and ?, 1 to 128 characters, none of []{}\\";

  Glob {
    boolean odd = text.chars().anyMatch(c -> c <= ' ' || "[]{}\\".indexOf(c) >= 0);
    if (text.isEmpty() || text.length() > 128 || odd) {
      throw new IllegalArgumentException(EXPECTED);
    }
  }

  /** The characters before the first {@code *} or {@code ?}; all of them if there is none. */
  String prefix() {
    int end = 0;
    while (end < text.length() && !wild(text.charAt(end))) {
      end++;
    }
    return text.substring(0, end);
  }

  /** Whether it stands for one name only. */
  boolean exact() {
    return prefix().length() == text.length();
  }

  /** Whether the whole of {@code name} matches; in time of their lengths multiplied, at most. */
  boolean matches(String name) {
    int at = 0;
    int star = -1;
    int retry = 0;
    for (int i = 0; i < name.length(); ) {
      if (at < text.length() && text.charAt(at) == '*') {
        star = at++;
        retry = i;
      } else if (at < text.length() && one(text.charAt(at), name.charAt(i))) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++retry;
      } else {
        return false;
      }
    }
    return text.substring(at).chars().allMatch(c -> c == '*');
  }

  private static boolean one(char pattern, char c) {
    return pattern == '?' || pattern == c;
  }

  private static boolean wild(char c) {
    return c == '*' || c == '?';
  }
}
