package io.tabellion.policy.cel;

import dev.cel.common.values.NullValue;
import io.tabellion.jsonrpc.Json;
import java.math.BigDecimal;

/**
 * JSON as CEL sees it, made as it is read: an object as a map, a number without fraction or
 * exponent that fits 64 bits as an int, every other number as a double. A number whose digits do
 * not survive as a double is an error where a rule reads it, and nowhere else.
 */
final class JsonValues {
  /** Longest number, in characters, that is read at all. */
  private static final int LONGEST = 64;

  private final Budget budget;

  JsonValues(Budget budget) {
    this.budget = budget;
  }

  Budget budget() {
    return budget;
  }

  /** Returns the value. */
  Object of(Json json) {
    budget.step();
    return switch (json) {
      case Json.Text(String value) -> value;
      case Json.Num(String lexeme) -> number(lexeme);
      case Json.Obj object -> new JsonMap(object, this);
      case Json.Array array -> new JsonList(array, this);
      case Json.Literal literal ->
          switch (literal) {
            case TRUE -> true;
            case FALSE -> false;
            case NULL -> NullValue.NULL_VALUE;
          };
    };
  }

  static Object number(String lexeme) {
    if (lexeme.length() > LONGEST) {
      throw new Unevaluable(Why.NUMBER);
    }
    return isInteger(lexeme) ? integer(lexeme) : real(lexeme);
  }

  private static boolean isInteger(String lexeme) {
    return lexeme.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
  }

  private static Object integer(String lexeme) {
    try {
      return Long.parseLong(lexeme);
    } catch (NumberFormatException tooLarge) {
      return real(lexeme);
    }
  }

  private static Object real(String lexeme) {
    double value = Double.parseDouble(lexeme);
    if (Double.isInfinite(value) || !survives(lexeme, value)) {
      throw new Unevaluable(Why.NUMBER);
    }
    return value;
  }

  private static boolean survives(String lexeme, double value) {
    try {
      return new BigDecimal(lexeme).compareTo(new BigDecimal(Double.toString(value))) == 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
