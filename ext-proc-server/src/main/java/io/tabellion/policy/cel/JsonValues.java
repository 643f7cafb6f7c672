package io.tabellion.policy.cel;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.KnownMembers;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON as CEL sees it, made as it is read: an object as a map, a number without fraction or
 * exponent that fits 64 bits as an int, every other number as a double. A number whose digits do
 * not survive as a double is an error where a rule reads it, and nowhere else.
 */
final class JsonValues {
  /** Longest number, in characters, that is read at all. */
  private static final int LONGEST = 64;

  private final Budget budget;

  /**
   * How often each name stands in an object, but for case; null where names of other case are not
   * looked for.
   */
  private final @Nullable Map<Json.Obj, Map<String, Integer>> folded;

  private JsonValues(Budget budget, @Nullable Map<Json.Obj, Map<String, Integer>> folded) {
    this.budget = budget;
    this.folded = folded;
  }

  JsonValues(Budget budget) {
    this(budget, null);
  }

  /**
   * Values of which no member is read beside another one whose name a server could take for it,
   * such as {@code amount} beside {@code Amount}.
   */
  static JsonValues withoutLookalikes(Budget budget) {
    return new JsonValues(budget, new IdentityHashMap<>());
  }

  /**
   * A member is about to be looked for.
   *
   * @throws Unevaluable if another one could be taken for it
   */
  void look(Json.Obj object, String name) {
    if (folded == null || object.members().size() < (object.get(name) == null ? 1 : 2)) {
      return;
    }
    int same = folded(folded, object).getOrDefault(KnownMembers.fold(name), 0);
    if (same > (object.get(name) == null ? 0 : 1)) {
      throw new Unevaluable(Why.LOOKALIKE);
    }
  }

  private Map<String, Integer> folded(Map<Json.Obj, Map<String, Integer>> known, Json.Obj object) {
    Map<String, Integer> names = known.get(object);
    if (names == null) {
      names = new HashMap<>();
      for (String name : object.members().keySet()) {
        budget.charge(Work.CHARACTERS, 1L + name.length());
        budget.glance();
        names.merge(KnownMembers.fold(name), 1, Integer::sum);
      }
      known.put(object, names);
    }
    return names;
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
            case NULL -> JsonNull.VALUE;
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
    return value + 0.0; // of two zeros the one that CEL finds equal to the int 0
  }

  private static boolean survives(String lexeme, double value) {
    try {
      return new BigDecimal(lexeme).compareTo(new BigDecimal(Double.toString(value))) == 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
