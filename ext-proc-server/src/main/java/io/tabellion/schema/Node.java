package io.tabellion.schema;

import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.JsonNodeFactory;
import dev.harrel.jsonschema.SimpleType;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonPointer;
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
  /** Numbers beyond 10 to this power, and those closer to 0 than its inverse, are as good as it. */
  private static final int WIDEST = 400;

  /** Exponents of more digits mean the same. */
  private static final BigInteger MOST = BigInteger.valueOf(1L << 30);

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

  /**
   * The validator asks for a factory because it can also read texts, and meta-schemas of its own.
   * Here it is only ever given nodes; that it may read nothing else is part of the promise that
   * nothing is fetched.
   */
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
      pointer = parent == null ? "" : parent.getJsonPointer() + "/" + JsonPointer.escaped(token);
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

  /**
   * Without zeros at its end, so that numbers are equal whose values are. Never throws, whatever
   * the exponent is.
   */
  static BigDecimal number(String lexeme) {
    int e = Math.max(lexeme.indexOf('e'), lexeme.indexOf('E'));
    BigDecimal digits =
        new BigDecimal(e < 0 ? lexeme : lexeme.substring(0, e)).stripTrailingZeros();
    if (digits.signum() == 0) {
      return BigDecimal.ZERO;
    }
    int exponent =
        e < 0 ? 0 : new BigInteger(lexeme.substring(e + 1)).min(MOST).max(MOST.negate()).intValue();
    int before = digits.precision() - digits.scale() + exponent;
    if (Math.abs(before) > WIDEST) {
      int scale = before > 0 ? -WIDEST : WIDEST + 1;
      return BigDecimal.valueOf(digits.signum(), scale);
    }
    return digits.scaleByPowerOfTen(exponent);
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

  /** How many members it has; 0 if it is no object. */
  int width() {
    return json instanceof Json.Obj object ? object.members().size() : 0;
  }

  /** What it costs to compare all of it: its values, and its characters by the cache line. */
  int weight() {
    return weight(json);
  }

  private static int weight(Json json) {
    return switch (json) {
      case Json.Obj object -> 1 + object.members().values().stream().mapToInt(Node::weight).sum();
      case Json.Array array -> 1 + array.items().stream().mapToInt(Node::weight).sum();
      case Json.Text(String value) -> 1 + value.length() / 64;
      case Json.Num _, Json.Literal _ -> 1;
    };
  }

  /** Whether it is the value of a keyword of a schema. */
  boolean isOfKeyword() {
    return parent != null && parent.place() == Place.SCHEMA;
  }

  private Place place() {
    if (parent == null) {
      return Place.SCHEMA;
    }
    Place around = parent.place();
    return parent.json instanceof Json.Obj ? around.member(token) : around;
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
