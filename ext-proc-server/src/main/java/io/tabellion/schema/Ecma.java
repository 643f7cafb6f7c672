package io.tabellion.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of a schema (ECMA-262), matched by RE2: in time of its size times that of the text,
 * whatever they are. What RE2 has not (back references, looking around, halves of characters)
 * cannot be matched.
 */
final class Ecma {
  /** Characters of a pattern. */
  private static final int LONGEST = 2_000;

  /** Instructions of RE2 that a pattern may have. */
  private static final int MOST_INSTRUCTIONS = 2_000;

  /** How often something may be repeated, repetitions within repetitions multiplied. */
  private static final long MOST_REPEATS = 20_000;

  private final Pattern pattern;

  private Ecma(Pattern pattern) {
    this.pattern = pattern;
  }

  /** Returns the pattern; null for one that cannot be matched. */
  static @Nullable Ecma of(String regex) {
    if (regex.length() > LONGEST || repeats(regex) > MOST_REPEATS) {
      return null;
    }
    try {
      Pattern pattern = Pattern.compile(translated(regex));
      return pattern.programSize() > MOST_INSTRUCTIONS ? null : new Ecma(pattern);
    } catch (PatternSyntaxException | IllegalStateException | StackOverflowError e) {
      return null;
    }
  }

  /** Whether the pattern is found in the text. */
  boolean finds(String text) {
    Check.CURRENT.get().match(pattern.programSize(), text);
    return pattern.matcher(text).find();
  }

  /** Escapes of ECMA-262 that RE2 writes otherwise. */
  private static String translated(String regex) {
    StringBuilder re2 = new StringBuilder(regex.length() + 8);
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      if (c != '\\' || i + 1 == regex.length()) {
        re2.append(c);
        continue;
      }
      char escaped = regex.charAt(++i);
      if (escaped == 'u' && i + 4 < regex.length() && hex(regex, i + 1)) {
        if (Character.isSurrogate((char) Integer.parseInt(regex, i + 1, i + 5, 16))) {
          throw new IllegalStateException("half of a character");
        }
        re2.append("\\x{").append(regex, i + 1, i + 5).append('}');
        i += 4;
      } else if (escaped == 'u' && i + 1 < regex.length() && regex.charAt(i + 1) == '{') {
        re2.append("\\x");
      } else if (escaped == '/') {
        re2.append('/');
      } else {
        re2.append(c).append(escaped);
      }
    }
    return re2.toString();
  }

  private static boolean hex(String text, int from) {
    return text.substring(from, from + 4).chars().allMatch(c -> Character.digit(c, 16) >= 0);
  }

  /** All counts of {@code {n,m}} multiplied: an upper bound of what they expand to. */
  private static long repeats(String regex) {
    long product = 1;
    for (int open = regex.indexOf('{'); open >= 0; open = regex.indexOf('{', open + 1)) {
      long most = 0;
      long number = 0;
      for (int end = open + 1; end < regex.length(); end++) {
        char c = regex.charAt(end);
        if (c != ',' && (c < '0' || c > '9')) {
          break;
        }
        number = c == ',' ? 0 : Math.min(number * 10 + c - '0', MOST_REPEATS);
        most = Math.max(most, number);
      }
      product = Math.min(product * Math.max(1, most), MOST_REPEATS * 10);
    }
    return product;
  }
}
