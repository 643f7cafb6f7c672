package io.tabellion.policy.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.validator.CelValidatorFactory;
import dev.cel.validator.validators.DurationLiteralValidator;
import dev.cel.validator.validators.HomogeneousLiteralValidator;
import dev.cel.validator.validators.TimestampLiteralValidator;
import io.tabellion.policy.cel.FlawedException.Flaw;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compiles the expressions of one file. CEL in Java is unbounded unless it is told: here an
 * expression has at most {@value #LONGEST} characters and {@value #DEEPEST} levels, loops at most
 * {@value #ITERATIONS} times, and costs no more than its {@link Budget}.
 *
 * <p>Not thread-safe.
 */
public final class Conditions {
  static final int LONGEST = 4_096;
  static final int DEEPEST = 32;
  static final int ITERATIONS = 10_000;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableHeterogeneousNumericComparisons(true)
          .enableUnknownTracking(true)
          .populateMacroCalls(true)
          .comprehensionMaxIterations(ITERATIONS)
          .maxExpressionCodePointSize(LONGEST)
          .maxParseRecursionDepth(DEEPEST)
          .maxRegexProgramSize(Patterns.MOST_INSTRUCTIONS)
          .build();

  private final Vocabulary vocabulary;
  private final CelRuntime runtime;
  private final Map<String, Expression> named = new LinkedHashMap<>();
  private CelCompiler compiler;

  public Conditions(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .setTypeProvider(vocabulary.types());
    vocabulary.variables().forEach(builder::addVar);
    this.compiler = builder.build();
    this.runtime =
        CelRuntimeFactory.plannerRuntimeBuilder()
            .setOptions(OPTIONS)
            .setTypeProvider(vocabulary.types())
            .setStandardFunctions(Functions.standard())
            .addFunctionBindings(Functions.guarded(OPTIONS))
            .build();
  }

  /**
   * Compiles a condition.
   *
   * @throws FlawedException if it is none
   */
  public Expression condition(String text) {
    CelAbstractSyntaxTree tree = checked(text);
    CelType type = tree.getResultType();
    if (!type.equals(SimpleType.BOOL) && !type.equals(SimpleType.DYN)) {
      throw flawed(0, CelWords.type(type.name()) + " (expected: true or false)");
    }
    return expression(text, tree);
  }

  /**
   * Compiles an expression of any type; those after it may read it as {@code vars.NAME}.
   *
   * @throws FlawedException if it is none
   */
  public void define(String name, String text) {
    CelAbstractSyntaxTree tree = checked(text);
    named.put(name, expression(text, tree));
    compiler = compiler.toCompilerBuilder().addVar(Scope.VARS + name, tree.getResultType()).build();
  }

  /** The expressions with a name, in the order in which they were defined. */
  public Map<String, Expression> named() {
    return new LinkedHashMap<>(named);
  }

  private CelAbstractSyntaxTree checked(String text) {
    Controls.first(text)
        .ifPresent(at -> {
          throw flawed(
              at,
              Controls.name(text.charAt(at))
                  + " (expected: none; write the condition in single quotes, or behind |)");
        });
    CelValidationResult parsed = compiler.parse(text);
    // What stands behind the first thing that is no CEL is only its consequence.
    refuse(text, parsed.getErrors().stream().limit(1).toList());
    CelValidationResult compiled = compiler.check(tree(parsed));
    refuse(text, compiled.getErrors());
    refuse(text, validated(compiled));
    return tree(compiled);
  }

  private void refuse(String text, List<CelIssue> issues) {
    if (!issues.isEmpty()) {
      Flaws flaws = new Flaws(text, vocabulary, named.keySet());
      throw new FlawedException(issues.stream().map(flaws::of).distinct().toList());
    }
  }

  /** Literals of times are evaluated, for which functions want a budget as always. */
  private List<CelIssue> validated(CelValidationResult compiled) {
    Budget budget = new Budget();
    budget.begin();
    return ScopedValue.where(Budget.CURRENT, budget).call(() -> literals(compiled));
  }

  private List<CelIssue> literals(CelValidationResult compiled) {
    return CelValidatorFactory.standardCelValidatorBuilder(compiler, runtime)
        .addAstValidators(
            TimestampLiteralValidator.INSTANCE,
            DurationLiteralValidator.INSTANCE,
            HomogeneousLiteralValidator.newInstance())
        .build()
        .validate(tree(compiled))
        .getErrors();
  }

  private static CelAbstractSyntaxTree tree(CelValidationResult compiled) {
    try {
      return compiled.getAst();
    } catch (CelValidationException e) {
      throw new AssertionError("it has no errors", e);
    }
  }

  private Expression expression(String text, CelAbstractSyntaxTree tree) {
    Reading reading = new Reading(tree, text, named);
    reading.check();
    try {
      return new Expression(
          text,
          tree,
          runtime.createProgram(tree),
          reading.reads(),
          reading.places(),
          reading.depth());
    } catch (CelEvaluationException e) {
      throw flawed(0, "cannot be planned (expected: a simpler expression)");
    }
  }

  private static FlawedException flawed(int offset, String text) {
    return new FlawedException(List.of(new Flaw(offset, text)));
  }
}
