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
 * could have to say, and the stricter result counts. In the same way a condition that reads the URI
 * of a resource is tested with every spelling that servers may take it for.
 *
 * <p>Confined to the thread that judges.
 */
final class Conditioned {
  private final RulePolicy policy;
  private final Question question;
  private final ResourceUri uri;
  private final @Nullable Fields approver;
  private final Budget budget = new Budget();
  private final Views asItCame;

  /** By the other spellings of the URI; null until a condition reads it. */
  private @Nullable List<Views> otherwise;

  /**
   * What conditions see.
   *
   * @param asClaimed with what the server says of its tools
   * @param atWorst with the worst that it could have to say; null where that makes no difference
   */
  private record Views(Scope asClaimed, @Nullable Scope atWorst) {
    Result test(Expression condition, Strictness strict) {
      Result claimed = condition.test(asClaimed);
      return atWorst == null || !readsClaims(condition)
          ? claimed
          : strict.of(claimed, condition.test(atWorst));
    }

    List<Part> parts(Expression condition) {
      return condition.parts(atWorst != null && readsClaims(condition) ? atWorst : asClaimed);
    }
  }

  Conditioned(RulePolicy policy, Question question, ResourceUri uri) {
    this(policy, question, uri, null);
  }

  /**
   * Tests conditions on who may approve.
   *
   * @param approver null for conditions of rules
   */
  Conditioned(RulePolicy policy, Question question, ResourceUri uri, @Nullable Fields approver) {
    this.policy = policy;
    this.question = question;
    this.uri = uri;
    this.approver = approver;
    this.asItCame = views(question);
  }

  private Views views(Question asked) {
    boolean trusted = policy.trusts(asked.setting().server());
    Annotations claimed = asked.tool().annotations().filled();
    boolean same = trusted || claimed.equals(Annotations.WORST);
    return new Views(
        scope(asked, trusted, claimed), same ? null : scope(asked, false, Annotations.WORST));
  }

  private Scope scope(Question asked, boolean trusted, Annotations annotations) {
    Scope[] self = new Scope[1];
    self[0] =
        new Scope(
            name ->
                name.equals(QuestionWords.APPROVER)
                    ? approver
                    : QuestionWords.value(name, asked, trusted, annotations, self[0]),
            policy.vars(),
            asked.unknown(),
            budget);
    return self[0];
  }

  /** Tests a condition; {@code strict} says which of several results is the stricter. */
  Result test(Expression condition, Strictness strict) {
    Result result = asItCame.test(condition, strict);
    if (!readsUri(condition)) {
      return result;
    }
    for (Views other : otherwise()) {
      result = strict.of(result, other.test(condition, strict));
    }
    return result;
  }

  private List<Views> otherwise() {
    if (otherwise == null) {
      otherwise =
          uri.spellings().stream().skip(1).map(other -> views(question.about(other))).toList();
    }
    return otherwise;
  }

  /** Whether a condition reads the URI of a resource, by whatever name. */
  static boolean readsUri(Expression condition) {
    return condition.reads("resource", "uri") || condition.reads(QuestionWords.ARGS, "uri");
  }

  /** Whether a condition reads what is tested in more ways than one. */
  static boolean readsSeveral(Expression condition) {
    return readsUri(condition) || readsClaims(condition);
  }

  private static boolean readsClaims(Expression condition) {
    return condition.reads(QuestionWords.TOOL, QuestionWords.ANNOTATIONS);
  }

  /**
   * Returns what comes of the parts of a condition; where it reads what a server says of its tools,
   * at worst.
   */
  List<Part> parts(Expression condition) {
    return asItCame.parts(condition);
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
