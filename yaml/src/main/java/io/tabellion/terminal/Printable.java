package io.tabellion.terminal;

/**
 * Text that others chose, made fit for a terminal: what would move the cursor, change colours or
 * turn the writing direction is shown as its code instead.
 */
public final class Printable {

  private Printable() {}

  /** Returns the text on one line. */
  public static String of(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints().forEach(point -> append(shown, point));
    return shown.toString();
  }

  /** The same, but keeps line ends and tabs. */
  public static String lines(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(point -> {
          if (point == '\n' || point == '\t') {
            shown.appendCodePoint(point);
          } else {
            append(shown, point);
          }
        });
    return shown.toString();
  }

  private static void append(StringBuilder shown, int point) {
    switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          shown.append("\\u{%x}".formatted(point));
      default -> shown.appendCodePoint(point);
    }
  }
}
