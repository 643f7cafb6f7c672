package io.tabellion.policy;

import io.tabellion.state.Changes;
import io.tabellion.state.MemoryState;
import io.tabellion.state.SharedState;
import java.time.Instant;
import java.util.List;

/** Policies that are asked one question after another, and remember what counted. */
final class Counted {
  private Instant now = Instant.EPOCH;
  private final SharedState state = new MemoryState(() -> now);

  /** What the policy decides of a message that goes on if that allows it. */
  Decision judge(Policy policy, Question question) throws InterruptedException {
    now = question.setting().now();
    Changes changes = new Changes(state);
    Decision decision = policy.judge(question, changes);
    if (decision.allows()) {
      state.commit(changes.list(), _ -> List.of(), List.of());
    }
    return decision;
  }
}
