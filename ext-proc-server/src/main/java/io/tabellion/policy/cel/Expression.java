package io.tabellion.policy.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelUnknownSet;
import dev.cel.runtime.PartialVars;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An expression, compiled.
 *
 * <p>Immutable and thread-safe.
 */
public final class Expression {
  private final String text;
  private final CelRuntime.Program program;
  private final Set<String> reads;
  private final Set<List<String>> places;
  private final int depth;

  /** Read where its parts are explained. */
  private final CelAbstractSyntaxTree tree;

  /**
   * @param reads names of the variables that it reads, itself or through others; a field of a field
   *     with its path, e.g. {@code tool.annotations}
   * @param places the same as steps, the name of the variable first
   * @param depth how many variables of the file stand in each other to evaluate it
   */
  Expression(
      String text,
      CelAbstractSyntaxTree tree,
      CelRuntime.Program program,
      Set<String> reads,
      Set<List<String>> places,
      int depth) {
    this.text = text;
    this.tree = tree;
    this.program = program;
    this.reads = Set.copyOf(reads);
    this.places = Set.copyOf(places);
    this.depth = depth;
  }

  /** Returns what comes of it as a condition. */
  public Result test(Scope scope) {
    try {
      scope.budget().begin();
      return switch (evaluate(scope)) {
        case Boolean truth -> truth ? Result.Plain.YES : Result.Plain.NO;
        case CelUnknownSet _ -> Result.Plain.UNKNOWN;
        default -> new Result.Failed(Why.TYPE, "");
      };
    } catch (CelEvaluationException e) {
      return Unevaluable.failed(e);
    } catch (Unevaluable e) {
      return e.failed();
    } catch (StackOverflowError e) {
      return new Result.Failed(Why.WORK, "nested too deep");
    }
  }

  /** Returns its parts, and what comes of each: those that are evaluated, in their order. */
  public List<Part> parts(Scope scope) {
    Parts parts = new Parts(tree);
    try {
      scope.budget().begin();
      var _ =
          ScopedValue.where(Budget.CURRENT, scope.budget())
              .call(() -> program.trace(PartialVars.of(scope, scope.unknown()), parts::evaluated));
    } catch (CelEvaluationException | Unevaluable e) {
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

  /**
   * Returns the places below a variable that it reads, itself or through others, as the names of
   * their members; a place stands for all that it leads through, too.
   */
  public Set<List<String>> readsBelow(String variable) {
    return places.stream()
        .filter(place -> place.size() > 1 && place.getFirst().equals(variable))
        .map(place -> place.subList(1, place.size()))
        .collect(Collectors.toSet());
  }

  Set<String> reads() {
    return reads;
  }

  Set<List<String>> places() {
    return places;
  }

  int depth() {
    return depth;
  }

  /** The expression as written. */
  public String text() {
    return text;
  }
}
