package io.tabellion.policy.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import io.tabellion.policy.cel.FlawedException.Flaw;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an expression reads, and what in it is allowed by CEL and not by us. */
final class Reading {
  /** How deep loops may stand in loops. */
  private static final int DEEPEST_LOOP = 3;

  /** How deep variables of the file may stand in variables. */
  private static final int DEEPEST_VARS = 64;

  /** Behind the name of a variable that is read as a whole. */
  static final String WHOLE = ".*";

  /** The function behind {@code a[b]}. */
  private static final String INDEX = "_[_]";

  private final CelAbstractSyntaxTree tree;
  private final String text;
  private final Map<String, Expression> named;
  private final Set<String> reads = new HashSet<>();
  private final Set<List<String>> places = new HashSet<>();
  private final List<Flaw> flaws = new ArrayList<>();
  private int depth;

  Reading(CelAbstractSyntaxTree tree, String text, Map<String, Expression> named) {
    this.tree = tree;
    this.text = text;
    this.named = named;
  }

  /**
   * Goes through all of it.
   *
   * @throws FlawedException with what is not allowed
   */
  void check() {
    visit(tree.getExpr(), 0);
    if (!flaws.isEmpty()) {
      throw new FlawedException(flaws);
    }
  }

  /** Names of what it reads, itself or through others, with their paths. */
  Set<String> reads() {
    return reads;
  }

  /** The same as steps, the name of the variable first; {@code args['x']} is {@code args.x}. */
  Set<List<String>> places() {
    return places;
  }

  /** How many variables of the file stand in each other in it. */
  int depth() {
    return depth;
  }

  private void visit(CelExpr expr, int loops) {
    List<String> place = place(expr);
    if (place != null) {
      places.add(place);
    }
    switch (expr.getKind()) {
      case CONSTANT, NOT_SET -> {
        // Reads nothing.
      }
      case IDENT, SELECT -> path(expr, loops);
      case CALL -> call(expr, loops);
      case LIST -> expr.list().elements().forEach(element -> visit(element, loops));
      case MAP ->
          expr.map()
              .entries()
              .forEach(entry -> {
                visit(entry.key(), loops);
                visit(entry.value(), loops);
              });
      case STRUCT -> flaw(expr, "a message (expected: a map)");
      case COMPREHENSION -> loop(expr, loops + 1);
    }
  }

  private void call(CelExpr expr, int loops) {
    CelCall call = expr.call();
    call.target().ifPresent(target -> visit(target, loops));
    call.args().forEach(arg -> visit(arg, loops));
    if (call.function().equals("matches")) {
      pattern(call.args().getLast());
    }
  }

  private void pattern(CelExpr regex) {
    if (!isText(regex)) {
      flaw(regex, "a pattern that is computed (expected: one that is written out)");
      return;
    }
    String pattern = regex.constant().stringValue();
    OptionalInt control = Controls.first(pattern);
    if (control.isPresent()) {
      flaw(
          regex,
          "pattern: %s (expected: none; write r'…', in which \\ stays what it is)"
              .formatted(Controls.name(pattern.charAt(control.getAsInt()))));
      return;
    }
    try {
      Patterns.check(pattern);
    } catch (IllegalArgumentException e) {
      flaw(regex, "pattern: " + e.getMessage());
    }
  }

  private void loop(CelExpr expr, int loops) {
    if (loops > DEEPEST_LOOP) {
      flaw(expr, "%d loops in each other (expected: at most %d)".formatted(loops, DEEPEST_LOOP));
    }
    CelComprehension loop = expr.comprehension();
    visit(loop.iterRange(), loops - 1);
    visit(loop.accuInit(), loops);
    visit(loop.loopCondition(), loops);
    visit(loop.loopStep(), loops);
    visit(loop.result(), loops);
  }

  private void path(CelExpr expr, int loops) {
    String path = pathOf(expr);
    if (path == null) {
      visit(expr.select().operand(), loops);
      return;
    }
    if (path.startsWith(Scope.VARS)) {
      String name = path.substring(Scope.VARS.length()).split("\\.", 2)[0];
      Expression other = named.get(name);
      if (other != null) {
        reads.addAll(other.reads());
        places.addAll(other.places());
        depth = Math.max(depth, other.depth() + 1);
        if (depth > DEEPEST_VARS) {
          flaw(expr, "%d vars in each other (expected: at most %d)".formatted(depth, DEEPEST_VARS));
        }
      }
    }
    // A path reads what it begins with, too.
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      reads.add(path.substring(0, dot));
    }
    reads.add(path.indexOf('.') < 0 ? path + WHOLE : path);
  }

  /** The names of a path that begins with a variable; null if it begins with anything else. */
  private static @Nullable String pathOf(CelExpr expr) {
    return switch (expr.getKind()) {
      case IDENT -> expr.ident().name();
      case SELECT -> {
        String operand = pathOf(expr.select().operand());
        yield operand == null ? null : operand + "." + expr.select().field();
      }
      default -> null;
    };
  }

  /** The steps of a place that begins with a variable; null if it begins with anything else. */
  private static @Nullable List<String> place(CelExpr expr) {
    return switch (expr.getKind()) {
      case IDENT -> List.of(expr.ident().name());
      case SELECT -> joined(place(expr.select().operand()), expr.select().field());
      case CALL -> {
        CelCall call = expr.call();
        CelExpr key = call.function().equals(INDEX) ? call.args().getLast() : null;
        yield key != null && isText(key)
            ? joined(place(call.args().getFirst()), key.constant().stringValue())
            : null;
      }
      default -> null;
    };
  }

  private static @Nullable List<String> joined(@Nullable List<String> steps, String step) {
    return steps == null ? null : Stream.concat(steps.stream(), Stream.of(step)).toList();
  }

  private static boolean isText(CelExpr expr) {
    return expr.getKind() == CelExpr.ExprKind.Kind.CONSTANT
        && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE;
  }

  private void flaw(CelExpr expr, String what) {
    Integer at = tree.getSource().getPositionsMap().get(expr.id());
    int points = Math.min(at == null ? 0 : at, text.codePointCount(0, text.length()));
    flaws.add(new Flaw(text.offsetByCodePoints(0, points), what));
  }
}
