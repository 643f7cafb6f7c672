package io.tabellion.policy.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.parser.CelUnparser;
import dev.cel.parser.CelUnparserFactory;
import dev.cel.runtime.CelUnknownSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects what came of the parts of an expression while it is evaluated. Rounds of loops are no
 * parts, nor is what is written out.
 *
 * <p>Confined to the thread that evaluates.
 */
final class Parts {
  private static final int LONGEST = 80;
  private static final int MOST = 100;
  private static final CelUnparser TEXT = CelUnparserFactory.newUnparser();

  private final CelAbstractSyntaxTree tree;
  private final Set<Long> inner = new HashSet<>();
  private final Map<Long, Part> parts = new LinkedHashMap<>();

  Parts(CelAbstractSyntaxTree tree) {
    this.tree = tree;
    loops(tree.getExpr(), false);
  }

  /** A part was evaluated. */
  void evaluated(CelExpr expr, Object value) {
    boolean tells =
        switch (expr.getKind()) {
          case IDENT, SELECT, CALL, COMPREHENSION -> true;
          case CONSTANT, LIST, MAP, STRUCT, NOT_SET -> false;
        };
    if (tells && !inner.contains(expr.id()) && parts.size() < MOST) {
      parts.put(expr.id(), new Part(text(expr), shown(value)));
    }
  }

  List<Part> all() {
    return List.copyOf(parts.values());
  }

  private String text(CelExpr expr) {
    try {
      return TEXT.unparse(CelAbstractSyntaxTree.newParsedAst(expr, tree.getSource()));
    } catch (RuntimeException e) {
      return "a loop";
    }
  }

  /** What stands in a loop is evaluated once a round, of names that nobody knows outside. */
  private void loops(CelExpr expr, boolean in) {
    if (in) {
      inner.add(expr.id());
    }
    switch (expr.getKind()) {
      case SELECT -> loops(expr.select().operand(), in);
      case CALL -> {
        expr.call().target().ifPresent(target -> loops(target, in));
        expr.call().args().forEach(arg -> loops(arg, in));
      }
      case LIST -> expr.list().elements().forEach(element -> loops(element, in));
      case MAP ->
          expr.map()
              .entries()
              .forEach(entry -> {
                loops(entry.key(), in);
                loops(entry.value(), in);
              });
      case COMPREHENSION -> {
        CelComprehension loop = expr.comprehension();
        loops(loop.iterRange(), in);
        loops(loop.accuInit(), true);
        loops(loop.loopCondition(), true);
        loops(loop.loopStep(), true);
        loops(loop.result(), true);
      }
      case CONSTANT, IDENT, STRUCT, NOT_SET -> {
        // Nothing in it.
      }
    }
  }

  private static String shown(Object value) {
    String text =
        switch (value) {
          case CelUnknownSet _ -> "not known";
          case String written -> '"' + written + '"';
          case Boolean truth -> truth.toString();
          case Number number -> number.toString();
          case Instant time -> time.toString();
          case Map<?, ?> map -> map.size() + " members";
          case Collection<?> list when texts(list) -> list(list);
          case Collection<?> list -> list.size() + " items";
          default -> "a value";
        };
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  private static boolean texts(Collection<?> list) {
    return list.size() <= 32 && list.stream().allMatch(item -> item instanceof String);
  }

  private static String list(Collection<?> list) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add("\"" + item + "\""));
    return "[" + String.join(", ", texts) + "]";
  }
}
