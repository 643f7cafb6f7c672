package io.tabellion.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A rule that asks for approval, in the words of its file.
 *
 * @param id names the rule
 * @param when its condition; null if it has none
 * @param approvers its condition on who may approve
 * @param second who else may after a time; null if nobody
 * @param quorum how many people must approve
 * @param reasonRequired whether they must say why
 * @param breakGlass its condition on who may let a call on without approval; null if nobody
 */
public record RuleText(
    String id,
    @Nullable String when,
    String approvers,
    @Nullable Second second,
    int quorum,
    boolean reasonRequired,
    @Nullable String breakGlass) {

  /** Who else may approve, once nobody decided for so long. */
  public record Second(Duration after, String approvers) {}

  /** The text of a rule; null if it does not ask for approval. */
  static @Nullable RuleText of(Rule rule) {
    Rule.Approval approval = rule.approval();
    if (approval == null) {
      return null;
    }
    Rule.Escalate escalate = approval.escalate();
    Rule.BreakGlass glass = approval.breakGlass();
    return new RuleText(
        rule.id().text(),
        rule.when() == null ? null : rule.when().expression().text(),
        approval.approvers().expression().text(),
        escalate == null
            ? null
            : new Second(escalate.after(), escalate.approvers().expression().text()),
        approval.quorum(),
        approval.reason() == Rule.Reason.REQUIRED,
        glass == null ? null : glass.who().expression().text());
  }
}
