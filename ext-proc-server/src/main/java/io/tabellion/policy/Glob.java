package io.tabellion.policy;

/**
 * A pattern for a whole name: {@code *} stands for any characters, also none, {@code ?} for one;
 * everything else for itself, upper and lower case being different.
 *
 * <p>Written as 1 to 512 characters. Characters that mean something in other pattern languages
 * ({@code []{}\}) are refused, so that nobody relies on them.
 */
record Glob(String text) {
  private static final int LONGEST = 512;
  private static final String EXPECTED = "a name with * and ?, 1 to 512 characters, none of []{}\\";

  Glob {
    boolean odd = text.chars().anyMatch(c -> c <= ' ' || "[]{}\\".indexOf(c) >= 0);
    if (text.isEmpty() || text.length() > LONGEST || odd) {
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

  /** Whether it matches every name that the other one does; if it says no, it may all the same. */
  boolean covers(Glob other) {
    return text.equals("*")
        || text.equals(other.text)
        || (other.exact() && matches(other.text))
        || (prefixOnly() && other.prefix().startsWith(prefix()));
  }

  /** Whether some name matches both; in time of their lengths multiplied. */
  boolean meets(Glob other) {
    boolean[] next = new boolean[other.text.length() + 1];
    for (int i = text.length(); i >= 0; i--) {
      boolean[] row = new boolean[other.text.length() + 1];
      for (int j = other.text.length(); j >= 0; j--) {
        row[j] = meetsFrom(other, i, j, row, next);
      }
      next = row;
    }
    return next[0];
  }

  /** Whether the rest of both meet, where {@code row} and {@code next} say so of shorter rests. */
  private boolean meetsFrom(Glob other, int at, int to, boolean[] row, boolean[] next) {
    boolean ends = at == text.length();
    boolean otherEnds = to == other.text.length();
    if (ends && otherEnds) {
      return true;
    }
    if (!ends && text.charAt(at) == '*') {
      return next[to] || (!otherEnds && row[to + 1]);
    }
    if (!otherEnds && other.text.charAt(to) == '*') {
      return row[to + 1] || (!ends && next[to]);
    }
    return !ends
        && !otherEnds
        && (one(text.charAt(at), other.text.charAt(to))
            || one(other.text.charAt(to), text.charAt(at)))
        && next[to + 1];
  }

  private boolean prefixOnly() {
    return text.length() - prefix().length() == 1 && text.endsWith("*");
  }

  private static boolean one(char pattern, char c) {
    return pattern == '?' || pattern == c;
  }

  private static boolean wild(char c) {
    return c == '*' || c == '?';
  }
}
