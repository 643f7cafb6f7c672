package io.tabellion.audit.verify;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a verification found.
 *
 * <p>Belongs to one thread while it is written.
 */
public final class Report {
  private static final int MOST = 1000;

  private final Map<String, Object> facts = new LinkedHashMap<>();
  private final List<Finding> violations = new ArrayList<>();
  private final List<Finding> notes = new ArrayList<>();
  private long more;

  /**
   * Something found.
   *
   * @param place file and offset, or index of an entry
   * @param what it is; never content
   */
  public record Finding(String place, String what) {
    @Override
    public String toString() {
      return place + ": " + what;
    }
  }

  void violation(String place, String what) {
    if (violations.size() < MOST) {
      violations.add(new Finding(place, what));
    } else {
      more++;
    }
  }

  void note(String place, String what) {
    if (notes.size() < MOST) {
      notes.add(new Finding(place, what));
    }
  }

  void fact(String name, Object value) {
    facts.put(name, value);
  }

  /** Whether everything that was checked holds. */
  public boolean verified() {
    return violations.isEmpty();
  }

  /** What does not hold, in the order it was found. */
  public List<Finding> violations() {
    return Collections.unmodifiableList(violations);
  }

  /** Violations beyond those that are listed. */
  public long more() {
    return more;
  }

  /** What one should know beside: what could not be checked, and what proves less. */
  public List<Finding> notes() {
    return Collections.unmodifiableList(notes);
  }

  /** What was looked at, in numbers. */
  public Map<String, Object> facts() {
    return Collections.unmodifiableMap(facts);
  }

  /** Returns the report for people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    facts.forEach((name, value) -> text.append("%-12s%s%n".formatted(name, value)));
    notes.forEach(note -> text.append("%-12s%s%n".formatted("note", note)));
    violations.forEach(found -> text.append("%-12s%s%n".formatted("VIOLATION", found)));
    if (more > 0) {
      text.append("%-12s%d more%n".formatted("VIOLATION", more));
    }
    return text.append(verified() ? "VERIFIED" : "NOT VERIFIED")
        .append(System.lineSeparator())
        .toString();
  }
}
