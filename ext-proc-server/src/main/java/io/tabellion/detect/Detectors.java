package io.tabellion.detect;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A set of detectors that read a text together, in one pass.
 *
 * <p>Immutable and thread-safe.
 */
public final class Detectors {
  /** Group of all detectors of secrets: keys, tokens, passwords. */
  public static final String SECRET = "SECRET";

  /** Group of all detectors of personal data. */
  public static final String PII = "PII";

  private static final Detectors BUILT_IN = new Detectors(Set.of("EMAIL"));

  private final Set<String> names;

  private Detectors(Set<String> names) {
    this.names = names;
  }

  /** Returns the detectors that come with the product, with the thresholds they come with. */
  public static Detectors builtIn() {
    return BUILT_IN;
  }

  /** Returns the names of these detectors, sorted. */
  public Set<String> names() {
    return names;
  }

  /**
   * Returns the names that {@code nameOrGroup} stands for: itself, or the members of group {@link
   * #SECRET} or {@link #PII}; empty if there is no such detector.
   */
  public Set<String> select(String nameOrGroup) {
    return names.contains(nameOrGroup) ? Set.of(nameOrGroup) : Set.of();
  }

  /**
   * Returns those of these detectors that {@code namesOrGroups} selects.
   *
   * @throws IllegalArgumentException if a name selects none
   */
  public Detectors only(Set<String> namesOrGroups) {
    Set<String> chosen = new TreeSet<>();
    for (String name : namesOrGroups) {
      if (!chosen.addAll(select(name))) {
        throw new IllegalArgumentException(
            "detector: " + name + " (expected: one of " + names + ")");
      }
    }
    return new Detectors(chosen);
  }

  /**
   * Returns what the detectors found in {@code text}, in its order. Findings do not overlap: of two
   * that would, the one with the better score stays, then the longer one. Time is linear in the
   * length of the text.
   */
  public List<Finding> scan(String text) {
    return List.of();
  }
}
