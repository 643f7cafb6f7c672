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
    LinkedHashMap<String, Json> members = new LinkedHashMap<>();
    schema
        .members()
        .forEach((keyword, value) -> {
          if (!GONE.contains(keyword)) {
            members.put(keyword.equals("oneOf") ? "anyOf" : keyword, value(keyword, value));
          }
        });
    return new Json.Obj(members);
  }

  private static Json value(String keyword, Json value) {
    boolean named =
        keyword.equals("properties") || keyword.equals("$defs") || keyword.equals("definitions");
    return switch (value) {
      case Json.Obj object when named -> {
        LinkedHashMap<String, Json> members = new LinkedHashMap<>();
        object.members().forEach((name, schema) -> members.put(name, value("", schema)));
        yield new Json.Obj(members);
      }
      case Json.Obj object -> of(object);
      case Json.Array array ->
          new Json.Array(array.items().stream().map(item -> value("", item)).toList());
      case Json.Text _, Json.Num _, Json.Literal _ -> value;
    };
  }
}
