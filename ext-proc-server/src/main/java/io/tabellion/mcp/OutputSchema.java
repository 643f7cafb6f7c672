package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The {@code outputSchema} of a tool whose answers are masked: what is said of types, members and
 * items stays, what is said of single values is left out, for a mask has the type of what it stands
 * for and nothing else in common with it. What was valid before is valid still (JSON Schema
 * 2020-12).
 *
 * <p>Pure and thread-safe.
 */
public final class OutputSchema {
  /** A schema by these names reads as little of a value as its type. */
  private static final Set<String> VALUES =
      Set.of(
          "const",
          "contentEncoding",
          "contentMediaType",
          "contentSchema",
          "enum",
          "exclusiveMaximum",
          "exclusiveMinimum",
          "format",
          "maxLength",
          "maximum",
          "minLength",
          "minimum",
          "multipleOf",
          "pattern",
          "uniqueItems");

  /**
   * What hangs on single values, or on the names of members: without the keywords above it would
   * refuse what it took before.
   */
  private static final Set<String> CONDITIONS =
      Set.of(
          "contains",
          "dependentRequired",
          "dependentSchemas",
          "dependencies",
          "else",
          "if",
          "maxContains",
          "minContains",
          "not",
          "patternProperties",
          "propertyNames",
          "then",
          "unevaluatedItems",
          "unevaluatedProperties");

  private static final Set<String> BY_NAME = Set.of("$defs", "definitions", "properties");
  private static final Set<String> LISTS = Set.of("allOf", "anyOf", "prefixItems");
  private static final Set<String> SINGLE = Set.of("additionalItems", "additionalProperties");

  private static final Json.Obj ANY_OBJECT = Json.Obj.EMPTY.with("type", new Json.Text("object"));

  private OutputSchema() {}

  /** Returns the tool with a schema that masked answers meet. */
  public static Json.Obj relaxed(Json.Obj tool) {
    Json schema = tool.get("outputSchema");
    if (schema == null) {
      return tool;
    }
    boolean known = schema instanceof Json.Obj && !refersElsewhere(schema);
    return tool.with("outputSchema", known ? schema(schema) : ANY_OBJECT);
  }

  /** Whether it refers to something that is not in its definitions, and might not be there then. */
  private static boolean refersElsewhere(Json schema) {
    return switch (schema) {
      case Json.Obj object ->
          object.members().entrySet().stream()
              .anyMatch(member ->
                  refersElsewhere(member.getKey(), member.getValue())
                      || refersElsewhere(member.getValue()));
      case Json.Array array -> array.items().stream().anyMatch(OutputSchema::refersElsewhere);
      case Json.Text _, Json.Num _, Json.Literal _ -> false;
    };
  }

  private static boolean refersElsewhere(String key, Json value) {
    return switch (key) {
      case "$dynamicRef", "$recursiveRef" -> true;
      case "$ref" ->
          !(value instanceof Json.Text(String at)
              && (at.equals("#") || at.matches("#/(\\$defs|definitions)/[^/]+")));
      default -> false;
    };
  }

  private static Json schema(Json schema) {
    if (!(schema instanceof Json.Obj object)) {
      return schema;
    }
    LinkedHashMap<String, Json> members = new LinkedHashMap<>();
    object.members().forEach((key, value) -> member(object, key, value, members));
    return new Json.Obj(members);
  }

  private static void member(Json.Obj schema, String key, Json value, Map<String, Json> members) {
    if (VALUES.contains(key) || CONDITIONS.contains(key)) {
      return;
    }
    if (key.equals("additionalProperties") && schema.get("patternProperties") != null) {
      return;
    }
    if (key.equals("oneOf")) {
      // Without values several of them may hold.
      if (schema.get("anyOf") == null) {
        members.put("anyOf", list(value));
      }
    } else if (BY_NAME.contains(key)) {
      members.put(key, byName(value));
    } else if (LISTS.contains(key) || (key.equals("items") && value instanceof Json.Array)) {
      members.put(key, list(value));
    } else {
      members.put(key, SINGLE.contains(key) || key.equals("items") ? schema(value) : value);
    }
  }

  private static Json byName(Json value) {
    if (!(value instanceof Json.Obj object)) {
      return value;
    }
    LinkedHashMap<String, Json> members = new LinkedHashMap<>();
    object.members().forEach((name, schema) -> members.put(name, schema(schema)));
    return new Json.Obj(members);
  }

  private static Json list(Json value) {
    if (!(value instanceof Json.Array array)) {
      return value;
    }
    List<Json> items = new ArrayList<>();
    array.items().forEach(item -> items.add(schema(item)));
    return new Json.Array(items);
  }
}
