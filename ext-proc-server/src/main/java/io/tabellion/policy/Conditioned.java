package io.tabellion.policy;

import io.tabellion.policy.ToolFacts.Annotations;
import io.tabellion.policy.cel.Budget;
import io.tabellion.policy.cel.Expression;
import io.tabellion.policy.cel.Fields;
import io.tabellion.policy.cel.Part;
import io.tabellion.policy.cel.Result;
import io.tabellion.policy.cel.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tests conditions on one question.
 *
 * <p>What a server says of its tools may only make a policy stricter, unless the server is trusted:
 * a condition that reads it is tested twice, with what the server says and with the worst that it
 * could have to say, and the stricter result counts.
 *
 * <p>Confined to the thread that judges.
 */
final class Conditioned {
  private final Scope asClaimed;
  private final @Nullable Scope atWorst;

  Conditioned(RulePolicy policy, Question question) {
    this(policy, question, null);
  }

  /**
   * Tests conditions on who may approve.
   *
   * @param approver null for conditions of rules
   */
  Conditioned(RulePolicy policy, Question question, @Nullable Fields approver) {
    Budget budget = new Budget();
    boolean trusted = policy.trusts(question.setting().server());
    Annotations claimed = question.tool().annotations().filled();
    this.asClaimed = scope(policy, question, approver, trusted, claimed, budget);
    this.atWorst =
        trusted || claimed.equals(Annotations.WORST)
            ? null
            : scope(policy, question, approver, false, Annotations.WORST, budget);
  }

  private static Scope scope(
      RulePolicy policy,
      Question question,
      @Nullable Fields approver,
      boolean trusted,
      Annotations annotations,
      Budget budget) {
    Scope[] self = new Scope[1];
    self[0] =
        new Scope(
            name ->
                name.equals(QuestionWords.APPROVER)
                    ? approver
                    : QuestionWords.value(name, question, trusted, annotations, self[0]),
            policy.vars(),
            question.unknown(),
            budget);
    return self[0];
  }

  /** Tests a condition; {@code strict} says which of two results is the stricter. */
  Result test(Expression condition, Strictness strict) {
    Result claimed = condition.test(asClaimed);
    if (atWorst == null || !condition.reads(QuestionWords.TOOL, QuestionWords.ANNOTATIONS)) {
      return claimed;
    }
    return strict.of(claimed, condition.test(atWorst));
  }

  /**
   * Returns what comes of the parts of a condition; where it reads what a server says of its tools,
   * at worst.
   */
  List<Part> parts(Expression condition) {
    boolean claims = condition.reads(QuestionWords.TOOL, QuestionWords.ANNOTATIONS);
    return condition.parts(atWorst != null && claims ? atWorst : asClaimed);
  }

  /** Which of two results is the stricter. */
  enum Strictness {
    /** Of what refuses: that it is met, or may be. */
    REFUSES,
    /** Of what lets pass: that it is not. */
    ALLOWS;

    private Result of(Result one, Result other) {
      return weight(one) >= weight(other) ? one : other;
    }

    private int weight(Result result) {
      return switch (this) {
        case REFUSES ->
            switch (result) {
              case Result.Plain.NO -> 0;
              case Result.Plain.UNKNOWN -> 1;
              case Result.Plain.YES -> 2;
              case Result.Failed _ -> 3;
            };
        case ALLOWS ->
            switch (result) {
              case Result.Plain.YES -> 0;
              case Result.Plain.UNKNOWN -> 1;
              case Result.Plain.NO -> 2;
              case Result.Failed _ -> 3;
            };
      };
    }
  }
}
