package io.tabellion.policy;

import io.tabellion.mask.Masking;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the policy says of one message.
 *
 * @param action what happens
 * @param rules ids of the rules that fired for it, in file order; empty where a default decided
 * @param message for the agent, from the rule that refused; null if it has none
 * @param policy SHA-256 of the policy file, hex
 * @param masking what is masked, whatever the action
 * @param approvals what the rules that ask for approval want of it; empty unless that is the action
 * @param shadow what rules that are only looked at would have done
 * @param errors rules whose condition could not be evaluated
 */
public record Decision(
    Action action,
    List<String> rules,
    @Nullable String message,
    String policy,
    Masking masking,
    List<ApprovalTerms> approvals,
    Shadow shadow,
    List<RuleError> errors) {

  public Decision {
    rules = List.copyOf(rules);
    approvals = List.copyOf(approvals);
    errors = List.copyOf(errors);
  }

  /** A decision without masks, approvals, shadow and errors. */
  public static Decision of(
      Action action, List<String> rules, @Nullable String message, String policy) {
    return new Decision(
        action, rules, message, policy, Masking.NONE, List.of(), Shadow.NONE, List.of());
  }

  /** Whether the message goes on. */
  public boolean allows() {
    return action == Action.ALLOW;
  }

  /** What happens with the message. */
  public enum Action {
    ALLOW("allow"),
    /** A person must allow it. */
    REQUIRE_APPROVAL("requireApproval"),
    DENY("deny");

    private final String text;

    Action(String text) {
      this.text = text;
    }

    /** The word in policy files and entries. */
    public String text() {
      return text;
    }
  }

  /**
   * What would have happened, were the rules in shadow in force.
   *
   * @param action null if the same would have happened
   * @param rules ids of the rules in shadow that fired, in file order
   */
  public record Shadow(@Nullable Action action, List<String> rules) {
    /** No rule in shadow fired. */
    public static final Shadow NONE = new Shadow(null, List.of());

    public Shadow {
      rules = List.copyOf(rules);
    }
  }

  /**
   * A condition that could not be evaluated: it fires a rule that denies, asks for approval or
   * masks, and never one that allows.
   *
   * @param rule its id
   * @param why a word of a closed set; never content
   */
  public record RuleError(String rule, String why) {}
}
