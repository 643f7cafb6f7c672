package io.tabellion.policy;

import io.tabellion.jsonrpc.Json;
import io.tabellion.policy.cel.Expression;
import io.tabellion.yaml.Nearest;
import io.tabellion.yaml.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds names of tools and arguments in a file that no accepted tool has. */
final class Misspelt {
  /** Keywords by which a schema may have members that {@code properties} does not name. */
  private static final Set<String> MORE =
      Set.of(
          "$ref",
          "$dynamicRef",
          "allOf",
          "anyOf",
          "oneOf",
          "if",
          "then",
          "else",
          "dependentSchemas",
          "dependencies",
          "patternProperties");

  private static final int MOST_NAMES = 8;

  private final List<KnownTool> tools;
  private final List<Problem> found = new ArrayList<>();

  private Misspelt(List<KnownTool> tools) {
    this.tools = tools;
  }

  /** Returns a warning for each; nothing where no tool is known. */
  static List<Problem> of(List<Rule> rules, List<KnownTool> tools) {
    Misspelt misspelt = new Misspelt(tools);
    for (int i = 0; i < rules.size() && !tools.isEmpty(); i++) {
      if (rules.get(i).mode() != Mode.OFF) {
        misspelt.rule(rules.get(i), "rules[" + i + "]");
      }
    }
    return misspelt.found;
  }

  private void rule(Rule rule, String path) {
    List<KnownTool> there =
        tools.stream().filter(tool -> rule.match().isAbout(tool.server())).toList();
    if (there.isEmpty() || !isAboutCalls(rule.match())) {
      return;
    }
    List<Match.Tool> patterns = rule.match().tools();
    if (patterns != null) {
      patterns.stream()
          .map(Match.Tool::glob)
          .filter(glob -> there.stream().noneMatch(tool -> glob.matches(tool.name())))
          .forEach(glob -> add(rule, path + ".match.tools", unknownTool(glob.text(), there)));
    }
    List<KnownTool> about =
        there.stream()
            .filter(tool ->
                patterns == null
                    || patterns.stream().anyMatch(name -> name.glob().matches(tool.name())))
            .toList();
    if (!about.isEmpty()) {
      expressions(rule).stream()
          .flatMap(expression -> expression.readsBelow(QuestionWords.ARGS).stream())
          .map(place -> unknownArgument(place, about))
          .filter(text -> !text.isEmpty())
          .distinct()
          .sorted()
          .forEach(text -> add(rule, path, text));
    }
  }

  private static boolean isAboutCalls(Match match) {
    List<Match.Method> methods = Effects.methods(match);
    return match.resources() == null
        && match.prompts() == null
        && (methods == null
            || methods.stream().anyMatch(method -> method.glob().matches(Methods.TOOLS_CALL)));
  }

  private static List<Expression> expressions(Rule rule) {
    List<Expression> all = new ArrayList<>();
    if (rule.when() != null) {
      all.add(rule.when().expression());
    }
    for (MaskEntry mask : rule.mask()) {
      if (mask.unless() != null) {
        all.add(mask.unless().expression());
      }
    }
    return all;
  }

  private static String unknownTool(String pattern, List<KnownTool> there) {
    return "no accepted tool is called "
        + pattern
        + hint(pattern, there.stream().map(KnownTool::name).toList());
  }

  /** What is wrong with a place below {@code args}; empty if a tool has it, or may have it. */
  private static String unknownArgument(List<String> place, List<KnownTool> about) {
    List<Json.Obj> at = about.stream().map(KnownTool::schema).toList();
    String name = QuestionWords.ARGS;
    for (String step : place) {
      if (at.stream().anyMatch(schema -> !namesAll(schema))) {
        return "";
      }
      List<Json.Obj> properties =
          at.stream().flatMap(schema -> Stream.ofNullable(schema.object("properties"))).toList();
      Set<String> known = new TreeSet<>();
      properties.forEach(members -> known.addAll(members.members().keySet()));
      name += "." + step;
      if (!known.contains(step)) {
        return name + ": no accepted tool that the rule is about has it" + hint(step, known);
      }
      at =
          properties.stream()
              .flatMap(members -> Stream.ofNullable(members.get(step)))
              .map(schema -> schema instanceof Json.Obj object ? object : Json.Obj.EMPTY)
              .toList();
    }
    return "";
  }

  /** Whether an object of the schema has no members but its {@code properties}. */
  private static boolean namesAll(Json.Obj schema) {
    Json more = schema.get("additionalProperties");
    boolean open = more == Json.Literal.TRUE || more instanceof Json.Obj;
    return schema.object("properties") != null
        && !open
        && MORE.stream().noneMatch(keyword -> schema.get(keyword) != null);
  }

  private static String hint(String name, Collection<String> known) {
    return Nearest.of(name, known)
        .map(near -> " (did you mean " + near + "?)")
        .orElse(
            known.isEmpty()
                ? ""
                : " (there is: %s%s)"
                    .formatted(
                        String.join(", ", known.stream().limit(MOST_NAMES).toList()),
                        known.size() > MOST_NAMES ? ", …" : ""));
  }

  private void add(Rule rule, String path, String text) {
    found.add(new Problem(rule.id().place(), path, rule.id().text() + ": " + text));
  }
}
