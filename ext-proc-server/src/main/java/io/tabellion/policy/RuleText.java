package io.tabellion.policy;

import org.jspecify.annotations.Nullable;

/**
 * A rule that asks for approval, in the words of its file.
 *
 * @param id names the rule
 * @param when its condition; null if it has none
 * @param approvers its condition on who may approve
 * @param quorum how many people must approve
 * @param reasonRequired whether they must say why
 */
public record RuleText(
    String id, @Nullable String when, String approvers, int quorum, boolean reasonRequired) {

  /** The text of a rule; null if it does not ask for approval. */
  static @Nullable RuleText of(Rule rule) {
    Rule.Approval approval = rule.approval();
    return approval == null
        ? null
        : new RuleText(
            rule.id().text(),
            rule.when() == null ? null : rule.when().expression().text(),
            approval.approvers().expression().text(),
            approval.quorum(),
            approval.reason() == Rule.Reason.REQUIRED);
  }
}
