package io.tabellion.pin;

import io.tabellion.jsonrpc.Json;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The normal form of a JSON Schema (2020-12, and what older drafts have beside it): keywords that
 * say what holds without them are away, and what is a set is in order.
 *
 * <p>Pure and thread-safe.
 */
final class Schemas {
  /** Keywords whose value is an object of schemas by name. */
  static final Set<String> MAPS =
      Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");

  /** Keywords whose value is a schema, or in older drafts a list of them in order. */
  private static final Set<String> ONE =
      Set.of(
          "additionalItems",
          "additionalProperties",
          "contains",
          "contentSchema",
          "else",
          "if",
          "items",
          "not",
          "propertyNames",
          "then",
          "unevaluatedItems",
          "unevaluatedProperties");

  /** Those of them that say nothing if they accept everything. */
  private static final Set<String> IDLE =
      Set.of(
          "additionalItems",
          "additionalProperties",
          "items",
          "propertyNames",
          "unevaluatedItems",
          "unevaluatedProperties");

  /** Keywords whose value is a list of schemas of which the order does not matter. */
  private static final Set<String> CHOICES = Set.of("allOf", "anyOf", "oneOf");

  /** Keywords whose value is a set. */
  static final Set<String> SETS = Set.of("enum", "required");

  /** Values of keywords that say what holds without them. */
  private static final Map<String, Set<Json>> IDLE_VALUES =
      Map.ofEntries(
          Map.entry("deprecated", Set.of(Json.Literal.FALSE)),
          Map.entry("minContains", Set.of(Json.Num.of(1))),
          Map.entry("minItems", Set.of(Json.Num.of(0))),
          Map.entry("minLength", Set.of(Json.Num.of(0))),
          Map.entry("minProperties", Set.of(Json.Num.of(0))),
          Map.entry("nullable", Set.of(Json.Literal.FALSE)),
          Map.entry("readOnly", Set.of(Json.Literal.FALSE)),
          Map.entry("uniqueItems", Set.of(Json.Literal.FALSE)),
          Map.entry("writeOnly", Set.of(Json.Literal.FALSE)),
          Map.entry("title", Set.of(new Json.Text(""), Json.Literal.NULL)),
          Map.entry("description", Set.of(new Json.Text(""), Json.Literal.NULL)),
          Map.entry(
              "$schema",
              Set.of(
                  new Json.Text("https://json-schema.org/draft/2020-12/schema"),
                  new Json.Text("https://json-schema.org/draft/2020-12/schema#"))));

  private Schemas() {}

  /** Returns the schema in normal form; what is no schema comes back as any value does. */
  static Json of(Json schema) {
    if (schema == Json.Literal.TRUE) {
      return Json.Obj.EMPTY;
    }
    if (!(schema instanceof Json.Obj object)) {
      return NormalForm.value(schema);
    }
    Map<String, Json> kept = new TreeMap<>();
    object
        .members()
        .forEach((keyword, value) -> {
          Json normal = keyword(keyword, value);
          if (!isIdle(keyword, normal)) {
            kept.put(keyword, normal);
          }
        });
    return new Json.Obj(new LinkedHashMap<>(kept));
  }

  private static Json keyword(String keyword, Json value) {
    return switch (value) {
      case Json.Obj object when MAPS.contains(keyword) -> NormalForm.each(object, Schemas::of);
      case Json.Obj object when keyword.equals("dependentRequired") ->
          NormalForm.each(object, Schemas::set);
      case Json.Array array when CHOICES.contains(keyword) -> choices(keyword, array);
      case Json.Array array when keyword.equals("prefixItems") || ONE.contains(keyword) ->
          new Json.Array(array.items().stream().map(Schemas::of).toList());
      case Json.Array array when SETS.contains(keyword) -> set(array);
      case Json.Array array when keyword.equals("type") -> type(array);
      case Json.Obj _, Json.Literal _ when ONE.contains(keyword) -> of(value);
      case Json.Obj _, Json.Array _, Json.Text _, Json.Num _, Json.Literal _ ->
          NormalForm.value(value);
    };
  }

  private static boolean isIdle(String keyword, Json value) {
    if (value instanceof Json.Obj object && object.members().isEmpty()) {
      return MAPS.contains(keyword)
          || IDLE.contains(keyword)
          || keyword.equals("dependentRequired");
    }
    if (value instanceof Json.Array array && array.items().isEmpty()) {
      return keyword.equals("required") || keyword.equals("examples");
    }
    return IDLE_VALUES.getOrDefault(keyword, Set.of()).contains(value);
  }

  private static Json type(Json.Array types) {
    Json.Array set = (Json.Array) set(types);
    return set.items().size() == 1 ? set.items().getFirst() : set;
  }

  /** Of {@code oneOf} a schema that stands twice matters: nothing fits it. */
  private static Json choices(String keyword, Json.Array schemas) {
    List<Json> normal = schemas.items().stream().map(Schemas::of).toList();
    return keyword.equals("oneOf")
        ? new Json.Array(normal.stream().sorted(ORDER).toList())
        : set(new Json.Array(normal));
  }

  private static Json set(Json value) {
    return value instanceof Json.Array array
        ? new Json.Array(
            array.items().stream().map(NormalForm::value).distinct().sorted(ORDER).toList())
        : NormalForm.value(value);
  }

  private static final Comparator<Json> ORDER = Comparator.comparing(NormalForm::text);
}
