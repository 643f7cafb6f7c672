package io.tabellion.policy.cel;

import dev.cel.common.CelErrorCode;
import dev.cel.common.exceptions.CelRuntimeException;
import dev.cel.runtime.CelEvaluationException;

/** An error value of CEL: {@code true || error} is true. Its text says nothing of what was read. */
final class Unevaluable extends CelRuntimeException {
  private final Why why;

  Unevaluable(Why why) {
    super(new IllegalArgumentException(why.text()), CelErrorCode.INVALID_ARGUMENT);
    this.why = why;
  }

  Why why() {
    return why;
  }

  /** Returns why an evaluation failed. */
  static Why why(CelEvaluationException failed) {
    for (Throwable at = failed; at != null; at = at.getCause()) {
      if (at instanceof Unevaluable unevaluable) {
        return unevaluable.why;
      }
    }
    return Why.of(failed.getErrorCode());
  }

  /** Without a stack: it is thrown often, and where is of no interest. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
