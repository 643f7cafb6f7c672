package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a client offers to do for a server. Taking an offer out is the one clean way to keep the
 * server from asking: what was not declared it must not use.
 */
public final class ClientCapabilities {
  /** Capability by which a server may use the client's model. */
  public static final String SAMPLING = "sampling";

  /** Capability by which a server may ask the user. */
  public static final String ELICITATION = "elicitation";

  /** Capability by which a server may learn of the user's files. */
  public static final String ROOTS = "roots";

  /** Extension by which a call may be answered with a task. */
  private static final String TASKS = "io.modelcontextprotocol/tasks";

  private ClientCapabilities() {}

  /**
   * What is left.
   *
   * @param params with the capabilities that stay
   * @param removed names of those taken out, in the order of the params
   */
  public record Stripped(Json.Obj params, List<String> removed) {
    public Stripped {
      removed = List.copyOf(removed);
    }
  }

  /** Whether a request of the stateless era says that its client can wait for tasks (SEP-2663). */
  public static boolean waitsForTasks(Json.Obj params) {
    Json.Obj capabilities = Meta.of(params).object(Meta.CLIENT_CAPABILITIES);
    Json.Obj extensions = capabilities == null ? null : capabilities.object("extensions");
    return extensions != null && extensions.object(TASKS) != null;
  }

  /**
   * The params of a call that a task of ours stands for: the server is to answer at once, and asks
   * the client nothing; progress is told to nobody.
   */
  public static Json.Obj alone(Json.Obj params) {
    Json.Obj meta = Meta.of(params).with(Meta.CLIENT_CAPABILITIES, Json.Obj.EMPTY);
    return params.with("_meta", meta.without("progressToken"));
  }

  /**
   * Whether a client says that it shows links to its user (elicitation in URL mode).
   *
   * @param params of {@code initialize}, or of any request of the stateless era
   */
  public static boolean showsLinks(Json.Obj params, Era era) {
    Json.Obj capabilities =
        era == Era.SESSION
            ? params.object("capabilities")
            : Meta.of(params).object(Meta.CLIENT_CAPABILITIES);
    Json.Obj elicitation = capabilities == null ? null : capabilities.object(ELICITATION);
    return elicitation != null && elicitation.object("url") != null;
  }

  /**
   * Returns the params without the {@code denied} capabilities: those of {@code initialize}, or of
   * {@code _meta} in any request of the stateless era.
   */
  public static Stripped strip(Json.Obj params, Era era, Set<String> denied) {
    Json.Obj holder = era == Era.SESSION ? params : Meta.of(params);
    String member = era == Era.SESSION ? "capabilities" : Meta.CLIENT_CAPABILITIES;
    Json.Obj capabilities = holder.object(member);
    if (capabilities == null) {
      return new Stripped(params, List.of());
    }
    List<String> removed = new ArrayList<>();
    Json.Obj left = capabilities;
    for (String name : capabilities.members().keySet()) {
      if (denied.contains(name)) {
        left = left.without(name);
        removed.add(name);
      }
    }
    if (removed.isEmpty()) {
      return new Stripped(params, removed);
    }
    Json.Obj stripped = holder.with(member, left);
    return new Stripped(era == Era.SESSION ? stripped : params.with("_meta", stripped), removed);
  }
}
