package io.tabellion.detect.secrets;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Text;

/**
 * A value that a name is given: {@code name = "value"}, {@code "name": "value"}, {@code --name
 * value}, {@code <name>value<}, {@code name is value}.
 *
 * @param nameStart where the name that holds the keyword starts
 * @param nameEnd where it ends
 * @param start where the value starts
 * @param end where it ends
 * @param quoted whether quotes stand around the value
 * @param argument whether it is the second of a call's whose first is the name: it may be anything
 */
record Assignment(
    int nameStart, int nameEnd, int start, int end, boolean quoted, boolean argument) {
  private static final CharSet NAME = CharSet.of("0-9A-Za-z_.-");
  private static final CharSet BARE = CharSet.of("!#-&*-+.-:=?-Z^-z|~\\/@-");
  private static final CharSet SPACE = CharSet.of(" ");
  private static final int NAME_REST = 40;

  /** Most spaces between a name and its sign, as in columns. */
  private static final int ALIGNED = 40;

  private static final int LONGEST = 512;

  static final Assignment NONE = new Assignment(0, 0, 0, 0, false, false);

  /** Returns the assignment to the name that has a keyword from {@code from} to {@code to}. */
  static Assignment at(Text text, int from, int to) {
    int nameEnd = to;
    while (nameEnd - to <= NAME_REST && (NAME.has(text.at(nameEnd)) || text.at(nameEnd) < 0)) {
      nameEnd++;
    }
    if (nameEnd - to > NAME_REST) {
      return NONE;
    }
    int nameStart = text.runStart(from, NAME, NAME_REST);
    return of(text, nameStart, to, nameEnd);
  }

  private static Assignment of(Text text, int nameStart, int to, int nameEnd) {
    int argument = secondArgument(text, nameStart, nameEnd);
    if (argument > 0) {
      return value(text, nameStart, nameEnd, argument, true);
    }
    int at = operatorEnd(text, nameStart, to, nameEnd);
    return at < 0 ? NONE : value(text, nameStart, nameEnd, at, false);
  }

  /** Returns where the operator behind the name ends; -1 if there is none. */
  private static int operatorEnd(Text text, int nameStart, int to, int nameEnd) {
    int closed = skipQuotes(text, nameEnd, 4);
    int at = skipSpaces(text, closed, ALIGNED);
    int operator = at;
    while (at < operator + 3 && isOperator(text.at(at))) {
      at++;
    }
    if (at > operator && (text.at(operator) != '|' || operator > closed)) {
      return skipSpaces(text, at, 8);
    }
    if (text.at(at) == '(' && isQuote(text.at(at + 1)) && !text.contains(to, nameEnd, ".")) {
      return at + 1; // setPassword("…")
    }
    if (closed == nameEnd && at > nameEnd && isQuote(text.at(at)) && text.at(at) != '`') {
      return at; // PASSWORD '…'
    }
    int value = valueOfPair(text, closed);
    if (value > 0) {
      return value;
    }
    if (closed == nameEnd
        && at > nameEnd
        && (text.has(nameStart, "--") || text.has(nameStart - 4, "ENV "))) {
      return at;
    }
    return text.hasIgnoringCase(at, "is ") && at > closed ? skipSpaces(text, at + 3, 2) : -1;
  }

  /** Returns where the value of {@code set('NAME', 'value')} starts; -1 if it is no such call. */
  private static int secondArgument(Text text, int nameStart, int nameEnd) {
    int name = nameStart - 1;
    int at = skipSpaces(text, nameEnd + 1, 1);
    if (text.at(at) != ',' || !isQuote(text.at(nameEnd)) || !isQuote(text.at(name))) {
      return -1;
    }
    int value = skipSpaces(text, at + 1, 2);
    boolean called = text.at(text.runStart(name, SPACE, 2) - 1) == '(';
    return called && isQuote(text.at(value)) ? value : -1;
  }

  /** Returns where the value of a pair starts: {@code name: X, value: Y}; -1 if none does. */
  private static int valueOfPair(Text text, int from) {
    int at = from;
    while (at < from + 24 && " \t\r\n,\"'-".indexOf(text.at(at)) >= 0) {
      at++;
    }
    if (at > from + 2 && text.has(at - 2, "--") && isValueOption(text, at)) {
      int sign = text.runEnd(at, CharSet.LETTER, 8);
      return skipSpaces(text, text.at(sign) == '=' ? sign + 1 : sign, 4);
    }
    if (at == from || !text.hasIgnoringCase(at, "value")) {
      return -1;
    }
    int closed = skipQuotes(text, at + 5, 2);
    int operator = skipSpaces(text, closed, 4);
    return text.at(operator) == ':' || text.at(operator) == '='
        ? skipSpaces(text, operator + 1, 8)
        : -1;
  }

  /** Returns whether the option says that the value of what was named before it follows. */
  private static boolean isValueOption(Text text, int at) {
    int end = text.runEnd(at, CharSet.LETTER, 8);
    boolean ends = text.at(end) == ' ' || text.at(end) == '=';
    return ends && (text.has(at, "value") || text.has(at, "body") || text.has(at, "data"));
  }

  private static boolean isOperator(int b) {
    return b == '=' || b == ':' || b == '>' || b == '|' || b == '?';
  }

  private static int skipQuotes(Text text, int from, int most) {
    int at = from;
    while (at < from + most
        && (isQuote(text.at(at)) || text.at(at) == '\\' || text.at(at) == ']')) {
      at++;
    }
    return at;
  }

  private static boolean isQuote(int b) {
    return b == '"' || b == '\'' || b == '`';
  }

  private static int skipSpaces(Text text, int from, int most) {
    int at = from;
    while (at < from + most && (text.at(at) == ' ' || text.at(at) == '\t')) {
      at++;
    }
    return at;
  }

  private static Assignment value(
      Text text, int nameStart, int nameEnd, int from, boolean argument) {
    int at = from;
    while (text.at(at) == '\\' && isQuote(text.at(at + 1))) {
      at++;
    }
    int quote = text.at(at);
    if (!isQuote(quote)) {
      int start = skipScheme(text, at);
      return new Assignment(nameStart, nameEnd, start, bareEnd(text, start), false, argument);
    }
    int start = skipScheme(text, at + 1);
    int end = start;
    while (end < start + LONGEST && text.at(end) != quote && text.at(end) >= ' ') {
      end++;
    }
    if (text.at(end) != quote) {
      return NONE;
    }
    return new Assignment(
        nameStart, nameEnd, start, text.at(end - 1) == '\\' ? end - 1 : end, true, argument);
  }

  private static int skipScheme(Text text, int at) {
    if (text.hasIgnoringCase(at, "bearer ")) {
      return at + 7;
    }
    return text.hasIgnoringCase(at, "token ") || text.hasIgnoringCase(at, "basic ") ? at + 6 : at;
  }

  private static int bareEnd(Text text, int start) {
    int end = start;
    boolean form = text.at(start - 1) == '=' && !CharSet.UPPER.has(text.at(start - 2));
    for (int b = text.at(end); end < start + LONGEST && BARE.has(b); b = text.at(end)) {
      if (b == '&' && end > start && (goesOn(text, end, ';') || (form && goesOn(text, end, '=')))) {
        break;
      }
      end++;
    }
    while (end > start && ".:\\".indexOf(text.at(end - 1)) >= 0) {
      end--;
    }
    return end;
  }

  /**
   * Returns whether a name and {@code sign} follow the {@code &} at {@code at}: another parameter
   * of a form, {@code &name=}, or an entity of HTML that stands for a quote.
   */
  private static boolean goesOn(Text text, int at, char sign) {
    int next = text.runEnd(at + 1, NAME, NAME_REST);
    return next > at + 1 && text.at(next) == sign;
  }

  int length() {
    return end - start;
  }

  /**
   * Returns from where on a matcher need be asked again: in a value without an end, as long runs of
   * names have it, not for each name in it.
   */
  int quiet() {
    return length() >= LONGEST && !quoted ? start + LONGEST / 2 : start;
  }
}
