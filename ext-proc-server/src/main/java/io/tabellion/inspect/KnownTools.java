package io.tabellion.inspect;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mcp.Refusals;
import io.tabellion.pin.Definition;
import io.tabellion.pin.Pin;
import io.tabellion.pin.Pins;
import io.tabellion.policy.ToolFacts;
import io.tabellion.state.Changes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the tools of a server, as one caller sees them.
 *
 * @param owner the OWNER fact of the caller
 * @param revision of MCP that lists are spoken in; empty if it is not known
 */
record KnownTools(Pins pins, String server, String owner, String revision) {

  /** Whether the tool waits for an operator: its calls are refused. */
  boolean quarantined(@Nullable String tool) {
    return pin(tool).filter(Pin::quarantined).isPresent();
  }

  /** Why the tool waits, in words. */
  Refusals.Waiting waiting(@Nullable String tool) {
    Pin pin = pin(tool).orElse(null);
    if (pin != null && pins.rival(pin).isPresent()) {
      return Refusals.Waiting.SAME_NAME;
    }
    return pin != null && pin.accepted() == null ? Refusals.Waiting.NEW : Refusals.Waiting.CHANGED;
  }

  /**
   * Whether the name of an unknown tool cannot be told from that of a known one: a server may take
   * one for the other.
   */
  boolean isMistakable(@Nullable String tool) {
    return tool != null && pin(tool).isEmpty() && pins.alike(server, owner, tool).isPresent();
  }

  /** The definition of a tool, as far as it is known. */
  Optional<Json.Obj> definition(@Nullable String tool) {
    return Optional.ofNullable(accepted(tool)).map(Definition::tree);
  }

  /** What was accepted of a tool; null if nothing was. */
  @Nullable Definition accepted(@Nullable String tool) {
    return pin(tool).flatMap(pin -> pin.shown(revision)).orElse(null);
  }

  /** What the policy is told of a tool. */
  ToolFacts facts(@Nullable String tool) {
    return pin(tool).map(KnownTool::facts).orElse(ToolFacts.UNKNOWN);
  }

  /** The same, with what lists of the message that is decided now show. */
  ToolFacts facts(@Nullable String tool, Changes changes) {
    return tool == null
        ? ToolFacts.UNKNOWN
        : pins.find(server, owner, tool, changes).map(KnownTool::facts).orElse(ToolFacts.UNKNOWN);
  }

  private Optional<Pin> pin(@Nullable String tool) {
    return tool == null ? Optional.empty() : pins.find(server, owner, tool);
  }
}
