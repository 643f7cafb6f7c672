package io.tabellion.policy;

import io.tabellion.mask.rule.MaskRule;
import io.tabellion.policy.Conditioned.Strictness;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.Decision.RuleError;
import io.tabellion.policy.Decision.Shadow;
import io.tabellion.policy.Question.Direction;
import io.tabellion.policy.Rule.Limit;
import io.tabellion.policy.RuleSet.Found;
import io.tabellion.policy.cel.Expression;
import io.tabellion.policy.cel.Fields;
import io.tabellion.policy.cel.Result;
import io.tabellion.state.Changes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Judges one question.
 *
 * <p>A condition that fails fires what denies, asks for approval or masks, and never what allows.
 * Where places are unknown, what denies must be sure to, and what else need only be able to.
 *
 * <p>Confined to the thread that judges.
 */
final class Decider {
  /** For a caller whose call would need approval, if anything allowed it. */
  private static final String NOT_ALLOWED =
      "No rule allows it. An approval is asked for only where a rule allows the call.";

  private final RulePolicy policy;
  private final Question question;
  private final Changes changes;
  private final ResourceUri uri;
  private final Conditioned conditions;
  private final List<Fired> fired = new ArrayList<>();
  private final List<MaskRule> masks = new ArrayList<>();
  private final List<RuleError> errors = new ArrayList<>();
  private boolean mayDeny;

  Decider(RulePolicy policy, Question question, Changes changes) {
    this.policy = policy;
    this.question = question;
    this.changes = changes;
    this.uri = ResourceUri.of(question);
    this.conditions = new Conditioned(policy, question, uri);
  }

  /**
   * A rule or limit that fired.
   *
   * @param action null for a rule that only masks
   * @param approval what it wants of one, if it asks for it
   * @param shadow whether it is only looked at
   */
  private record Fired(
      String id,
      @Nullable Action action,
      @Nullable String message,
      @Nullable ApprovalTerms approval,
      boolean shadow) {}

  Decision decision() {
    for (Found<Rule> found : policy.rules(question.direction()).matching(question, uri)) {
      consider(found.rule(), found.fit());
    }
    String odd = oddUri();
    sizes();
    calls();
    Action whole = settle(all -> true);
    Action action = policy.inShadow() ? Action.ALLOW : settle(one -> !one.shadow);
    return new Decision(
        action,
        policy.inShadow() ? List.of() : rules(action),
        odd != null && action == Action.DENY ? odd : message(action),
        policy.digest(),
        policy.masking(masks, question),
        approvals(action),
        shadow(action, whole),
        errors,
        mayDeny,
        null);
  }

  // Which rules fire.

  private void consider(Rule rule, Fit fit) {
    Result result = test(rule);
    if (result instanceof Result.Failed failed) {
      RuleError error = error(rule, failed);
      if (!errors.contains(error)) {
        errors.add(error);
      }
    }
    Fit met = fit.and(met(rule, result));
    boolean fires = rule.then() == Action.DENY ? met == Fit.YES : met != Fit.NO;
    boolean counts = !policy.inShadow() && rule.mode() == Mode.ENFORCE;
    mayDeny |= rule.then() == Action.DENY && met == Fit.MAYBE && counts;
    boolean masked = mask(rule, result, fit);
    if (fires || masked) {
      fired.add(fired(rule, fires ? rule.then() : null));
    }
  }

  private static RuleError error(Rule rule, Result.Failed failed) {
    return new RuleError(rule.id().text(), failed.why().text(), failed.detail());
  }

  private Result test(Rule rule) {
    if (rule.when() == null) {
      return Result.Plain.YES;
    }
    return conditions.test(
        rule.when().expression(),
        rule.then() == Action.ALLOW ? Strictness.ALLOWS : Strictness.REFUSES);
  }

  /** Whether a rule fires by what came of its condition. */
  static Fit met(Rule rule, Result result) {
    return switch (result) {
      case Result.Plain.YES -> Fit.YES;
      case Result.Plain.NO -> Fit.NO;
      case Result.Plain.UNKNOWN -> Fit.MAYBE;
      case Result.Failed _ -> Fit.of(rule.then() != Action.ALLOW);
    };
  }

  private Fired fired(Rule rule, @Nullable Action action) {
    boolean shadow = policy.inShadow() || rule.mode() == Mode.SHADOW;
    ApprovalTerms terms = rule.approval() == null ? null : terms(rule, rule.approval());
    return new Fired(rule.id().text(), action, rule.message(), terms, shadow);
  }

  private ApprovalTerms terms(Rule rule, Rule.Approval approval) {
    Rule.Escalate escalate = approval.escalate();
    Rule.Window window = approval.window();
    Rule.BreakGlass breakGlass = approval.breakGlass();
    return new ApprovalTerms(
        rule.id().text(),
        approval.quorum(),
        may(approval.approvers()),
        approval.reason() == Rule.Reason.REQUIRED,
        approval.ttl(),
        approval.channels(),
        escalate == null
            ? null
            : new ApprovalTerms.Escalation(escalate.after(), may(escalate.approvers())),
        window == null
            ? null
            : new ApprovalTerms.Window(
                window.longest(), window.uses(), window.when() == null ? null : met(window.when())),
        breakGlass == null
            ? null
            : new ApprovalTerms.BreakGlass(may(breakGlass.who()), breakGlass.review()));
  }

