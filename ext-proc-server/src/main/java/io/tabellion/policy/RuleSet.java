package io.tabellion.policy;

import io.tabellion.policy.PolicyDocument.Match;
import io.tabellion.policy.PolicyDocument.Method;
import io.tabellion.policy.PolicyDocument.Rule;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one direction. Rules that name tools are found by tool, the others by method, so
 * that a message pays only for rules that may be about it.
 *
 * <p>Immutable once built.
 */
final class RuleSet {
  private static final Glob ANY = new Glob("*");

  private final List<Rule> rules;
  private final PrefixIndex byTool = new PrefixIndex();
  private final PrefixIndex byMethod = new PrefixIndex();

  RuleSet(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    for (int i = 0; i < rules.size(); i++) {
      index(rules.get(i).match(), i);
    }
  }

  private void index(Match match, int rule) {
    if (match.tools() != null) {
      match.tools().forEach(glob -> byTool.add(glob, rule));
    } else if (match.methods() != null) {
      match.methods().forEach(method -> byMethod.add(method.glob(), rule));
    } else {
      byMethod.add(ANY, rule);
    }
  }

  /** Returns the rules that match, in the order of the file. */
  List<Rule> matching(Question question) {
    return candidates(question).stream()
        .mapToObj(rules::get)
        .filter(rule -> matches(rule.match(), question))
        .toList();
  }

  /** Returns the numbers of the rules that are looked at. */
  BitSet candidates(Question question) {
    BitSet found = new BitSet(rules.size());
    byMethod.candidates(question.target().method(), found::set);
    if (question.target().tool() != null) {
      byTool.candidates(question.target().tool(), found::set);
    }
    return found;
  }

  private static boolean matches(Match match, Question question) {
    return method(match.methods(), question.target().method())
        && name(match.servers(), question.setting().server())
        && name(match.tools(), question.target().tool());
  }

  private static boolean method(@Nullable List<Method> patterns, String method) {
    return patterns == null || patterns.stream().anyMatch(p -> p.glob().matches(method));
  }

  private static boolean name(@Nullable List<Glob> patterns, @Nullable String name) {
    return patterns == null
        || (name != null && patterns.stream().anyMatch(glob -> glob.matches(name)));
  }
}
