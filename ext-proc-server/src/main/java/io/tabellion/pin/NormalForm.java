package io.tabellion.pin;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.secret.Sha256;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The normal form of a tool's definition: two definitions that mean the same have the same one.
 *
 * <p>Members are in the order of their UTF-16 code units and numbers in their shortest form. What
 * says no more than its absence is away: null for a member of the tool, an empty text, list or
 * object where MCP has one, and hints, {@code taskSupport} and keywords of a schema with their
 * default value. Hints that count for tools that change something are away of one that only reads.
 * Sets of a schema ({@code enum}, {@code required}, {@code type}, {@code allOf}, {@code anyOf},
 * {@code oneOf}) are in order. docs/pins.md has it in full.
 *
 * <p>Pure and thread-safe.
 */
final class NormalForm {
  /** Numbers with a longer exponent are written with one. */
  private static final int LONGEST_PLAIN = 30;

  private NormalForm() {}

  /** Returns the normal form of a tool's definition. */
  static Json.Obj of(Json.Obj tool) {
    Map<String, Json> kept = new TreeMap<>();
    tool.members()
        .forEach((name, value) -> {
          Json normal = member(name, value);
          if (!saysNothing(name, normal)) {
            kept.put(name, normal);
          }
        });
    return new Json.Obj(new LinkedHashMap<>(kept));
  }

  /** Returns the SHA-256 of the normal form, hex. */
  static String digest(Json.Obj tool) {
    return sha256(of(tool));
  }

  /** Returns the SHA-256 of a value as it is written, hex. */
  static String sha256(Json value) {
    return Sha256.hex(JsonWriter.write(value));
  }

  /**
   * Returns a value of which nothing is known: members in order, numbers in their shortest form.
   */
  static Json value(Json value) {
    return switch (value) {
      case Json.Obj object -> each(object, NormalForm::value);
      case Json.Array array ->
          new Json.Array(array.items().stream().map(NormalForm::value).toList());
      case Json.Num(String lexeme) -> new Json.Num(number(lexeme));
      case Json.Text _, Json.Literal _ -> value;
    };
  }

  /** Returns the object with its members in order, each as {@code normal} has it. */
  static Json.Obj each(Json.Obj object, UnaryOperator<Json> normal) {
    Map<String, Json> sorted = new TreeMap<>();
    object.members().forEach((name, value) -> sorted.put(name, normal.apply(value)));
    return new Json.Obj(new LinkedHashMap<>(sorted));
  }

  static String text(Json value) {
    return JsonWriter.toText(value);
  }

  private static Json member(String name, Json value) {
    return switch (name) {
      case "inputSchema", "outputSchema" -> Schemas.of(value);
      case "annotations" -> value instanceof Json.Obj object ? Hints.of(object) : value(value);
      case "execution" -> value instanceof Json.Obj object ? execution(object) : value(value);
      default -> value(value);
    };
  }

  private static Json execution(Json.Obj execution) {
    boolean standard = "forbidden".equals(execution.text("taskSupport"));
    return value(standard ? execution.without("taskSupport") : execution);
  }

  private static boolean saysNothing(String name, Json value) {
    if (value == Json.Literal.NULL) {
      return true;
    }
    return switch (name) {
      case "title", "description" -> value.equals(new Json.Text(""));
      case "icons" -> value.equals(Json.Array.EMPTY);
      case "annotations", "execution", "_meta" -> value.equals(Json.Obj.EMPTY);
      default -> false;
    };
  }

  /** {@code 1}, {@code 1.0} and {@code 1e0} are one number, exactly. */
  private static String number(String lexeme) {
    try {
      BigDecimal exact = new BigDecimal(lexeme);
      if (exact.signum() == 0) {
        return "0";
      }
      BigDecimal shortest = exact.stripTrailingZeros();
      return Math.abs((long) shortest.scale()) <= LONGEST_PLAIN
          ? shortest.toPlainString()
          : shortest.unscaledValue() + "e" + -(long) shortest.scale();
    } catch (ArithmeticException | NumberFormatException e) {
      return lexeme; // an exponent beyond all reason stands for itself
    }
  }
}