  private ApprovalTerms.Approvers may(Rule.Approvers approvers) {
    return (asked, subject, groups) ->
        allows(asked, approvers.expression(), QuestionWords.approver(subject, groups));
  }

  private ApprovalTerms.Calls met(Rule.Condition when) {
    return asked -> allows(asked, when.expression(), null);
  }

  /** Whether a condition is sure to be met. */
  private boolean allows(Question asked, Expression expression, @Nullable Fields approver) {
    return new Conditioned(policy, asked, ResourceUri.of(asked), approver)
            .test(expression, Strictness.ALLOWS)
        == Result.Plain.YES;
  }

  /** Adds what the rule masks; only a condition that is sure not to be met keeps it from it. */
  private boolean mask(Rule rule, Result result, Fit fit) {
    if (rule.mask().isEmpty() || fit == Fit.NO || result == Result.Plain.NO) {
      return false;
    }
    int before = masks.size();
    boolean shadow = policy.inShadow() || rule.mode() == Mode.SHADOW;
    for (MaskEntry entry : rule.mask()) {
      if (applies(rule, entry)) {
        String id = rule.id().text();
        masks.add(shadow ? entry.inShadow(id) : entry.rule(id));
      }
    }
    return masks.size() > before;
  }

  private boolean applies(Rule rule, MaskEntry entry) {
    if (entry.unless() == null) {
      return true;
    }
    Result result = conditions.test(entry.unless().expression(), Strictness.ALLOWS);
    if (result instanceof Result.Failed failed) {
      errors.add(error(rule, failed));
    }
    return result != Result.Plain.YES;
  }

  /**
   * Denies what is about no URI at all, where a rule tells resources of the server apart.
   *
   * @return what is said to the agent; null if the URI is one, or is not looked at
   */
  private @Nullable String oddUri() {
    Rule rule = policy.refusingUri(question, uri);
    if (rule == null) {
      return null;
    }
    boolean shadow = policy.inShadow() || rule.mode() == Mode.SHADOW;
    errors.add(new RuleError(rule.id().text(), RuleError.URI));
    fired.add(new Fired(rule.id().text(), Action.DENY, null, null, shadow));
    return shadow ? null : uri.flaw();
  }

  // Which limits are reached.

  private void sizes() {
    for (Found<Limit> found : policy.limits(question.direction()).matching(question, uri)) {
      Limit limit = found.rule();
      var most = question.direction() == Direction.RESPONSE ? limit.answer() : limit.request();
      if (most != null && question.complete() && question.bytes() > most.bytes()) {
        fired.add(over(limit, "At most " + most + "; this is more."));
      }
    }
  }

  /** Only what would go on counts. */
  private void calls() {
    boolean goesOn = settle(one -> policy.inShadow() || !one.shadow) != Action.DENY;
    if (question.direction() != Direction.REQUEST || !question.complete() || !goesOn) {
      return;
    }
    List<Limit> limits =
        policy.limits(Direction.REQUEST).matching(question, uri).stream()
            .map(Found::rule)
            .filter(limit -> limit.calls() != null)
            .toList();
    for (Limit limit :
        limits.isEmpty() ? limits : policy.counts().count(limits, question, changes)) {
      fired.add(over(limit, "Too many calls of late. Try again later."));
    }
  }

  private Fired over(Limit limit, String standard) {
    boolean shadow = policy.inShadow() || limit.mode() == Mode.SHADOW;
    String message = limit.message() == null ? standard : limit.message();
    return new Fired(limit.id().text(), Action.DENY, message, null, shadow);
  }

  // What follows.

  private Action settle(Predicate<Fired> counts) {
    return Precedence.of(actions(counts), question);
  }

  private List<Action> actions(Predicate<Fired> counts) {
    return fired.stream()
        .filter(counts)
        .map(Fired::action)
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull)
        .toList();
  }

  private List<String> rules(Action action) {
    return fired.stream()
        .filter(one -> !one.shadow && counts(one, action))
        .map(Fired::id)
        .distinct()
        .toList();
  }

  /** What masks counts where the message goes on, or waits. */
  private static boolean counts(Fired one, Action action) {
    return one.action == action || (one.action == null && action != Action.DENY);
  }

  private @Nullable String message(Action action) {
    if (action == Action.ALLOW) {
      return null;
    }
    for (Fired one : fired) {
      if (one.action == action && !one.shadow && one.message != null) {
        return one.message;
      }
    }
    return Precedence.asksInVain(actions(one -> !one.shadow), question) ? NOT_ALLOWED : null;
  }

  private List<ApprovalTerms> approvals(Action action) {
    List<ApprovalTerms> terms = new ArrayList<>();
    for (Fired one : fired) {
      if (action == Action.REQUIRE_APPROVAL && !one.shadow && one.approval != null) {
        terms.add(one.approval);
      }
    }
    return terms;
  }

  private Shadow shadow(Action action, Action whole) {
    List<String> ids = fired.stream().filter(Fired::shadow).map(Fired::id).distinct().toList();
    boolean same = whole == action;
    return ids.isEmpty() && same ? Shadow.NONE : new Shadow(same ? null : whole, ids);
  }
}
