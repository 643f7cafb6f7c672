package io.tabellion.policy;

import io.tabellion.policy.Decision.Action;
import java.util.Collection;

/**
 * What follows from the rules that fire. A rule that denies decides. Else a request needs a rule
 * that allows it (or a method that is open by default), and a rule that asks for approval asks in
 * addition to that: it never opens what nothing allows.
 *
 * <p>Pure and thread-safe.
 */
final class Precedence {
  private Precedence() {}

  /** Returns the action for what the rules that fire say, in any order. */
  static Action of(Collection<Action> fired, Question question) {
    if (fired.contains(Action.DENY) || !allowed(fired, question)) {
      return Action.DENY;
    }
    return fired.contains(Action.REQUIRE_APPROVAL) ? Action.REQUIRE_APPROVAL : Action.ALLOW;
  }

  /** Whether the rules ask for approval of what none of them allows. */
  static boolean asksInVain(Collection<Action> fired, Question question) {
    return fired.contains(Action.REQUIRE_APPROVAL)
        && !fired.contains(Action.DENY)
        && !allowed(fired, question);
  }

  private static boolean allowed(Collection<Action> fired, Question question) {
    return fired.contains(Action.ALLOW)
        || Methods.openByDefault(question.direction(), question.target().method());
  }
}
