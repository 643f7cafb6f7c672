package io.tabellion.detect.engine;

import java.util.List;
import java.util.Objects;

/**
 * One kind of thing that is looked for: when to look, what shape it has, what proves it, which
 * words near it count. A detector that does not declare all of it cannot be made.
 *
 * <p>Immutable and thread-safe.
 *
 * @param name upper case with underscores
 * @param kind the group it belongs to
 * @param rule what it takes, in a sentence or two for people
 * @param source where the rule comes from: a standard or the issuer's documentation
 * @param triggers what makes the engine ask it; at least one
 * @param longest most bytes of a match, 1 to {@link #LONGEST}
 * @param matcher its shape
 * @param validator its checksum or structure
 * @param context the words; {@link Context#NONE} says that none count
 */
public record Detector(
    String name,
    Kind kind,
    String rule,
    String source,
    List<Trigger> triggers,
    int longest,
    Matcher matcher,
    Validator validator,
    Context context) {

  /** Longest match that a detector may declare, in bytes: a private key of 16384 bits fits. */
  public static final int LONGEST = 16_384;

  public Detector {
    triggers = List.copyOf(triggers);
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "name: " + name + " (expected: A to Z, 0 to 9 and _, at most 64, a letter first)");
    }
    if (triggers.isEmpty()) {
      throw new IllegalArgumentException(name + ": triggers: none (expected: at least one)");
    }
    if (longest < 1 || longest > LONGEST) {
      throw new IllegalArgumentException(
          name + ": longest: " + longest + " (expected: 1 to " + LONGEST + ")");
    }
    if (rule.isBlank() || source.isBlank()) {
      throw new IllegalArgumentException(name + ": rule, source: blank (expected: words)");
    }
    Objects.requireNonNull(matcher, "matcher");
    Objects.requireNonNull(validator, "validator");
    Objects.requireNonNull(context, "context");
  }

  private static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= 64
        && CharSet.UPPER.has(name.charAt(0))
        && name.chars().allMatch(c -> c == '_' || CharSet.UPPER_ALNUM.has(c));
  }
}
