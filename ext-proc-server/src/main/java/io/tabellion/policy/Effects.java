package io.tabellion.policy;

import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.Question.Direction;
import io.tabellion.policy.uri.UriPattern;
import io.tabellion.yaml.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Finds the rules of a file that have no effect. What it does not find may have none, too. */
final class Effects {

  private Effects() {}

  /** Returns a warning for each rule that another one makes useless. */
  static List<Problem> warnings(List<Rule> rules) {
    List<Problem> warnings = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      String why = why(rules, i);
      if (why != null) {
        Rule rule = rules.get(i);
        warnings.add(
            new Problem(rule.id().place(), "rules[" + i + "]", rule.id().text() + ": " + why));
      }
    }
    return warnings;
  }

  /**
   * Returns a warning for each rule that asks for approval of what no rule allows: such a call is
   * denied, nobody is asked.
   */
  static List<Problem> unallowed(List<Rule> rules) {
    List<Problem> warnings = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      if (rule.then() == Action.REQUIRE_APPROVAL && rule.mode() != Mode.OFF) {
        List<Match> in = unallowed(rule, rules);
        if (!in.isEmpty()) {
          warnings.add(
              new Problem(
                  rule.id().place(), "rules[" + i + "]", rule.id().text() + ": " + vain(rule, in)));
        }
      }
    }
    return warnings;
  }

  private static String vain(Rule rule, List<Match> in) {
    List<Match.Tool> tools = rule.match().tools();
    String of =
        tools == null || in.size() == tools.size()
            ? "it"
            : String.join(", ", in.stream().flatMap(match -> names(match).stream()).toList());
    return "asks for approval, but no rule allows %s, so the call is denied and nobody is asked (expected: a rule with then: allow for the same calls)"
        .formatted(of);
  }

  /** The patterns of tools of a match, as written. */
  static List<String> names(Match match) {
    List<Match.Tool> tools = match.tools();
    return tools == null ? List.of() : tools.stream().map(tool -> tool.glob().text()).toList();
  }

  /** The parts of what the rule matches, by tool, that no rule allows. */
  private static List<Match> unallowed(Rule rule, List<Rule> rules) {
    return rule.match().byTool().stream()
        .filter(part ->
            !opensByDefault(part)
                && rules.stream().noneMatch(other -> allows(other, rule.mode(), part)))
        .toList();
  }

  private static boolean opensByDefault(Match match) {
    List<Match.Method> methods = methods(match);
    return methods == null
        || Methods.KNOWN.stream()
            .anyMatch(known ->
                Methods.openByDefault(match.direction(), known)
                    && methods.stream().anyMatch(method -> method.glob().matches(known)));
  }

  /** Whether all that matches goes on where no rule is met. */
  static boolean isOpenByDefault(Match match) {
    List<Match.Method> methods = methods(match);
    return match.direction() == Direction.RESPONSE
        || (methods != null
            && methods.stream()
                .allMatch(method ->
                    method.glob().exact()
                        && Methods.openByDefault(match.direction(), method.glob().prefix())));
  }

  private static boolean allows(Rule other, Mode mode, Match part) {
    boolean counts = other.mode() == Mode.ENFORCE || other.mode() == mode;
    return other.then() == Action.ALLOW && counts && meet(other.match(), part);
  }

  /** Whether a message can match both. */
  private static boolean meet(Match one, Match other) {
    return one.direction() == other.direction()
        && meet(methods(one), methods(other), (a, b) -> a.glob().meets(b.glob()))
        && meet(one.servers(), other.servers(), Glob::meets)
        && meet(one.tools(), other.tools(), (a, b) -> a.glob().meets(b.glob()))
        && meet(one.resources(), other.resources(), Effects::meet)
        && meet(one.prompts(), other.prompts(), Glob::meets);
  }

  private static <T> boolean meet(
      @Nullable List<T> one, @Nullable List<T> other, BiPredicate<T, T> meets) {
    return one == null
        || other == null
        || one.stream()
            .anyMatch(pattern -> other.stream().anyMatch(name -> meets.test(pattern, name)));
  }

  private static @Nullable String why(List<Rule> rules, int index) {
    Rule rule = rules.get(index);
    if (rule.mode() == Mode.OFF) {
      return null;
    }
    for (int i = 0; i < rules.size(); i++) {
      Rule other = rules.get(i);
      if (i != index && other.mode() == rule.mode() && covers(other.match(), rule.match())) {
        String why = why(other, rule, i < index);
        if (why != null) {
          return why;
        }
      }
    }
    return null;
  }

  private static @Nullable String why(Rule other, Rule rule, boolean before) {
    boolean always = other.when() == null;
    if (always && beats(other.then(), rule.then()) && rule.mask().isEmpty()) {
      return "has no effect: rule %s denies everything that it is about"
          .formatted(other.id().text());
    }
    boolean same = other.then() == rule.then() && other.mask().equals(rule.mask());
    boolean equal = covers(rule.match(), other.match()) && text(rule).equals(text(other));
    if (same && equal && before) {
      return "the same as rule " + other.id().text();
    }
    boolean covered = always && (before || !(rule.when() == null && equal));
    return same && covered && rule.mask().isEmpty()
        ? "adds nothing to rule " + other.id().text()
        : null;
  }

  private static String text(Rule rule) {
    return rule.when() == null ? "" : rule.when().expression().text();
  }

  /** An approval does not beat what allows: it is asked for in addition. */
  private static boolean beats(@Nullable Action one, @Nullable Action other) {
    return one == Action.DENY && other != null && other != Action.DENY;
  }

  private static boolean meet(UriPattern one, UriPattern other) {
    return glob(one).meets(glob(other));
  }

  /** The brackets of an address stand for themselves, which those of a glob may not. */
  private static Glob glob(UriPattern pattern) {
    return new Glob(pattern.text().replace('[', '(').replace(']', ')'));
  }

  /** Whether all that matches the second matches the first. */
  static boolean covers(Match one, Match other) {
    return one.direction() == other.direction()
        && covers(one.methods(), methods(other), (a, b) -> a.glob().covers(b.glob()))
        && covers(one.servers(), other.servers(), Glob::covers)
        && covers(one.tools(), other.tools(), (a, b) -> a.glob().covers(b.glob()))
        && covers(one.resources(), other.resources(), UriPattern::covers)
        && covers(one.prompts(), other.prompts(), Glob::covers);
  }

  /** The methods of a rule; what names tools, resources or prompts is about theirs. */
  static @Nullable List<Match.Method> methods(Match match) {
    List<Match.Method> implied = match.impliedMethods();
    return match.methods() == null && !implied.isEmpty() ? implied : match.methods();
  }

  private static <T> boolean covers(
      @Nullable List<T> one, @Nullable List<T> other, BiPredicate<T, T> covers) {
    if (one == null) {
      return true;
    }
    return other != null
        && other.stream()
            .allMatch(inner -> one.stream().anyMatch(outer -> covers.test(outer, inner)));
  }
}
