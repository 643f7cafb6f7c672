package io.tabellion.policy;

import io.tabellion.policy.Decision.Action;
import io.tabellion.yaml.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
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
      return "never reached, rule %s comes before it (%s)"
          .formatted(other.id().text(), Objects.requireNonNull(other.then()).text());
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

  private static boolean beats(@Nullable Action one, @Nullable Action other) {
    return one != null && other != null && one.compareTo(other) > 0;
  }

  /** Whether all that matches the second matches the first. */
  private static boolean covers(Match one, Match other) {
    return one.direction() == other.direction()
        && covers(one.methods(), methods(other), Match.Method::glob)
        && covers(one.servers(), other.servers(), Function.identity())
        && covers(one.tools(), other.tools(), Match.Tool::glob)
        && covers(one.resources(), other.resources(), Function.identity())
        && covers(one.prompts(), other.prompts(), Function.identity());
  }

  /** The methods of a rule; what names tools is about their calls. */
  private static @Nullable List<Match.Method> methods(Match match) {
    return match.methods() == null && match.tools() != null
        ? List.of(Match.Method.parse(Methods.TOOLS_CALL))
        : match.methods();
  }

  private static <T> boolean covers(
      @Nullable List<T> one, @Nullable List<T> other, Function<T, Glob> glob) {
    if (one == null) {
      return true;
    }
    return other != null
        && other.stream()
            .allMatch(inner ->
                one.stream().anyMatch(outer -> glob.apply(outer).covers(glob.apply(inner))));
  }
}
