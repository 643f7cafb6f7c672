package io.tabellion.pin;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.secret.Sha256;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A definition taken apart, each part by a digest. A server that speaks more than one revision of
 * MCP may leave out of one list what it shows in another; what every revision has must be the same
 * in all of them.
 *
 * <p>The digest of each other part is over the core too: parts stand in entries for ever, and a
 * short text alone could be guessed from its digest.
 *
 * @param core name, description, input schema, and members that MCP does not know: SHA-256 of the
 *     normal form
 * @param others by name: what only some revisions have, as far as it is there; SHA-256 over {@code
 *     core ‖ 0x00 ‖ name ‖ 0x00 ‖ part}, both in normal form
 * @param plain whether the others are digests of the parts alone, as older files have them
 */
record Parts(String core, Map<String, String> others, boolean plain) {
  /** MCP 2024-11-05 has none of these members of a tool, later revisions have. */
  private static final String[] LATER = {"_meta", "execution", "icons", "outputSchema", "title"};

  /** MCP 2026-07-28: keyword of an argument that a header repeats. */
  private static final String HEADER = "x-mcp-header";

  private static final String ANNOTATION = "annotations.";

  /** The annotations that MCP knows (2025-11-25 schema.ts). */
  private static final Set<String> HINTS =
      Set.of("destructiveHint", "idempotentHint", "openWorldHint", "readOnlyHint", "title");

  /** Of more annotations that MCP does not know, all of these are one part. */
  private static final int MOST_UNKNOWN = 16;

  Parts {
    others = Map.copyOf(others);
  }

  /** Takes a definition apart. */
  static Parts of(Json.Obj tool) {
    return of(tool, false);
  }

  /** The same as older files have it. */
  static Parts plainOf(Json.Obj tool) {
    return of(tool, true);
  }

  private static Parts of(Json.Obj tool, boolean plain) {
    Json.Obj core = NormalForm.of(tool);
    Map<String, Json> apart = new TreeMap<>();
    for (String name : LATER) {
      Json value = core.get(name);
      if (value != null) {
        apart.put(name, value);
        core = core.without(name);
      }
    }
    Json.Obj annotations = core.object("annotations");
    if (annotations != null) {
      annotations.members().forEach((name, value) -> apart.put(ANNOTATION + name, value));
      core = core.without("annotations");
    }
    if (core.get("inputSchema") instanceof Json.Obj schema) {
      Map<String, Json> headers = new LinkedHashMap<>();
      Json bare = withoutHeaders(schema.without("$schema"), "", headers);
      if (!headers.isEmpty()) {
        apart.put(HEADER, new Json.Obj(new LinkedHashMap<>(headers)));
      }
      core = core.with("inputSchema", bare);
    }
    return plain ? plain(core, apart) : of(core, apart);
  }

  private static Parts plain(Json.Obj core, Map<String, Json> apart) {
    Map<String, String> others = new TreeMap<>();
    apart.forEach((name, value) -> others.put(name, NormalForm.sha256(value)));
    return new Parts(NormalForm.sha256(core), others, true);
  }

  private static Parts of(Json.Obj core, Map<String, Json> apart) {
    ByteString text = JsonWriter.write(core);
    Map<String, String> others = new TreeMap<>();
    LinkedHashMap<String, Json> unknown = new LinkedHashMap<>();
    apart.forEach((name, value) -> {
      if (isKnown(name)) {
        others.put(name, digest(text, name, value));
      } else {
        unknown.put(name, value);
      }
    });
    if (unknown.size() > MOST_UNKNOWN) {
      others.put(ANNOTATION, digest(text, ANNOTATION, new Json.Obj(unknown)));
    } else {
      // Their names are the server's own words, so they do not stand in entries either.
      unknown.forEach((name, value) ->
          others.put(
              ANNOTATION + digest(text, name, Json.Literal.NULL), digest(text, name, value)));
    }
    return new Parts(NormalForm.sha256(core), others, false);
  }

  private static boolean isKnown(String name) {
    return !name.startsWith(ANNOTATION) || HINTS.contains(name.substring(ANNOTATION.length()));
  }

  private static String digest(ByteString core, String name, Json part) {
    ByteString zero = ByteString.copyFrom(new byte[1]);
    return Sha256.hex(
        core.concat(zero)
            .concat(ByteString.copyFromUtf8(name))
            .concat(zero)
            .concat(JsonWriter.write(part)));
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
    return plain == other.plain && mayAgreeWith(other);
  }

  /** The same, where the others cannot be compared: as far as the core says. */
  boolean mayAgreeWith(Parts other) {
    return core.equals(other.core) && (plain != other.plain || agree(other));
  }

  private boolean agree(Parts other) {
    return others.entrySet().stream()
        .allMatch(part ->
            other.others.getOrDefault(part.getKey(), part.getValue()).equals(part.getValue()));
  }
}
