package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.KnownMembers;
import io.tabellion.jsonrpc.Parsed;
import org.jspecify.annotations.Nullable;

/** The {@code _meta} of params: other members than those of the spec are anybody's. */
final class Meta {
  static final String PREFIX = "io.modelcontextprotocol/";
  static final String PROTOCOL_VERSION = PREFIX + "protocolVersion";
  static final String CLIENT_INFO = PREFIX + "clientInfo";
  static final String CLIENT_CAPABILITIES = PREFIX + "clientCapabilities";

  /** Of a message that belongs to a task (2025-11-25 basic/utilities/tasks). */
  static final String RELATED_TASK = PREFIX + "related-task";

  private static final KnownMembers KNOWN =
      KnownMembers.of(
          PROTOCOL_VERSION,
          CLIENT_INFO,
          CLIENT_CAPABILITIES,
          PREFIX + "logLevel",
          PREFIX + "serverInfo",
          RELATED_TASK,
          PREFIX + "subscriptionId",
          "progressToken");

  private static final String FOLDED_PREFIX = KnownMembers.fold(PREFIX);

  private Meta() {}

  /** Returns the {@code _meta} of params, empty if there is none. */
  static Json.Obj of(Json.@Nullable Obj params) {
    Json.Obj meta = params == null ? null : params.object("_meta");
    return meta == null ? Json.Obj.EMPTY : meta;
  }

  /** Returns what is wrong with a {@code _meta}: a member that only looks like one of the spec. */
  static Parsed.@Nullable Malformed check(Json.Obj meta, String where) {
    for (String name : meta.members().keySet()) {
      boolean ours = name.startsWith(PREFIX);
      if (KNOWN.isLookalike(name) || (!ours && KnownMembers.fold(name).startsWith(FOLDED_PREFIX))) {
        return Parsed.Malformed.message(where, "no member that only looks like a known one");
      }
    }
    return null;
  }
}
