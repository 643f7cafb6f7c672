package io.tabellion.mask.find;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.find.Document.Kind;
import java.math.BigDecimal;

/**
 * The names and values of one tree as detectors read them: line by line, a name before its value
 * and before each item of its array, and no more at once than memory should hold.
 *
 * <p>Not thread-safe: it belongs to one walk.
 */
final class Lines {
  /** Detectors read no more before a value, in bytes. */
  private static final int CONTEXT = 80;

  /** Longer numbers are of nothing that is written with a fraction or an exponent. */
  private static final int LONGEST_NUMBER = 64;

  private final Findings findings;
  private final boolean read;
  private final Document document = new Document();

  /** Whether what is met now is lines of one text, which are read together. */
  private boolean together;

  /**
   * @param read whether anybody reads them
   */
  Lines(Findings findings, boolean read) {
    this.findings = findings;
    this.read = read;
  }

  void name(Origin origin, String name) {
    if (read) {
      document.append(origin, Kind.NAME, name, 0, name.length());
      document.append(": ");
    }
  }

  void text(Origin origin, String text) {
    value(origin, Kind.TEXT, text);
  }

  void number(Origin origin, String lexeme) {
    value(origin, Kind.NUMBER, digits(lexeme));
  }

  private void value(Origin origin, Kind kind, String text) {
    if (read) {
      document.append(origin, kind, text, 0, text.length());
      next();
    }
  }

  /** The next line begins. */
  void next() {
    if (read) {
      if (document.isFull() && !together) {
        end();
      }
      document.append('\n');
    }
  }

  /** As much of an array's name as is read before a value: it stands before an item again. */
  void again(String name) {
    if (read && !together) {
      document.append(name.substring(Math.max(0, name.length() - CONTEXT)));
      document.append(": ");
    }
  }

  /** An array begins; returns what its end is to be told. */
  boolean open(Json.Array array) {
    next();
    boolean around = together;
    together |= isOneText(array);
    return around;
  }

  /** An array ends. */
  void close(boolean around) {
    together = around;
  }

  /** Whether a text stands in an array line by line, as PEM may. */
  private static boolean isOneText(Json.Array array) {
    return array.items().stream()
        .anyMatch(item -> item instanceof Json.Text(String text) && text.startsWith("-----BEGIN"));
  }

  /** Reads what was not read so far. */
  void end() {
    findings.in(document, false);
  }

  /** The digits of a whole number that is written with a fraction or an exponent. */
  private static String digits(String lexeme) {
    boolean plain = lexeme.chars().noneMatch(c -> c == '.' || c == 'e' || c == 'E');
    if (plain || lexeme.length() > LONGEST_NUMBER) {
      return lexeme;
    }
    try {
      BigDecimal number = new BigDecimal(lexeme).stripTrailingZeros();
      boolean whole = number.scale() <= 0 && number.precision() - number.scale() < LONGEST_NUMBER;
      return whole ? number.toPlainString() : lexeme;
    } catch (NumberFormatException _) {
      return lexeme;
    }
  }
}
