package io.tabellion.schema;

import io.tabellion.jsonrpc.Json;
import java.util.LinkedHashMap;
import java.util.Set;

/**
 * A schema whose texts may be masked: what is left of it when every keyword goes that hangs on a
 * text. Types, members and items stay.
 *
 * <p>Pure.
 */
final class Relaxed {
  /** Their values, or what they refuse, hang on texts. */
  private static final Set<String> GONE =
      Set.of(
          "additionalProperties",
          "const",
          "contains",
          "dependencies",
          "dependentRequired",
          "dependentSchemas",
          "else",
          "enum",
          "if",
          "maxContains",
          "maxProperties",
          "minContains",
          "minProperties",
          "not",
          "pattern",
          "patternProperties",
          "propertyNames",
          "required",
          "then",
          "unevaluatedItems",
          "unevaluatedProperties");

  private Relaxed() {}

  static Json.Obj of(Json.Obj schema) {
    return (Json.Obj) of(schema, Place.SCHEMA);
  }

  private static Json of(Json json, Place place) {
    return switch (json) {
      case Json.Obj object -> {
        LinkedHashMap<String, Json> members = new LinkedHashMap<>();
        object
            .members()
            .forEach((name, member) -> {
              boolean keyword = place == Place.SCHEMA;
              if (!keyword || !GONE.contains(name)) {
                members.put(
                    keyword && name.equals("oneOf") ? "anyOf" : name,
                    of(member, place.member(name)));
              }
            });
        yield new Json.Obj(members);
      }
      case Json.Array array ->
          new Json.Array(array.items().stream().map(item -> of(item, place)).toList());
      case Json.Text _, Json.Num _, Json.Literal _ -> json;
    };
  }
}
