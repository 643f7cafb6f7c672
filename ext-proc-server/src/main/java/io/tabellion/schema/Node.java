package io.tabellion.schema;

import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.JsonNodeFactory;
import dev.harrel.jsonschema.SimpleType;
import io.tabellion.jsonrpc.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value as the validator reads it, without a copy.
 *
 * <p>Confined to one check, or to the making of one schema.
 */
final class Node implements JsonNode {
  /** Beyond these, in digits before or behind the point, a number is taken for the largest. */
  private static final int WIDEST = 400;

  private final Json json;
  private final @Nullable Node parent;
  private final String token;

  private @Nullable String pointer;
  private @Nullable BigDecimal number;
  private @Nullable List<JsonNode> items;
  private @Nullable Map<String, JsonNode> members;

  private Node(Json json, @Nullable Node parent, String token) {
    this.json = json;
    this.parent = parent;
    this.token = token;
  }

  /** Returns the value as the root of a document. */
  static Node root(Json json) {
    return new Node(json, null, "");
  }

  Json json() {
    return json;
  }

  /** Makes nothing of texts: no schema is ever read from anywhere. */
  static final JsonNodeFactory FACTORY =
      new JsonNodeFactory() {
        @Override
        public JsonNode wrap(Object value) {
          if (value instanceof Node node) {
            return node;
          }
          throw new UnsupportedOperationException("only values that were read");
        }

        @Override
        public JsonNode create(String text) {
          throw new UnsupportedOperationException("only values that were read");
        }
      };

  @Override
  public String getJsonPointer() {
    if (pointer == null) {
      pointer =
          parent == null
              ? ""
              : parent.getJsonPointer() + "/" + token.replace("~", "~0").replace("/", "~1");
    }
    return pointer;
  }

  @Override
  public SimpleType getNodeType() {
    return switch (json) {
      case Json.Obj _ -> SimpleType.OBJECT;
      case Json.Array _ -> SimpleType.ARRAY;
      case Json.Text _ -> SimpleType.STRING;
      case Json.Num _ -> asNumber().scale() <= 0 ? SimpleType.INTEGER : SimpleType.NUMBER;
      case Json.Literal literal ->
          literal == Json.Literal.NULL ? SimpleType.NULL : SimpleType.BOOLEAN;
    };
  }

  @Override
  public boolean asBoolean() {
    return json == Json.Literal.TRUE;
  }

  @Override
  public String asString() {
    return json instanceof Json.Text(String value) ? value : "";
  }

  @Override
  public BigInteger asInteger() {
    return asNumber().toBigInteger();
  }

  @Override
  public BigDecimal asNumber() {
    if (number == null) {
      number = json instanceof Json.Num(String lexeme) ? number(lexeme) : BigDecimal.ZERO;
    }
    return number;
  }

  /** Without zeros at its end, so that numbers are equal whose values are. */
  static BigDecimal number(String lexeme) {
    BigDecimal value = parsed(lexeme).stripTrailingZeros();
    if (value.signum() == 0) {
      return BigDecimal.ZERO;
    }
    long before = (long) value.precision() - value.scale();
    if (before > WIDEST) {
      return BigDecimal.valueOf(value.signum() * Double.MAX_VALUE);
    }
    return value.scale() > WIDEST ? BigDecimal.valueOf(value.signum() * Double.MIN_VALUE) : value;
  }

  private static BigDecimal parsed(String lexeme) {
    try {
      return new BigDecimal(lexeme);
    } catch (NumberFormatException e) {
      // An exponent that no int holds.
      boolean large = !lexeme.toLowerCase(java.util.Locale.ROOT).contains("e-");
      double most = large ? Double.MAX_VALUE : Double.MIN_VALUE;
      return BigDecimal.valueOf(lexeme.startsWith("-") ? -most : most);
    }
  }

  @Override
  public List<JsonNode> asArray() {
    if (items == null) {
      List<JsonNode> made = new ArrayList<>();
      if (json instanceof Json.Array(List<Json> values)) {
        for (Json value : values) {
          made.add(new Node(value, this, Integer.toString(made.size())));
        }
      }
      items = made;
    }
    return items;
  }

  @Override
  public Map<String, JsonNode> asObject() {
    if (members == null) {
      Map<String, JsonNode> made = new LinkedHashMap<>();
      if (json instanceof Json.Obj object) {
        object.members().forEach((name, value) -> made.put(name, new Node(value, this, name)));
      }
      members = made;
    }
    return members;
  }

  /** How many members or items it has. */
  int width() {
    return switch (json) {
      case Json.Obj object -> object.members().size();
      case Json.Array array -> array.items().size();
      case Json.Text _, Json.Num _, Json.Literal _ -> 0;
    };
  }

  /** Says nothing of what is in it: texts of the validator quote values. */
  @Override
  public String toPrintableString() {
    return "a value";
  }

  @Override
  public String toString() {
    return "a value";
  }
}
