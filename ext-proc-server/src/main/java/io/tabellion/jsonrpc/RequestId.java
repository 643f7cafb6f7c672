package io.tabellion.jsonrpc;

import org.jspecify.annotations.Nullable;

/**
 * The id of a JSON-RPC request: a string or an integer (MCP forbids null and fractions).
 *
 * <p>Two ids are equal when type and value are: {@code 7} and {@code "7"} are different. An integer
 * has one lexeme only, so equality of lexemes is equality of numbers.
 */
public sealed interface RequestId {

  /** A string id. */
  record Text(String value) implements RequestId {}

  /** An integer id by its lexeme, without exponent or fraction. */
  record Num(String lexeme) implements RequestId {}

  /** Returns the id that the value is, or null if it is none. */
  static @Nullable RequestId of(@Nullable Json value) {
    return switch (value) {
      case Json.Text text -> new Text(text.value());
      case Json.Num number when isInteger(number.lexeme()) -> new Num(number.lexeme());
      case null, default -> null;
    };
  }

  /** Whether a JSON number is written as an integer: no fraction, no exponent, no negative zero. */
  static boolean isInteger(String lexeme) {
    int digits = lexeme.startsWith("-") ? 1 : 0;
    return !lexeme.equals("-0") && lexeme.chars().skip(digits).allMatch(c -> c >= '0' && c <= '9');
  }

  /**
   * Returns the integer of a number that is one but is not written so ({@code 7.0}, {@code 7e0});
   * null if it is none, or larger than doubles are exact.
   */
  static @Nullable String asInteger(String lexeme) {
    if (lexeme.length() > 32) {
      return null;
    }
    double value = Double.parseDouble(lexeme);
    boolean exact = value == Math.rint(value) && Math.abs(value) < (1L << 53);
    return exact ? Long.toString((long) value) : null;
  }

  /** Returns the id as a JSON value of the type it came in. */
  default Json toJson() {
    return switch (this) {
      case Text text -> new Json.Text(text.value());
      case Num number -> new Json.Num(number.lexeme());
    };
  }
}
