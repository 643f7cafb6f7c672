package io.tabellion.yaml;

/**
 * How the text of a scalar lies in its file: the place of each of its characters, through quotes,
 * escapes, folded lines and blocks.
 *
 * <p>Immutable and thread-safe.
 */
final class Layout {
  private final String file;
  private final int start;
  private final String text;

  /**
   * @param file the whole file
   * @param start where the scalar begins in it, in chars: at its quote or block mark if it has one
   * @param text the scalar as it was read
   */
  Layout(String file, int start, String text) {
    this.file = file;
    this.start = start;
    this.text = text;
  }

  String file() {
    return file;
  }

  /** Whether it is written without quotes or block marks. */
  boolean plain() {
    return start >= file.length() || "'\"|>".indexOf(file.charAt(start)) < 0;
  }

  /** The place of the char at {@code offset} of the text. */
  Place at(int offset) {
    int at = begin();
    for (int i = 0; i < Math.min(offset, text.length()) && at < file.length(); i++) {
      at = next(at, text.charAt(i));
    }
    if (offset < text.length() && !breaks(text.charAt(offset))) {
      at = skipBreaks(at);
    }
    return place(Math.min(at, file.length()));
  }

  private int begin() {
    return switch (style()) {
      case '\'', '"' -> start + 1;
      case '|', '>' -> indented(file.indexOf('\n', start) + 1);
      default -> start;
    };
  }

  /** Where the character after this one begins. */
  private int next(int from, char read) {
    char style = style();
    int at = breaks(read) ? from : skipBreaks(from);
    char written = at < file.length() ? file.charAt(at) : '\n';
    if (style == '"' && written == '\\') {
      return at + escape(at + 1);
    }
    if (style == '\'' && written == '\'') {
      return at + 2;
    }
    return breaks(read) && ends(at) ? indented(lineEnd(at)) : at + 1;
  }

  /** A space or line end of the text may stand for a line end and what is around it. */
  private static boolean breaks(char c) {
    return c == ' ' || c == '\n';
  }

  private boolean ends(int at) {
    int end = blanks(at);
    return end < file.length() && file.charAt(end) == '\n';
  }

  private int lineEnd(int at) {
    return blanks(at) + 1;
  }

  private int skipBreaks(int at) {
    int skipped = at;
    while (skipped < file.length() && file.charAt(skipped) == '\n') {
      skipped = indented(skipped + 1);
    }
    return skipped;
  }

  /** Behind the indentation of a line; what a block is indented by more is its own. */
  private int indented(int at) {
    return block() ? Math.min(blanks(at), at + blockIndent()) : blanks(at);
  }

  private boolean block() {
    return !plain() && "|>".indexOf(file.charAt(start)) >= 0;
  }

  /** That of the first line of the block that is not empty. */
  private int blockIndent() {
    int line = file.indexOf('\n', start) + 1;
    while (line < file.length() && ends(line)) {
      line = lineEnd(line);
    }
    return blanks(line) - line;
  }

  private int blanks(int at) {
    int end = at;
    while (end < file.length() && " \t\r".indexOf(file.charAt(end)) >= 0) {
      end++;
    }
    return end;
  }

  /** Characters of an escape, its backslash included. */
  private int escape(int at) {
    return switch (at < file.length() ? file.charAt(at) : ' ') {
      case 'x' -> 4;
      case 'u' -> 6;
      case 'U' -> 10;
      default -> 2;
    };
  }

  private char style() {
    return plain() ? ' ' : file.charAt(start);
  }

  private Place place(int at) {
    int line = 1;
    int begins = 0;
    for (int end = file.indexOf('\n'); end >= 0 && end < at; end = file.indexOf('\n', end + 1)) {
      line++;
      begins = end + 1;
    }
    return new Place(line, file.codePointCount(begins, at) + 1);
  }
}
