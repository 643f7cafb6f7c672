package io.tabellion.detect;

import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.rules.PatternRule;
import java.util.List;

/**
 * A detector that an operator wrote: a pattern of RE2, tried in a window around its triggers.
 *
 * @param name upper case with underscores, none of the built-in ones
 * @param kind the group it belongs to
 * @param pattern RE2 syntax, at most {@link PatternRule#LONGEST_PATTERN} characters
 * @param keywords literals of which each match holds one, in any case; if there is none, a match
 *     must hold a digit
 * @param longest most bytes of a match, at most {@link PatternRule#LONGEST_MATCH}
 * @param context words near it that make it more likely, lower case
 * @param score what a match is worth without context, above 0, at most 1
 */
public record UserDetector(
    String name,
    Kind kind,
    String pattern,
    List<String> keywords,
    int longest,
    List<String> context,
    double score) {

  public UserDetector {
    keywords = List.copyOf(keywords);
    context = List.copyOf(context);
  }

  /**
   * Returns the detector.
   *
   * @throws IllegalArgumentException if the pattern is none of RE2 or too large, or another value
   *     is not as expected
   */
  Detector detector() {
    return PatternRule.of(name, kind, pattern)
        .keywords(keywords)
        .longest(longest)
        .context(context)
        .score(score)
        .detector("The operator's pattern.", "the policy");
  }
}
