package io.tabellion.schema;

import io.tabellion.jsonrpc.Json;
import java.util.Map;
import java.util.TreeMap;

/** A value as a text that is equal for equal values of JSON Schema, whatever their spelling. */
final class Plain {
  private Plain() {}

  static String of(Json json) {
    StringBuilder text = new StringBuilder();
    write(json, text);
    return text.toString();
  }

  private static void write(Json json, StringBuilder text) {
    switch (json) {
      case Json.Text(String value) ->
          text.append('"').append(value.length()).append(':').append(value);
      case Json.Num(String lexeme) -> text.append(Node.number(lexeme));
      case Json.Literal literal -> text.append(literal.text());
      case Json.Array array -> {
        text.append('[');
        array
            .items()
            .forEach(item -> {
              write(item, text);
              text.append(',');
            });
        text.append(']');
      }
      case Json.Obj object -> {
        text.append('{');
        Map<String, Json> sorted = new TreeMap<>(object.members());
        sorted.forEach((name, member) -> {
          write(new Json.Text(name), text);
          write(member, text);
        });
        text.append('}');
      }
    }
  }
}
