package io.tabellion.detect.rules;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.engine.Trigger.Before;
import io.tabellion.detect.engine.Validator;
import java.util.ArrayList;
import java.util.List;

/**
 * A detector whose shape is a pattern. It is matched by RE2, in time linear in the window, and only
 * in windows around its triggers; a window is three times the longest match, and the next one
 * starts one longest match further on, so that a rule reads no byte more than three times.
 *
 * <p>Immutable and thread-safe.
 */
public final class PatternRule {
  /** Longest pattern, in characters. */
  public static final int LONGEST_PATTERN = 2_000;

  /** Largest program that a pattern may compile to, in instructions of RE2. */
  public static final int LARGEST_PROGRAM = 10_000;

  /** Longest match that a pattern may declare, in bytes. */
  public static final int LONGEST_MATCH = 4_096;

  private final String name;
  private final Kind kind;
  private final Pattern pattern;
  private final List<String> keywords;
  private final int longest;
  private final int group;
  private final Validator validator;
  private final Context context;

  private PatternRule(
      String name,
      Kind kind,
      Pattern pattern,
      List<String> keywords,
      int longest,
      int group,
      Validator validator,
      Context context) {
    this.name = name;
    this.kind = kind;
    this.pattern = pattern;
    this.keywords = List.copyOf(keywords);
    this.longest = longest;
    this.group = group;
    this.validator = validator;
    this.context = context;
  }

  /**
   * Returns a rule without keywords, with matches of at most 256 bytes and the score 0.7.
   *
   * @throws IllegalArgumentException if the pattern is none of RE2 or too large
   */
  public static PatternRule of(String name, Kind kind, String pattern) {
    return new PatternRule(
        name, kind, compile(name, pattern), List.of(), 256, 0, Validator.always(0.7), Context.NONE);
  }

  /**
   * Compiles {@code pattern}, within the limits of this class.
   *
   * @param name whose it is, for messages
   * @throws IllegalArgumentException if it is none of RE2 or too large
   */
  public static Pattern compile(String name, String pattern) {
    if (pattern.isEmpty() || pattern.length() > LONGEST_PATTERN) {
      throw new IllegalArgumentException(
          name
              + ": pattern: "
              + pattern.length()
              + " characters (expected: 1 to "
              + LONGEST_PATTERN
              + ")");
    }
    try {
      Pattern compiled = Pattern.compile(pattern);
      if (compiled.programSize() > LARGEST_PROGRAM) {
        throw new IllegalArgumentException(
            name
                + ": pattern: "
                + compiled.programSize()
                + " instructions (expected: at most "
                + LARGEST_PROGRAM
                + ")");
      }
      return compiled;
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          name + ": pattern: " + e.getDescription() + " (expected: RE2 syntax)", e);
    }
  }

  public PatternRule keywords(List<String> more) {
    return new PatternRule(name, kind, pattern, more, longest, group, validator, context);
  }

  public PatternRule longest(int bytes) {
    if (bytes < 1 || bytes > LONGEST_MATCH) {
      throw new IllegalArgumentException(
          name + ": longest: " + bytes + " (expected: 1 to " + LONGEST_MATCH + ")");
    }
    return new PatternRule(name, kind, pattern, keywords, bytes, group, validator, context);
  }

  public PatternRule context(List<String> words) {
    Context more = Context.of(0.3, words.toArray(String[]::new));
    return new PatternRule(name, kind, pattern, keywords, longest, group, validator, more);
  }

  public PatternRule score(double score) {
    if (!(score > 0 && score <= 1)) {
      throw new IllegalArgumentException(
          name + ": score: " + score + " (expected: above 0, at most 1)");
    }
    return validator(Validator.always(score));
  }

  PatternRule validator(Validator judge) {
    return new PatternRule(name, kind, pattern, keywords, longest, group, judge, context);
  }

  /** The group of the pattern that is the match; 0 is all of it. */
  PatternRule group(int number) {
    if (number < 0 || number > pattern.groupCount()) {
      throw new IllegalArgumentException(
          name + ": group: " + number + " (expected: 0 to " + pattern.groupCount() + ")");
    }
    return new PatternRule(name, kind, pattern, keywords, longest, number, validator, context);
  }

  /** Returns the detector. */
  public Detector detector(String rule, String source) {
    return new Detector(
        name, kind, rule, source, triggers(), longest, this::match, validator, context);
  }

  private List<Trigger> triggers() {
    if (keywords.isEmpty()) {
      return List.of(new Trigger.Digits(1, Integer.MAX_VALUE, Before.ANY, "*.:-/ )A"));
    }
    List<Trigger> triggers = new ArrayList<>();
    keywords.forEach(keyword -> triggers.add(Trigger.word(keyword)));
    return triggers;
  }

  private void match(Text text, int from, int to, Hits hits) {
    int start = Math.max(0, from - longest);
    int end = Math.min(text.length(), to + 2 * longest);
    Matcher matcher = pattern.matcher(text.copy(start, end));
    int next = 0;
    while (next <= end - start && matcher.find(next)) {
      int first = matcher.start(group);
      int last = matcher.end(group);
      // A match at the window's edge may be cut: one that holds the trigger is not longer than
      // that.
      boolean cut =
          (matcher.start() == 0 && start > 0)
              || (matcher.end() == end - start && end < text.length());
      if (first >= 0 && !cut) {
        hits.hit(start + first, start + last);
      }
      next = Math.max(matcher.end(), matcher.start() + 1);
    }
    hits.quietUntil(to + longest);
  }
}
