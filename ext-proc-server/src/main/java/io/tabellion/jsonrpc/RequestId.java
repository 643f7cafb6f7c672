package io.tabellion.jsonrpc;

/**
 * The id of a JSON-RPC request: a string or an integer (MCP forbids null and fractions).
 *
 * <p>Two ids are equal when type and value are: {@code 7} and {@code "7"} are different.
 */
public sealed interface RequestId {

  /** A string id. */
  record Text(String value) implements RequestId {}

  /** An integer id by its lexeme, without exponent or fraction. */
  record Num(String lexeme) implements RequestId {}

  /** Returns the id as a JSON value of the type it came in. */
  default Json toJson() {
    return switch (this) {
      case Text text -> new Json.Text(text.value());
      case Num number -> new Json.Num(number.lexeme());
    };
  }
}
