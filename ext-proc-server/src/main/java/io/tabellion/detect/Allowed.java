package io.tabellion.detect;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The values that are no findings. Immutable and thread-safe. */
record Allowed(Set<String> values, List<Pattern> patterns, Waivers waivers) {
  private static final int LONGEST_PATTERN = 1_000;

  static Allowed of(DetectionSettings settings) {
    List<Pattern> patterns = new ArrayList<>();
    for (String pattern : settings.allowedPatterns()) {
      patterns.add(compile(pattern));
    }
    return new Allowed(settings.allowed(), List.copyOf(patterns), settings.waivers());
  }

  private static Pattern compile(String pattern) {
    if (pattern.length() > LONGEST_PATTERN) {
      throw new IllegalArgumentException(
          "allowed pattern: "
              + pattern.length()
              + " characters (expected: at most "
              + LONGEST_PATTERN
              + ")");
    }
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "allowed pattern: " + e.getDescription() + " (expected: RE2 syntax)", e);
    }
  }

  /** Returns whether the range of {@code text} is one of them. */
  boolean has(String text, int start, int end) {
    return !(values.isEmpty() && patterns.isEmpty() && waivers == Waivers.NONE)
        && has(text.substring(start, end));
  }

  private boolean has(String value) {
    return values.contains(value)
        || waivers.has(value)
        || patterns.stream().anyMatch(pattern -> pattern.matches(value));
  }
}
