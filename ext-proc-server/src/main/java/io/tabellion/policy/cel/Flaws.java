package io.tabellion.policy.cel;

import dev.cel.common.CelIssue;
import io.tabellion.policy.cel.FlawedException.Flaw;
import io.tabellion.yaml.Nearest;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what CEL finds wrong in our form: where in the expression, and which name was probably
 * meant.
 */
final class Flaws {
  private static final Pattern FIELD = Pattern.compile("undefined field '(.*)'");
  private static final Pattern REFERENCE = Pattern.compile("undeclared reference to '(.*)' \\(.*");
  private static final Pattern BEFORE = Pattern.compile("([A-Za-z_][A-Za-z0-9_.]*?)\\s*$");
  private static final Pattern VAR = Pattern.compile("^vars\\.([A-Za-z_][A-Za-z0-9_]*)");
  private static final String DASHED = " (a name with - in it is written ['a-b'])";
  private static final int LONGEST = 300;

  private final String expression;
  private final Vocabulary vocabulary;
  private final Collection<String> vars;

  Flaws(String expression, Vocabulary vocabulary, Collection<String> vars) {
    this.expression = expression;
    this.vocabulary = vocabulary;
    this.vars = vars;
  }

  Flaw of(CelIssue issue) {
    int offset = offset(issue.getSourceLocation().getLine(), issue.getSourceLocation().getColumn());
    return new Flaw(offset, text(issue.getMessage(), offset));
  }

  private String text(String message, int offset) {
    Matcher field = FIELD.matcher(message);
    if (field.matches()) {
      String name = field.group(1);
      return name + ": unknown field" + hint(name, fields(offset));
    }
    Matcher reference = REFERENCE.matcher(message);
    if (reference.matches()) {
      return unknownName(reference.group(1), offset);
    }
    String plain = new CelWords(expression, offset).of(message);
    return plain.length() > LONGEST ? plain.substring(0, LONGEST) + "…" : plain;
  }

  private String unknownName(String name, int offset) {
    Matcher var = VAR.matcher(expression.substring(offset));
    if (name.equals("vars") && var.find()) {
      return "vars.%s: not defined above%s".formatted(var.group(1), hint(var.group(1), vars));
    }
    if (expression.startsWith("(", offset)) {
      return CelWords.unknownFunction(name);
    }
    return name + ": unknown name" + (dashed(offset) ? DASHED : hint(name, vocabulary.names()));
  }

  /** Whether it stands behind a dash that stands behind a name. */
  private boolean dashed(int offset) {
    return offset > 1
        && expression.charAt(offset - 1) == '-'
        && Character.isJavaIdentifierPart(expression.charAt(offset - 2));
  }

  private Collection<String> fields(int offset) {
    Matcher before = BEFORE.matcher(expression.substring(0, offset));
    return before.find() ? vocabulary.fieldNames(before.group(1)) : vocabulary.names();
  }

  private static String hint(String name, Collection<String> known) {
    return Nearest.of(name, known)
        .map(near -> " (did you mean " + near + "?)")
        .orElse(known.isEmpty() ? "" : " (expected: one of " + String.join(", ", known) + ")");
  }

  /**
   * Where a place of CEL is.
   *
   * @param line from 1
   * @param column from 0, in code points
   */
  private int offset(int line, int column) {
    int start = 0;
    for (int i = 1; i < line; i++) {
      start = expression.indexOf('\n', start) + 1;
    }
    int left = expression.codePointCount(start, expression.length());
    return expression.offsetByCodePoints(start, Math.max(0, Math.min(column, left)));
  }
}
