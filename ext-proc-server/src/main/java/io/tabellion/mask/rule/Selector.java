package io.tabellion.mask.rule;

import io.tabellion.jsonrpc.JsonPointer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Places in a JSON tree: a JSON Pointer (RFC 6901) in which {@code *} stands for any one member or
 * item and {@code **} for any number of levels, none included. {@code ~0}, {@code ~1} and {@code
 * ~2} are {@code ~}, {@code /} and {@code *} themselves.
 *
 * <pre>/result/structuredContent/&#42;&#42;/ssn</pre>
 *
 * <p>Matching goes along with a walk from the root: a set of places in the pointer, one bit each,
 * is carried down, so that a tree costs its size times the steps of the pointer, however hostile
 * the tree.
 *
 * <p>Immutable and thread-safe.
 */
public final class Selector {
  /** Steps at most; each is a bit of a {@code long}. */
  public static final int MOST_STEPS = 32;

  /** Chars at most, as written. */
  public static final int LONGEST = 1024;

  private static final String EXPECTED =
      "(expected: / and names of members, numbers of items, * or **, such as /result/**/ssn)";

  private final String text;
  private final List<Step> steps;

  private Selector(String text, List<Step> steps) {
    this.text = text;
    this.steps = List.copyOf(steps);
  }

  /**
   * Reads a selector.
   *
   * @throws IllegalArgumentException if it is none; the message says what was expected
   */
  public static Selector parse(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("select: does not begin with / " + EXPECTED);
    }
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "select: %d characters (expected: at most %d)".formatted(text.length(), LONGEST));
    }
    List<Step> steps = new ArrayList<>();
    for (String step : text.substring(1).split("/", -1)) {
      steps.add(Step.parse(step));
    }
    if (steps.size() > MOST_STEPS) {
      throw new IllegalArgumentException(
          "select: %d steps (expected: at most %d)".formatted(steps.size(), MOST_STEPS));
    }
    return new Selector(text, steps);
  }

  /** The selector as written. */
  public String text() {
    return text;
  }

  /** The member of the root that it begins at; null if that may be any. */
  public @Nullable String first() {
    Step first = steps.getFirst();
    return first.kind == Kind.NAME ? first.name : null;
  }

  /**
   * Returns the selector for a message in which what stood below a member of the root stands at
   * another place; null if it selects nothing below that member.
   *
   * @param root the member, such as {@code result}
   * @param place a JSON Pointer, such as {@code /params/result}
   */
  @Nullable Selector moved(String root, String place) {
    Step first = steps.getFirst();
    if (first.kind == Kind.LEVELS) {
      return derived(place + text);
    }
    if (first.kind == Kind.NAME && !first.name.equals(root)) {
      return null;
    }
    int next = text.indexOf('/', 1);
    return derived(next < 0 ? place : place + text.substring(next));
  }

  /** Returns the names that it ends in, the last first: members by name, no numbers of items. */
  List<String> names() {
    return steps.reversed().stream()
        .filter(step -> step.kind == Kind.NAME && !step.name.matches("[0-9]*"))
        .map(Step::name)
        .toList();
  }

  /** Returns the selector, or all that stands in its first steps if it would be too long. */
  static Selector derived(String text) {
    String shorter = text;
    while (shorter.length() > LONGEST || shorter.split("/", -1).length - 1 > MOST_STEPS) {
      shorter = shorter.substring(0, shorter.lastIndexOf('/'));
    }
    return parse(shorter);
  }

  /** Returns a name as a step of a selector. */
  static String escaped(String name) {
    return JsonPointer.escaped(name).replace("*", "~2");
  }

  /** Where matching stands at the root. */
  long start() {
    return skip(1L);
  }

  /** Where matching stands one level down, at a member of this name or an item of this number. */
  long step(long places, String name) {
    long next = 0;
    for (long rest = places; rest != 0; rest &= rest - 1) {
      int place = Long.numberOfTrailingZeros(rest);
      if (place < steps.size()) {
        next |= steps.get(place).after(name, place);
      }
    }
    return skip(next);
  }

  /** Where matching may stand one level down, at a member or item that is not known. */
  long stepAny(long places) {
    long next = 0;
    for (long rest = places; rest != 0; rest &= rest - 1) {
      int place = Long.numberOfTrailingZeros(rest);
      if (place < steps.size()) {
        next |= 1L << (steps.get(place).kind == Kind.LEVELS ? place : place + 1);
      }
    }
    return skip(next);
  }

  /** Whether the selector ends here: what stands here is selected. */
  boolean selects(long places) {
    return (places & (1L << steps.size())) != 0;
  }

  /** Whether something further down could be selected. */
  boolean goesOn(long places) {
    return (places & ((1L << steps.size()) - 1)) != 0;
  }

  /** Adds the places behind each {@code **}, which may stand for no level at all. */
  private long skip(long places) {
    long all = places;
    for (int i = 0; i < steps.size(); i++) {
      if ((all & (1L << i)) != 0 && steps.get(i).kind == Kind.LEVELS) {
        all |= 1L << (i + 1);
      }
    }
    return all;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Selector selector && selector.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }

  private enum Kind {
    NAME,
    ANY,
    LEVELS
  }

  private record Step(Kind kind, String name) {

    static Step parse(String step) {
      return switch (step) {
        case "*" -> new Step(Kind.ANY, "");
        case "**" -> new Step(Kind.LEVELS, "");
        default -> new Step(Kind.NAME, unescape(step));
      };
    }

    private static String unescape(String step) {
      StringBuilder name = new StringBuilder(step.length());
      for (int i = 0; i < step.length(); i++) {
        char c = step.charAt(i);
        if (c == '*') {
          throw new IllegalArgumentException(
              "select: * within a name (expected: * alone in its step, or ~2 for the character)");
        }
        name.append(c == '~' ? escaped(step, ++i) : c);
      }
      return name.toString();
    }

    private static char escaped(String step, int at) {
      int which = at < step.length() ? step.charAt(at) - '0' : -1;
      if (which < 0 || which > 2) {
        throw new IllegalArgumentException(
            "select: lone ~ (expected: ~0 for ~, ~1 for /, ~2 for *)");
      }
      return "~/*".charAt(which);
    }

    /** The places after a level of this name, if this step is at {@code place}. */
    long after(String name, int place) {
      return switch (kind) {
        case NAME -> this.name.equals(name) ? 1L << (place + 1) : 0;
        case ANY -> 1L << (place + 1);
        case LEVELS -> 1L << place;
      };
    }
  }
}
