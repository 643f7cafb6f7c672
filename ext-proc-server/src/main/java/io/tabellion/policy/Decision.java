package io.tabellion.policy;

import io.tabellion.mask.rule.Masking;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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
 * @param mayDeny whether a rule would deny it that hangs on what is not known
 * @param candidate what a candidate policy makes of the message; null if there is none, or if it
 *     was not asked
 */
public record Decision(
    Action action,
    List<String> rules,
    @Nullable String message,
    String policy,
    Masking masking,
    List<ApprovalTerms> approvals,
    Shadow shadow,
    List<RuleError> errors,
    boolean mayDeny,
    @Nullable Candidate candidate) {

  public Decision {
    rules = List.copyOf(rules);
    approvals = List.copyOf(approvals);
    errors = List.copyOf(errors);
  }

  /** A decision on what is all known. */
  public Decision(
      Action action,
      List<String> rules,
      @Nullable String message,
      String policy,
      Masking masking,
      List<ApprovalTerms> approvals,
      Shadow shadow,
      List<RuleError> errors) {
    this(action, rules, message, policy, masking, approvals, shadow, errors, false, null);
  }

  /** A decision without masks, approvals, shadow and errors. */
  public static Decision of(
      Action action, List<String> rules, @Nullable String message, String policy) {
    return new Decision(
        action, rules, message, policy, Masking.NONE, List.of(), Shadow.NONE, List.of());
  }

  /** Both: the stricter action with its rules and message, and what either masks. */
  public Decision and(Decision more) {
    Decision stricter = more.action.compareTo(action) > 0 ? more : this;
    boolean same = action == more.action;
    return new Decision(
        stricter.action,
        same ? both(rules, more.rules) : stricter.rules,
        same && message == null ? more.message : stricter.message,
        policy,
        masking.and(more.masking),
        stricter.approvals,
        shadow.and(more.shadow),
        both(errors, more.errors),
        mayDeny || more.mayDeny,
        Candidate.both(candidate, more.candidate));
  }

  /**
   * With the first of the others that a rule denies; what the candidate makes of it, with the first
   * that a rule of the candidate denies.
   */
  public Decision andDenied(Decision... others) {
    Decision all =
        Stream.of(others).filter(Decision::isDenied).findFirst().map(this::and).orElse(this);
    Candidate would =
        Stream.of(others)
            .map(Decision::candidate)
            .filter(one -> one != null && one.decision.isDenied())
            .findFirst()
            .map(one -> Candidate.both(candidate, one))
            .orElse(candidate);
    return all.with(would);
  }

  /** The same with another candidate. */
  Decision with(@Nullable Candidate other) {
    return new Decision(
        action, rules, message, policy, masking, approvals, shadow, errors, mayDeny, other);
  }

  private static <T> List<T> both(List<T> one, List<T> other) {
    Set<T> all = new LinkedHashSet<>(one);
    all.addAll(other);
    return List.copyOf(all);
  }

  /** The same with other masks. */
  public Decision masking(Masking other) {
    return new Decision(
        action, rules, message, policy, other, approvals, shadow, errors, mayDeny, candidate);
  }

  /** The same, but that it denies, whatever a candidate would. */
  public Decision denying() {
    return new Decision(
        Action.DENY, rules, message, policy, masking, approvals, shadow, errors, mayDeny, null);
  }

  /** The same where nothing more will be known: what may deny does. */
  Decision settled() {
    Decision own = mayDeny && allows() ? denying() : this;
    return own.with(candidate == null ? null : candidate.settled());
  }

  /** Whether it is denied because it is about no URI of a resource. */
  public boolean refusesUri() {
    return action == Action.DENY
        && errors.stream().anyMatch(error -> error.why().equals(RuleError.URI));
  }

  /** Whether a rule or a limit denies it, not only the default. */
  public boolean isDenied() {
    return action == Action.DENY && !rules.isEmpty();
  }

  /** Whether the message goes on. */
  public boolean allows() {
    return action == Action.ALLOW;
  }

  /** What happens with the message. */
  public enum Action {
    ALLOW("allow"),
    /** A rule allows it, and a person must allow it, too. */
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

    private Shadow and(Shadow more) {
      boolean other = action == null || (more.action != null && more.action.compareTo(action) > 0);
      return new Shadow(other ? more.action : action, both(rules, more.rules));
    }
  }

  /**
   * What a candidate policy makes of the same message. It has no effect.
   *
   * @param decision of the candidate; of one that failed, what the policy in force decided
   * @param otherMasks whether its rules mask otherwise than those of the policy in force
   * @param failed whether it could not judge the message, for a reason of ours
   */
  public record Candidate(Decision decision, boolean otherMasks, boolean failed) {

    static @Nullable Candidate both(@Nullable Candidate one, @Nullable Candidate other) {
      if (one == null || other == null) {
        return one == null ? other : one;
      }
      return new Candidate(
          one.decision.and(other.decision),
          one.otherMasks || other.otherMasks,
          one.failed || other.failed);
    }

    private Candidate settled() {
      return new Candidate(decision.settled(), otherMasks, failed);
    }

    /** Whether it would have decided otherwise. */
    public boolean decidesOtherwise(Decision inForce) {
      return !failed && decision.action != inForce.action;
    }
  }

  /**
   * A condition that could not be evaluated: it fires a rule that denies, asks for approval or
   * masks, and never one that allows.
   *
   * @param rule its id
   * @param why a word of a closed set; never content
   * @param detail how much was used and which limit; empty where that does not say more
   */
  public record RuleError(String rule, String why, String detail) {
    /** What the message is about is no URI that every server reads in one way. */
    public static final String URI = "uri";

    /** The word of an error that the last defence against endless evaluation made. */
    private static final String WALL_CLOCK = "wall-clock";

    /** An error that needs no more words. */
    public RuleError(String rule, String why) {
      this(rule, why, "");
    }

    /** Whether the clock ended it, which no policy should ever see. */
    public boolean endedByClock() {
      return why.equals(WALL_CLOCK);
    }

    /** The rule and the reason, in words. */
    public String words() {
      return rule + ": " + why + (detail.isEmpty() ? "" : " (" + detail + ")");
    }
  }
}
