package io.tabellion.name;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a name is what it looks like. Names may be of any script and have blanks, slashes
 * and brackets; what nobody can see, or what cannot be told from another name, is no name.
 *
 * <p>Pure and thread-safe.
 */
public final class Names {
  /** Longest name, in UTF-16 code units: a longer one would not stand in the record as it is. */
  public static final int LONGEST = 256;

  private static final int EMOJI_STYLE = 0xFE0F;
  private static final int IDEOGRAPHIC_SPACE = 0x3000;
  private static final int NO_BREAK_SPACE = 0xA0;
  private static final int REPLACEMENT = 0xFFFD;
  private static final int OBJECT = 0xFFFC;

  /** Case mappings reach their end sooner; see {@link #folded}. */
  private static final int MOST_ROUNDS = 4;

  private Names() {}

  /** What is wrong with a name. */
  public enum Wrong {
    EMPTY("a name"),
    TOO_LONG("a name of at most " + LONGEST + " characters"),
    /** A blank at one of its ends. */
    EDGE("a name without blanks at its ends"),
    /** Controls, line ends, and what steers the direction of writing. */
    CONTROL("a name without control characters and characters that turn the direction of writing"),
    /** Zero-width characters, tags, variation selectors, fillers, blanks of odd width. */
    INVISIBLE("a name without invisible characters"),
    /** Code points that no character has, private ones, halves of characters, U+FFFC, U+FFFD. */
    UNASSIGNED("a name of characters that Unicode has");

    private final String expected;

    Wrong(String expected) {
      this.expected = expected;
    }

    /** What was expected, for people. */
    public String expected() {
      return expected;
    }
  }

  /** Returns what is wrong with the name; empty if it can be seen as it is. */
  public static Optional<Wrong> check(String name) {
    if (name.isEmpty()) {
      return Optional.of(Wrong.EMPTY);
    }
    if (name.length() > LONGEST) {
      return Optional.of(Wrong.TOO_LONG);
    }
    Optional<Wrong> wrong = checkText(name);
    if (wrong.isPresent()) {
      return wrong;
    }
    return hasEdge(name) ? Optional.of(Wrong.EDGE) : Optional.empty();
  }

  /** Whether a text that is not empty begins or ends with a blank, of whatever kind. */
  public static boolean hasEdge(String text) {
    return isBlank(text.codePointAt(0)) || isBlank(text.codePointBefore(text.length()));
  }

  /** Returns what is wrong with the characters of a text of any length, such as a URI. */
  public static Optional<Wrong> checkText(String text) {
    int before = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      Wrong wrong = wrong(point, before);
      if (wrong != null) {
        return Optional.of(wrong);
      }
      before = point;
    }
    return Optional.empty();
  }

  /**
   * Returns what is the same for names that cannot be told apart: NFKC, case folded, blanks as one
   * space, without the selector that makes a sign an emoji.
   */
  public static String folded(String name) {
    String folded = plain(name);
    for (int i = 0; i < MOST_ROUNDS; i++) {
      // Upper first: ſ, ß and the like have a lower case of their own but share an upper one.
      String upper = folded.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
      String next = Normalizer.normalize(upper, Normalizer.Form.NFKC);
      if (next.equals(folded)) {
        return folded;
      }
      folded = next;
    }
    return folded;
  }

  private static String plain(String name) {
    StringBuilder plain = new StringBuilder(name.length());
    Normalizer.normalize(name, Normalizer.Form.NFKC)
        .codePoints()
        .filter(point -> point != EMOJI_STYLE)
        .forEach(point -> {
          if (!isBlank(point)) {
            plain.appendCodePoint(point);
          } else if (plain.isEmpty() || plain.charAt(plain.length() - 1) != ' ') {
            plain.append(' ');
          }
        });
    return plain.toString();
  }

  private static @Nullable Wrong wrong(int point, int before) {
    if (point == EMOJI_STYLE && before > 0x7F && Character.isEmoji(before)) {
      return null;
    }
    if (isIgnorable(point)) {
      return isBidi(point) ? Wrong.CONTROL : Wrong.INVISIBLE;
    }
    return switch (Character.getType(point)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          Wrong.CONTROL;
      case Character.FORMAT -> Wrong.INVISIBLE;
      case Character.UNASSIGNED, Character.PRIVATE_USE, Character.SURROGATE -> Wrong.UNASSIGNED;
      case Character.SPACE_SEPARATOR -> isPlainBlank(point) ? null : Wrong.INVISIBLE;
      default -> point == REPLACEMENT || point == OBJECT ? Wrong.UNASSIGNED : null;
    };
  }

  /** Unicode: {@code Bidi_Control}. */
  private static boolean isBidi(int point) {
    return point == 0x061C
        || point == 0x200E
        || point == 0x200F
        || (point >= 0x202A && point <= 0x202E)
        || (point >= 0x2066 && point <= 0x2069);
  }

  /**
   * Unicode: {@code Default_Ignorable_Code_Point}; and BRAILLE PATTERN BLANK, which shows nothing.
   */
  private static boolean isIgnorable(int point) {
    return point == 0xAD
        || point == 0x034F
        || point == 0x061C
        || (point >= 0x115F && point <= 0x1160)
        || (point >= 0x17B4 && point <= 0x17B5)
        || (point >= 0x180B && point <= 0x180F)
        || (point >= 0x200B && point <= 0x200F)
        || (point >= 0x202A && point <= 0x202E)
        || (point >= 0x2060 && point <= 0x206F)
        || point == 0x2800
        || point == 0x3164
        || (point >= 0xFE00 && point <= 0xFE0F)
        || point == 0xFEFF
        || point == 0xFFA0
        || (point >= 0xFFF0 && point <= 0xFFF8)
        || (point >= 0x1BCA0 && point <= 0x1BCA3)
        || (point >= 0x1D173 && point <= 0x1D17A)
        || (point >= 0xE0000 && point <= 0xE0FFF);
  }

  private static boolean isBlank(int point) {
    return Character.isWhitespace(point) || Character.isSpaceChar(point);
  }

  /** Blanks that people type; the others have widths that nobody sees. */
  private static boolean isPlainBlank(int point) {
    return point == ' ' || point == NO_BREAK_SPACE || point == IDEOGRAPHIC_SPACE;
  }
}
