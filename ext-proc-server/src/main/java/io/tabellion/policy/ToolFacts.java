package io.tabellion.policy;

import io.tabellion.jsonrpc.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a tool beyond its name.
 *
 * @param annotations what its server says of it
 * @param pinned whether its definition is one that was accepted
 * @param digest SHA-256 of its definition in canonical JSON, hex; empty if it is not known
 * @param suspicions what looks wrong in its texts, words of a closed set (docs/pins.md)
 */
public record ToolFacts(
    Annotations annotations, boolean pinned, String digest, List<String> suspicions) {

  /** Nothing is known. */
  public static final ToolFacts UNKNOWN = new ToolFacts(Annotations.NONE, false, "", List.of());

  public ToolFacts {
    suspicions = List.copyOf(suspicions);
  }

  /**
   * The hints of MCP's {@code ToolAnnotations} (2025-11-25 schema.ts) as a server gives them; null
   * for one that it does not give. A hint is a claim: see docs/policy.md.
   */
  public record Annotations(
      @Nullable Boolean readOnlyHint,
      @Nullable Boolean destructiveHint,
      @Nullable Boolean idempotentHint,
      @Nullable Boolean openWorldHint) {
    /** A server that claims nothing. */
    public static final Annotations NONE = new Annotations(null, null, null, null);

    /** What a definition of a tool claims; anything but a truth value claims nothing. */
    public static Annotations of(Json.@Nullable Obj definition) {
      Json.Obj claimed = definition == null ? null : definition.object("annotations");
      return claimed == null
          ? NONE
          : new Annotations(
              hint(claimed, "readOnlyHint"),
              hint(claimed, "destructiveHint"),
              hint(claimed, "idempotentHint"),
              hint(claimed, "openWorldHint"));
    }

    private static @Nullable Boolean hint(Json.Obj claimed, String name) {
      return switch (claimed.get(name)) {
        case Json.Literal.TRUE -> true;
        case Json.Literal.FALSE -> false;
        case null, default -> null;
      };
    }

    /** What MCP has a client assume of a tool of which nothing is claimed: the worst. */
    static final Annotations WORST = new Annotations(false, true, false, true);

    /** The same, with what MCP has a client assume for hints that are not given. */
    Annotations filled() {
      return new Annotations(
          readOnlyHint == null ? WORST.readOnlyHint : readOnlyHint,
          destructiveHint == null ? WORST.destructiveHint : destructiveHint,
          idempotentHint == null ? WORST.idempotentHint : idempotentHint,
          openWorldHint == null ? WORST.openWorldHint : openWorldHint);
    }
  }
}
