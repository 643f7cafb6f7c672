package io.tabellion.detect.engine;

import io.tabellion.detect.engine.Trigger.Before;
import io.tabellion.detect.engine.Trigger.Digits;
import io.tabellion.detect.engine.Trigger.Layout;
import io.tabellion.detect.engine.Trigger.Next;
import io.tabellion.detect.engine.Trigger.Whole;
import java.util.ArrayList;
import java.util.List;

/**
 * Fixed shapes of numbers, written as they look: {@code 9} a digit, {@code A} a letter, {@code X} a
 * letter or digit, anything else itself. {@code 999-99-9999} is the shape of a US social security
 * number.
 *
 * <p>A shape is tried where a run of digits as long as its first one is found. It does not match in
 * the middle of a word, of a longer number, or of a UUID. Immutable and thread-safe.
 */
public final class Template implements Matcher {
  private final List<String> shapes;
  private final String first;
  private final String third;
  private final int[] offsets;
  private final int[] runs;
  private final boolean[] open;
  private final String[] each;
  private final boolean[] spaced;

  private Template(List<String> shapes, String first, String third) {
    this.shapes = List.copyOf(shapes);
    this.first = first;
    this.third = third;
    this.offsets = new int[shapes.size()];
    this.runs = new int[shapes.size()];
    this.open = new boolean[shapes.size()];
    this.each = shapes.toArray(String[]::new);
    this.spaced = new boolean[shapes.size()];
    for (int i = 0; i < offsets.length; i++) {
      String shape = shapes.get(i);
      offsets[i] = shape.indexOf('9');
      if (offsets[i] < 0) {
        throw new IllegalArgumentException("shape: " + shape + " (expected: a digit in it)");
      }
      int end = firstRunEnd(shape, offsets[i]);
      runs[i] = end - offsets[i];
      spaced[i] = shape.indexOf(' ') > 0;
      open[i] = isOpen(shape, offsets[i] - 1) || isOpen(shape, end);
    }
  }

  /** Returns whether the sign there may be a digit too, so that the run may be longer. */
  private static boolean isOpen(String shape, int index) {
    return index >= 0 && index < shape.length() && shape.charAt(index) == 'X';
  }

  public static Template of(String... shapes) {
    return new Template(List.of(shapes), Digits.ANY_FIRST, Digits.ANY_DIGIT);
  }

  /**
   * Returns this template for numbers whose first digit, which a shape starts with, is one of
   * these.
   */
  public Template first(String digits) {
    return new Template(shapes, digits, third);
  }

  /** Returns this template for numbers whose third digit is one of these, as that of a month is. */
  public Template third(String digits) {
    return new Template(shapes, first, digits);
  }

  /**
   * Returns what makes the engine try the shapes.
   *
   * @param formatted the best score of a number with signs or letters in it and no word near it
   * @param bare the same of digits only
   */
  public List<Trigger> triggers(double formatted, double bare) {
    List<Trigger> triggers = new ArrayList<>();
    for (String shape : shapes) {
      boolean digits = firstRunEnd(shape, 0) == shape.length();
      triggers.add(trigger(shape).alone(digits ? bare : formatted));
    }
    return triggers;
  }

  /** Returns the length of the longest shape. */
  public int longest() {
    return shapes.stream().mapToInt(String::length).max().orElseThrow();
  }

  private Digits trigger(String shape) {
    int start = shape.indexOf('9');
    int end = firstRunEnd(shape, start);
    char after = end == shape.length() ? '*' : shape.charAt(end);
    Digits digits =
        new Digits(
            end - start,
            end - start + open(shape, start - 1, -1) + open(shape, end, 1),
            before(shape, start),
            followAll(after));
    if (lettersBefore(shape, start) == start) {
      digits = digits.first(first).third(third);
    }
    if (!isOpen(shape, start - 1) && !isOpen(shape, end)) {
      digits = digits.whole(new Whole(-start, shape.length() - start)).layout(layout(shape, start));
    }
    return CharSet.ALNUM.has(after) || end == shape.length()
        ? digits
        : next(digits, shape, end + 1);
  }

