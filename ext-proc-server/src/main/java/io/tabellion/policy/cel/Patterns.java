package io.tabellion.policy.cel;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The patterns of {@code matches}. They are written out in the policy, never taken from a message,
 * so that each is compiled once, when the file is read, and checked there.
 *
 * <p>Thread-safe. Patterns of policies that are gone stay until there are {@value #MOST}; then all
 * go, and are compiled again as they are met.
 */
final class Patterns {
  /** Instructions of RE2 that a pattern may have. */
  static final int MOST_INSTRUCTIONS = 1_000;

  /** How often something may be repeated, repetitions within repetitions multiplied. */
  private static final long MOST_REPEATS = 100_000;

  private static final int MOST = 10_000;
  private static final Map<String, Pattern> COMPILED = new ConcurrentHashMap<>();

  private Patterns() {}

  /** Returns the pattern, which was {@link #check checked}. */
  static Pattern compiled(String regex) {
    Pattern pattern = COMPILED.get(regex);
    if (pattern == null) {
      pattern = Pattern.compile(regex);
      if (COMPILED.size() >= MOST) {
        COMPILED.clear();
      }
      COMPILED.put(regex, pattern);
    }
    return pattern;
  }

  /**
   * Checks and compiles a pattern.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  static void check(String regex) {
    if (repeats(regex) > MOST_REPEATS) {
      throw new IllegalArgumentException("too large (expected: fewer repetitions)");
    }
    try {
      int size = compiled(regex).programSize();
      if (size > MOST_INSTRUCTIONS) {
        throw new IllegalArgumentException(
            "%d instructions (expected: at most %d)".formatted(size, MOST_INSTRUCTIONS));
      }
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(e.getDescription() + " (expected: RE2 syntax)", e);
    }
  }

  /** All counts of {@code {n,m}} multiplied: an upper bound of what they expand to. */
  private static long repeats(String regex) {
    long product = 1;
    for (int open = regex.indexOf('{'); open >= 0; open = regex.indexOf('{', open + 1)) {
      int end = open + 1;
      long most = 0;
      long number = 0;
      while (end < regex.length() && "0123456789,".indexOf(regex.charAt(end)) >= 0) {
        char c = regex.charAt(end++);
        number = c == ',' ? 0 : Math.min(number * 10 + c - '0', MOST_REPEATS);
        most = Math.max(most, number);
      }
      product = Math.min(product * Math.max(1, most), MOST_REPEATS * 10);
    }
    return product;
  }
}
