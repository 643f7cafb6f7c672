package io.tabellion.inspect;

import io.tabellion.pin.Definition;
import io.tabellion.pin.Pin;
import io.tabellion.policy.ToolFacts;
import io.tabellion.policy.ToolFacts.Annotations;

/** What the policy is told of a tool that a server has shown, or that a file names. */
final class KnownTool {
  private KnownTool() {}

  /** Of what is accepted, or, where nothing is, of what waits. */
  static ToolFacts facts(Pin pin) {
    Definition accepted = pin.accepted();
    Definition known = accepted == null ? pin.pending() : accepted;
    return known == null
        ? ToolFacts.UNKNOWN
        : new ToolFacts(
            Annotations.of(known.tree()),
            pin.pending() == null && accepted != null,
            known.digest(),
            Suspicions.words(known.suspicions()));
  }
}