  /** Returns where a shape has digits from there on. */
  private static Layout layout(String shape, int start) {
    boolean apart = start == 0 && shape.indexOf(' ') > 0;
    return Layout.of(shape.substring(start)).apart(apart ? shape.length() : 0);
  }

  /** Returns how many signs from there on may be digits too. */
  private static int open(String shape, int from, int step) {
    int at = from;
    while (at >= 0 && at < shape.length() && "9X".indexOf(shape.charAt(at)) >= 0) {
      at += step;
    }
    return Math.abs(at - from);
  }

  private static Before before(String shape, int run) {
    if (run == 0) {
      return Before.NO_NUMBER;
    }
    return switch (shape.charAt(run - 1)) {
      case 'X' -> Before.ANY;
      case 'A' -> Before.letters(lettersBefore(shape, run));
      case ' ' -> Before.sign("*");
      default -> Before.sign(shape.substring(run - 1, run));
    };
  }

  private static int lettersBefore(String shape, int end) {
    int letters = 0;
    while (letters < end && shape.charAt(end - letters - 1) == 'A') {
      letters++;
    }
    return letters;
  }

  /** Adds what stands from {@code start} on, if the shape says it. */
  private static Digits next(Digits digits, String shape, int start) {
    int end = firstRunEnd(shape, start);
    char after = end == shape.length() ? '*' : shape.charAt(end);
    if (after == 'X') {
      return digits;
    }
    Next next = Next.digits(end - start, end - start);
    return digits.next(end == start && after == 'A' ? Next.aLetter() : next.then(followAll(after)));
  }

  /** Returns what may follow digits behind which the shape has {@code after}, or ends. */
  private static String followAll(char after) {
    return after == '*' ? "*.:- /)" : after == 'X' ? Digits.ANY_FOLLOW : follow(after);
  }

  private static String follow(char after) {
    return ".:-/ )A".indexOf(after) >= 0 ? String.valueOf(after) : "*";
  }

  private static int firstRunEnd(String shape, int start) {
    int end = start;
    while (end < shape.length() && shape.charAt(end) == '9') {
      end++;
    }
    return end;
  }

  @Override
  public void match(Text text, int from, int to, Hits hits) {
    for (int i = 0; i < offsets.length; i++) {
      if (runs[i] != to - from && !open[i]) {
        continue;
      }
      String shape = each[i];
      int start = from - offsets[i];
      int end = start + shape.length();
      if (!(spaced[i] && goesOn(text, start, end))
          && fits(text, start, shape)
          && isFree(text, start, end)) {
        hits.hit(start, end);
      }
    }
  }

  /** Returns whether groups of digits before or behind make a spaced number a part of more. */
  private static boolean goesOn(Text text, int start, int end) {
    return (text.at(start - 1) == ' ' && CharSet.DIGIT.has(text.at(start - 2)))
        || (text.at(end) == ' ' && CharSet.DIGIT.has(text.at(end + 1)));
  }

  private static boolean fits(Text text, int start, String shape) {
    for (int i = 0; i < shape.length(); i++) {
      int b = text.at(start + i);
      boolean fits =
          switch (shape.charAt(i)) {
            case '9' -> CharSet.DIGIT.has(b);
            case 'A' -> CharSet.LETTER.has(b);
            case 'X' -> CharSet.ALNUM.has(b);
            default -> b == shape.charAt(i);
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether the range is a word of its own, no part of a longer number or of a UUID. */
  public static boolean isFree(Text text, int start, int end) {
    int before = text.at(start - 1);
    int after = text.at(end);
    return !CharSet.ALNUM.has(before)
        && !CharSet.ALNUM.has(after)
        && !(isJoint(before) && CharSet.DIGIT.has(text.at(start - 2)))
        && !(isJoint(after) && CharSet.DIGIT.has(text.at(end + 1)))
        && !inUuid(text, start, end);
  }

  private static boolean isJoint(int b) {
    return b == '.' || b == '-';
  }

  private static boolean inUuid(Text text, int start, int end) {
    return (text.at(start - 1) == '-' && text.runStart(start - 1, CharSet.HEX, 4) == start - 5)
        || (text.at(end) == '-' && text.runEnd(end + 1, CharSet.HEX, 5) == end + 5);
  }
}
