package io.tabellion.policy;

import io.tabellion.policy.uri.Wild;

/**
 * A pattern for a whole name: {@code *} stands for any characters, also none, {@code ?} for one;
 * everything else for itself, upper and lower case being different. A backslash before {@code *},
 * {@code ?}, a bracket, a brace or a backslash makes it stand for itself.
 *
 * <p>Written as 1 to 512 characters. Brackets and braces without a backslash mean something in
 * other pattern languages; they are refused, so that nobody relies on them.
 *
 * @param text as it is written
 * @param form code points, with those of {@link Wild} in the place of wild cards
 */
public record Glob(String text, String form) {
  private static final int LONGEST = 512;
  private static final String SPECIAL = "*?[]{}\\";
  private static final String EXPECTED =
      "a name with * and ?, 1 to 512 characters; \\ before *, ?, [, ], {, } and \\ for the character"
          + " itself";

  public Glob(String text) {
    this(text, form(text));
  }

  private static String form(String text) {
    if (text.isEmpty()
        || text.length() > LONGEST
        || text.chars().anyMatch(c -> c < ' ' || Wild.is((char) c))) {
      throw new IllegalArgumentException(EXPECTED);
    }
    StringBuilder form = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
        if (i == text.length() || SPECIAL.indexOf(text.charAt(i)) < 0) {
          throw new IllegalArgumentException(EXPECTED);
        }
        form.append(text.charAt(i));
      } else if (SPECIAL.indexOf(c) > 1) {
        throw new IllegalArgumentException(EXPECTED);
      } else {
        form.append(c == '*' ? Wild.ANY : c == '?' ? Wild.ONE : c);
      }
    }
    return form.toString();
  }

  /** The characters before the first {@code *} or {@code ?}; all of them if there is none. */
  String prefix() {
    return Wild.prefix(form);
  }

  /** Whether it stands for one name only. */
  boolean exact() {
    return prefix().length() == form.length();
  }

  /** Whether the whole of {@code name} matches; in time of their lengths multiplied, at most. */
  public boolean matches(String name) {
    return Wild.matches(form, name);
  }

  /** Whether it matches every name that the other one does; if it says no, it may all the same. */
  boolean covers(Glob other) {
    return text.equals("*")
        || form.equals(other.form)
        || (other.exact() && matches(other.form))
        || (prefixOnly() && other.prefix().startsWith(prefix()));
  }

  /** Whether some name matches both; in time of their lengths multiplied. */
  boolean meets(Glob other) {
    boolean[] next = new boolean[other.form.length() + 1];
    for (int i = form.length(); i >= 0; i--) {
      boolean[] row = new boolean[other.form.length() + 1];
      for (int j = other.form.length(); j >= 0; j--) {
        row[j] = meetsFrom(other, i, j, row, next);
      }
      next = row;
    }
    return next[0];
  }

  /** Whether the rest of both meet, where {@code row} and {@code next} say so of shorter rests. */
  private boolean meetsFrom(Glob other, int at, int to, boolean[] row, boolean[] next) {
    boolean ends = at == form.length();
    boolean otherEnds = to == other.form.length();
    if (ends && otherEnds) {
      return true;
    }
    if (!ends && form.charAt(at) == Wild.ANY) {
      return next[to] || (!otherEnds && row[to + 1]);
    }
    if (!otherEnds && other.form.charAt(to) == Wild.ANY) {
      return row[to + 1] || (!ends && next[to]);
    }
    return !ends
        && !otherEnds
        && (one(form.charAt(at), other.form.charAt(to))
            || one(other.form.charAt(to), form.charAt(at)))
        && next[to + 1];
  }

  private boolean prefixOnly() {
    return form.length() - prefix().length() == 1 && form.charAt(form.length() - 1) == Wild.ANY;
  }

  private static boolean one(char pattern, char c) {
    return pattern == Wild.ONE || pattern == c;
  }
}
