package io.tabellion.policy.cel;

import dev.cel.common.CelErrorCode;
import dev.cel.common.exceptions.CelRuntimeException;
import dev.cel.runtime.CelEvaluationException;

/** An error value of CEL: {@code true || error} is true. Its text says nothing of what was read. */
final class Unevaluable extends CelRuntimeException {
  private final Why why;

  /** How much was used, and which limit; empty where that does not say more. */
  private final String detail;

  Unevaluable(Why why) {
    this(why, "");
  }

  Unevaluable(Why why, String detail) {
    super(new IllegalArgumentException(why.text()), CelErrorCode.INVALID_ARGUMENT);
    this.why = why;
    this.detail = detail;
  }

  /** Returns what came of a condition that ended so. */
  Result.Failed failed() {
    return new Result.Failed(why, detail);
  }

  /** Returns what came of a condition whose evaluation failed. */
  static Result.Failed failed(CelEvaluationException failed) {
    return of(failed).failed();
  }

  /** Returns why an evaluation failed. */
  static Unevaluable of(CelEvaluationException failed) {
    for (Throwable at = failed; at != null; at = at.getCause()) {
      if (at instanceof Unevaluable unevaluable) {
        return unevaluable;
      }
    }
    return failed.getErrorCode() == CelErrorCode.ITERATION_BUDGET_EXCEEDED
        ? new Unevaluable(
            Why.WORK, "more rounds of loops than %,d".formatted(Conditions.ITERATIONS))
        : new Unevaluable(Why.of(failed.getErrorCode()));
  }

  /** Without a stack: it is thrown often, and where is of no interest. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
