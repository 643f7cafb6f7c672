package io.tabellion.policy.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelUnknownSet;
import dev.cel.runtime.PartialVars;
import java.util.List;
import java.util.Set;

/**
 * An expression, compiled.
 *
 * <p>Immutable and thread-safe.
 */
public final class Expression {
  private final String text;
  private final CelRuntime.Program program;
  private final Set<String> reads;

  /** Read where its parts are explained. */
  private final CelAbstractSyntaxTree tree;

  /**
   * @param reads names of the variables that it reads, itself or through others; a field of a field
   *     with its path, e.g. {@code tool.annotations}
   */
  Expression(
      String text, CelAbstractSyntaxTree tree, CelRuntime.Program program, Set<String> reads) {
    this.text = text;
    this.tree = tree;
    this.program = program;
    this.reads = Set.copyOf(reads);
  }

  /** Returns what comes of it as a condition. */
  public Result test(Scope scope) {
    scope.budget().begin();
    try {
      Object value = evaluate(scope);
      if (scope.budget().over()) {
        return new Result.Failed(Why.TIME);
      }
      return switch (value) {
        case Boolean truth -> truth ? Result.Plain.YES : Result.Plain.NO;
        case CelUnknownSet _ -> Result.Plain.UNKNOWN;
        default -> new Result.Failed(Why.TYPE);
      };
    } catch (CelEvaluationException e) {
      return new Result.Failed(Unevaluable.why(e));
    } catch (StackOverflowError e) {
      return new Result.Failed(Why.SIZE);
    }
  }

  /** Returns its parts, and what comes of each: those that are evaluated, in their order. */
  public List<Part> parts(Scope scope) {
    Parts parts = new Parts(tree);
    scope.budget().begin();
    try {
      var _ =
          ScopedValue.where(Budget.CURRENT, scope.budget())
              .call(() -> program.trace(PartialVars.of(scope, scope.unknown()), parts::evaluated));
    } catch (CelEvaluationException | StackOverflowError e) {
      // What was evaluated before it failed is told.
    }
    return parts.all();
  }

  Object evaluate(Scope scope) throws CelEvaluationException {
    return ScopedValue.where(Budget.CURRENT, scope.budget()).call(() -> evaluated(scope));
  }

  private Object evaluated(Scope scope) throws CelEvaluationException {
    return scope.unknown().isEmpty()
        ? program.eval(scope)
        : program.eval(PartialVars.of(scope, scope.unknown()));
  }

  /** Whether it reads the variable or any field of it, itself or through others. */
  public boolean reads(String variable) {
    return reads.contains(variable) || reads.contains(variable + Reading.WHOLE);
  }

  /** Whether it reads the field of the variable, itself or through others. */
  public boolean reads(String variable, String field) {
    return reads.contains(variable + Reading.WHOLE) || reads.contains(variable + "." + field);
  }

  Set<String> reads() {
    return reads;
  }

  /** The expression as written. */
  public String text() {
    return text;
  }
}
