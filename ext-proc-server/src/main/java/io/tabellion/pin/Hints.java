package io.tabellion.pin;

import io.tabellion.jsonrpc.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The hints of MCP's {@code ToolAnnotations} (2025-11-25 schema.ts), what holds where one is not
 * given, and which value of each claims less harm.
 */
final class Hints {
  /** What holds without the hint. */
  private static final Map<String, Boolean> STANDARD =
      Map.of(
          "readOnlyHint", false,
          "destructiveHint", true,
          "idempotentHint", false,
          "openWorldHint", true);

  private Hints() {}

  /**
   * Returns the annotations in normal form. "Meaningful only when {@code readOnlyHint == false}"
   * are the hints about changes.
   */
  static Json.Obj of(Json.Obj annotations) {
    boolean reads = annotations.get("readOnlyHint") == Json.Literal.TRUE;
    Map<String, Json> kept = new TreeMap<>();
    annotations
        .members()
        .forEach((name, value) -> {
          if (!saysNothing(name, value, reads)) {
            kept.put(name, NormalForm.value(value));
          }
        });
    return new Json.Obj(new LinkedHashMap<>(kept));
  }

  private static boolean saysNothing(String name, Json value, boolean reads) {
    if (value == Json.Literal.NULL || (name.equals("title") && value.equals(new Json.Text("")))) {
      return true;
    }
    if (!(value instanceof Json.Literal hint)) {
      return false;
    }
    boolean ofChanges = name.equals("destructiveHint") || name.equals("idempotentHint");
    Boolean standard = STANDARD.get(name);
    return (standard != null && hint == Json.Literal.of(standard)) || (ofChanges && reads);
  }

  /** Whether this value of the hint, or none, claims less harm than MCP has clients assume. */
  static boolean claimsLessHarm(String name, Json value) {
    Boolean standard = STANDARD.get(name);
    boolean less = name.equals("readOnlyHint") || name.equals("idempotentHint");
    return standard != null && value == Json.Literal.of(less);
  }
}
