package io.tabellion.detect;

import com.google.re2j.Pattern;
import io.tabellion.detect.rules.PatternRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The values that are no findings. Immutable and thread-safe. */
record Allowed(Set<String> values, List<Pattern> patterns, Waivers waivers) {
  static Allowed of(DetectionSettings settings) {
    List<Pattern> patterns = new ArrayList<>();
    for (String pattern : settings.allowedPatterns()) {
      patterns.add(compile(pattern));
    }
    return new Allowed(settings.allowed(), List.copyOf(patterns), settings.waivers());
  }

  /**
   * Compiles a pattern, within the limits of a detector's.
   *
   * @throws IllegalArgumentException if it is none of RE2 or too large
   */
  static Pattern compile(String pattern) {
    return PatternRule.compile("allowed", pattern);
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
