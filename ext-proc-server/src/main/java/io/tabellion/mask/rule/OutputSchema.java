package io.tabellion.mask.rule;

import io.tabellion.jsonrpc.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The {@code outputSchema} of a tool whose answers are masked: where a rule may reach, what is said
 * of types, members and items stays, what is said of single values is left out, for a mask has the
 * type of what it stands for and nothing else in common with it. What was valid before is valid
 * still (JSON Schema 2020-12).
 *
 * <p>What no rule can reach stays as it is: what rules select by place is known; what detectors
 * find may be any text or number, and is never a boolean or null.
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

  /** Types whose values no detector finds anything in. */
  private static final Set<String> LITERALS = Set.of("boolean", "null");

  private static final Json.Obj ANY_OBJECT = Json.Obj.EMPTY.with("type", new Json.Text("object"));

  private OutputSchema() {}

  /**
   * What may happen to what stands at a place of the structured content.
   *
   * @param detected whether texts and numbers may be masked wherever they stand
   * @param reach of the rules that select
   */
  private record Place(boolean detected, Reach reach) {

    Place member(String name) {
      return new Place(detected, reach.step(name));
    }

    Place item(int number) {
      return new Place(detected, reach.step(number));
    }

    Place any() {
      return new Place(detected, reach.stepAny());
    }

    /** Whether something is masked here or further down. */
    boolean isTouched() {
      return detected || reach.isWithin() || reach.goesOn();
    }

    /** Whether booleans are masked here. */
    boolean isWhole() {
      return reach.isWhole();
    }
  }

  /** Where definitions are used is not followed: anything may happen there. */
  private static final Place ANYWHERE =
      new Place(
          true,
          Reach.root(
              List.of(
                  new MaskRule(
                      "",
                      Selector.parse("/**"),
                      Set.of(),
                      0,
                      Map.of(),
                      new Operator.Redact(),
                      MaskRule.Where.BOTH))));

  /**
   * Returns the tool with a schema that its masked answers meet; the tool itself if they meet the
   * one that it has.
   *
   * @param rules that may mask its answers
   */
  public static Json.Obj relaxed(Json.Obj tool, List<MaskRule> rules) {
    Json schema = tool.get("outputSchema");
    Place content = content(rules);
    if (schema == null || !content.isTouched()) {
      return tool;
    }
    boolean known = schema instanceof Json.Obj && !refersElsewhere(schema);
    return tool.with("outputSchema", known ? schema(schema, content) : ANY_OBJECT);
  }

  private static Place content(List<MaskRule> rules) {
    List<MaskRule> forwarded =
        rules.stream().filter(rule -> rule.where() == MaskRule.Where.BOTH).toList();
    List<MaskRule> selecting = forwarded.stream().filter(rule -> rule.select() != null).toList();
    Reach root = Reach.root(selecting);
    return new Place(
        selecting.size() < forwarded.size(), root.step("result").step("structuredContent"));
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

  private static Json schema(Json schema, Place at) {
    if (!(schema instanceof Json.Obj object) || staysAsItIs(object, at)) {
      return schema;
    }
    LinkedHashMap<String, Json> members = new LinkedHashMap<>();
    object.members().forEach((key, value) -> member(object, key, value, at, members));
    return new Json.Obj(members);
  }

  /** Whether nothing that it stands over is masked; what it refers to might be relaxed. */
  private static boolean staysAsItIs(Json.Obj schema, Place at) {
    boolean untouched = !at.isTouched() || (!at.isWhole() && isOfLiterals(schema));
    return untouched && !refers(schema);
  }

  private static boolean refers(Json schema) {
    return switch (schema) {
      case Json.Obj object ->
          object.get("$ref") != null
              || object.members().values().stream().anyMatch(OutputSchema::refers);
      case Json.Array array -> array.items().stream().anyMatch(OutputSchema::refers);
      case Json.Text _, Json.Num _, Json.Literal _ -> false;
    };
  }

  /** Whether it takes nothing but booleans and null. */
  private static boolean isOfLiterals(Json.Obj schema) {
    return all(
            schema.get("type"),
            type -> type instanceof Json.Text(String text) && LITERALS.contains(text))
        || schema.get("const") instanceof Json.Literal
        || (schema.get("enum") instanceof Json.Array values
            && all(values, value -> value instanceof Json.Literal));
  }

  private static boolean all(@Nullable Json value, Predicate<Json> test) {
    return switch (value) {
      case null -> false;
      case Json.Array(List<Json> items) -> !items.isEmpty() && items.stream().allMatch(test);
      case Json.Obj _, Json.Text _, Json.Num _, Json.Literal _ -> test.test(value);
    };
  }

  private static void member(
      Json.Obj schema, String key, Json value, Place at, Map<String, Json> members) {
    if (VALUES.contains(key) || CONDITIONS.contains(key)) {
      return;
    }
    if (key.equals("additionalProperties") && schema.get("patternProperties") != null) {
      return;
    }
    switch (key) {
      case "oneOf" -> {
        // Without values several of them may hold.
        if (schema.get("anyOf") == null) {
          members.put("anyOf", list(value, _ -> at));
        }
      }
      case "allOf", "anyOf" -> members.put(key, list(value, _ -> at));
      case "properties" -> members.put(key, byName(value, at::member));
      case "$defs", "definitions" -> members.put(key, byName(value, _ -> ANYWHERE));
      case "prefixItems" -> members.put(key, list(value, at::item));
      case "items" ->
          members.put(
              key, value instanceof Json.Array ? list(value, at::item) : schema(value, at.any()));
      case "additionalItems", "additionalProperties" -> members.put(key, schema(value, at.any()));
      default -> members.put(key, value);
    }
  }

  private static Json byName(Json value, Function<String, Place> at) {
    if (!(value instanceof Json.Obj object)) {
      return value;
    }
    LinkedHashMap<String, Json> members = new LinkedHashMap<>();
    object.members().forEach((name, schema) -> members.put(name, schema(schema, at.apply(name))));
    return new Json.Obj(members);
  }

  private static Json list(Json value, IntFunction<Place> at) {
    if (!(value instanceof Json.Array array)) {
      return value;
    }
    List<Json> items = new ArrayList<>();
    for (Json item : array.items()) {
      items.add(schema(item, at.apply(items.size())));
    }
    return new Json.Array(items);
  }
}
