package io.tabellion.audit.verify;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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

  private final List<Fact> facts = new ArrayList<>();
  private final List<Finding> violations = new ArrayList<>();
  private final List<Finding> notes = new ArrayList<>();
  private long more;
  private String upTo = "";

  /**
   * Something found.
   *
   * @param index of the entry that it concerns; -1 if it concerns none, or several
   * @param place file and offset, or index of an entry
   * @param what it is; never content
   */
  public record Finding(long index, String place, String what) {
    @Override
    public String toString() {
      return place + ": " + what;
    }
  }

  /**
   * Something that was looked at.
   *
   * @param name of it
   * @param part whether it is a part of the last one that is none
   * @param value a number, or a text
   * @param why what the value means; may be empty
   */
  private record Fact(String name, boolean part, Object value, String why) {}

  void violation(String place, String what) {
    violation(-1, place, what);
  }

  /** The same, of an entry. */
  void violation(long index, String what) {
    violation(index, entry(index), what);
  }

  /** Names an entry. */
  static String entry(long index) {
    return "entry " + index;
  }

  void violation(long index, String place, String what) {
    if (violations.size() < MOST) {
      violations.add(new Finding(index, place, what));
    } else {
      more++;
    }
  }

  void note(String place, String what) {
    if (notes.size() < MOST) {
      notes.add(new Finding(-1, place, what));
    }
  }

  void fact(String name, Object value) {
    fact(name, value, "");
  }

  void fact(String name, Object value, String why) {
    facts.add(new Fact(name, false, number(value), why));
  }

  /** Adds a part of the last fact. */
  void part(String name, Object value, String why) {
    facts.add(new Fact(name, true, number(value), why));
  }

  /** Says how far the verification went, for the last line. */
  void upTo(String end) {
    upTo = " " + end;
  }

  private static Object number(Object value) {
    return switch (value) {
      case String text when text.matches("[0-9]{1,18}") -> Long.valueOf(text);
      case Integer number -> Long.valueOf(number);
      default -> value;
    };
  }

  /** Whether everything that was checked holds. */
  public boolean verified() {
    return violations.isEmpty();
  }

  /** What does not hold, in the order of entries. */
  public List<Finding> violations() {
    return violations.stream()
        .sorted(
            Comparator.comparingLong(found -> found.index() < 0 ? Long.MAX_VALUE : found.index()))
        .toList();
  }

  /** What one should know beside: what could not be checked, and what proves less. */
  public List<Finding> notes() {
    return Collections.unmodifiableList(notes);
  }

  /** What was looked at, in numbers; a part has the name of its whole before it. */
  public Map<String, Object> facts() {
    Map<String, Object> all = new LinkedHashMap<>();
    String whole = "";
    for (Fact fact : facts) {
      whole = fact.part() ? whole : fact.name();
      String name = fact.part() ? whole + " " + fact.name() : fact.name();
      all.put(name.replaceAll("[ .]+", "_"), fact.value());
    }
    return all;
  }

  /** Returns the report for people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Fact fact : facts) {
      String name = (fact.part() ? "  " : "") + fact.name();
      String value =
          fact.value() instanceof Long number ? "%,d".formatted(number) : "" + fact.value();
      String line =
          fact.value() instanceof Long
              ? "%-22s%9s   %s".formatted(name, value, fact.why())
              : "%-22s%s%s"
                  .formatted(name, value, fact.why().isEmpty() ? "" : " (" + fact.why() + ")");
      text.append(line.stripTrailing()).append(System.lineSeparator());
    }
    notes.forEach(note -> text.append("%-22s%s%n".formatted("note", note)));
    violations().forEach(found -> text.append("%-22s%s%n".formatted("VIOLATION", found)));
    if (more > 0) {
      text.append("%-22s%d more%n".formatted("VIOLATION", more));
    }
    return text.append(verified() ? "VERIFIED" + upTo : "NOT VERIFIED")
        .append(System.lineSeparator())
        .toString();
  }
}
