package io.tabellion.jsonrpc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts the members of every object in the order of their UTF-16 code units, as RFC 8785 has it, so
 * that values that differ in the order of members alone become equal.
 *
 * <p>Pure and thread-safe.
 */
public final class MemberOrder {

  private MemberOrder() {}

  /** Returns the value with the members of every object in order; items of arrays keep theirs. */
  public static Json of(Json value) {
    return switch (value) {
      case Json.Obj object -> {
        Map<String, Json> sorted = new TreeMap<>();
        object.members().forEach((name, member) -> sorted.put(name, of(member)));
        yield new Json.Obj(new LinkedHashMap<>(sorted));
      }
      case Json.Array array -> new Json.Array(array.items().stream().map(MemberOrder::of).toList());
      case Json.Text _, Json.Num _, Json.Literal _ -> value;
    };
  }
}
