package io.tabellion.pin;

import io.tabellion.jsonrpc.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A definition taken apart, each part by the digest of its normal form. A server that speaks more
 * than one revision of MCP may leave out of one list what it shows in another; what every revision
 * has must be the same in all of them.
 *
 * @param core name, description, input schema, and members that MCP does not know
 * @param others by name: what only some revisions have, as far as it is there
 */
record Parts(String core, Map<String, String> others) {
  /** MCP 2024-11-05 has none of these members of a tool, later revisions have. */
  private static final String[] LATER = {"_meta", "execution", "icons", "outputSchema", "title"};

  /** MCP 2026-07-28: keyword of an argument that a header repeats. */
  private static final String HEADER = "x-mcp-header";

  Parts {
    others = Map.copyOf(others);
  }

  /** Takes a definition apart. */
  static Parts of(Json.Obj tool) {
    Json.Obj core = NormalForm.of(tool);
    Map<String, String> others = new TreeMap<>();
    for (String name : LATER) {
      Json value = core.get(name);
      if (value != null) {
        others.put(name, NormalForm.sha256(value));
        core = core.without(name);
      }
    }
    Json.Obj annotations = core.object("annotations");
    if (annotations != null) {
      annotations
          .members()
          .forEach((name, value) -> others.put("annotations." + name, NormalForm.sha256(value)));
      core = core.without("annotations");
    }
    if (core.get("inputSchema") instanceof Json.Obj schema) {
      Map<String, Json> headers = new LinkedHashMap<>();
      Json bare = withoutHeaders(schema.without("$schema"), "", headers);
      if (!headers.isEmpty()) {
        others.put(HEADER, NormalForm.sha256(new Json.Obj(new LinkedHashMap<>(headers))));
      }
      core = core.with("inputSchema", bare);
    }
    return new Parts(NormalForm.sha256(core), others);
  }

  private static Json withoutHeaders(Json value, String place, Map<String, Json> headers) {
    if (!(value instanceof Json.Obj object)) {
      return value;
    }
    Json.Obj bare = object;
    for (Map.Entry<String, Json> member : object.members().entrySet()) {
      String at = place + "/" + member.getKey();
      if (member.getKey().equals(HEADER) && member.getValue() instanceof Json.Text) {
        headers.put(at, member.getValue());
        bare = bare.without(HEADER);
      } else if (member.getValue() instanceof Json.Obj) {
        bare = bare.with(member.getKey(), withoutHeaders(member.getValue(), at, headers));
      }
    }
    return bare;
  }

  /** Whether both can be one tool, in lists of two revisions: what both have is the same. */
  boolean agreesWith(Parts other) {
    return core.equals(other.core)
        && others.entrySet().stream()
            .allMatch(part ->
                other.others.getOrDefault(part.getKey(), part.getValue()).equals(part.getValue()));
  }
}
