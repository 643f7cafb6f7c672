package io.tabellion.pin;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.secret.Sha256;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The canonical form of a definition: compact JSON, members of every object in the order of their
 * UTF-16 code units (as RFC 8785 has it), array items in their order, numbers as they were written.
 * What differs only in the order of members or in white space has the same digest.
 *
 * <p>Pure and thread-safe.
 */
final class Canonical {

  private Canonical() {}

  /** Returns the value with the members of every object in order. */
  static Json of(Json value) {
    return switch (value) {
      case Json.Obj object -> {
        Map<String, Json> sorted = new TreeMap<>();
        object.members().forEach((name, member) -> sorted.put(name, of(member)));
        yield new Json.Obj(new LinkedHashMap<>(sorted));
      }
      case Json.Array array -> new Json.Array(array.items().stream().map(Canonical::of).toList());
      case Json.Text _, Json.Num _, Json.Literal _ -> value;
    };
  }

  /** Returns the SHA-256 of the canonical form, hex. */
  static String digest(Json value) {
    return Sha256.hex(JsonWriter.write(of(value)));
  }
}
