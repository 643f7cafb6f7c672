package io.tabellion.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rules, or limits, of one direction. They are found by method, server and name, so that a
 * message pays only for rules that may be about it. Resources are not an index: a URI has more than
 * one form.
 *
 * <p>Immutable once built.
 */
final class RuleSet<T extends Matching> {
  private final List<T> rules;
  private final PrefixIndex byTool = new PrefixIndex();
  private final PrefixIndex byServer = new PrefixIndex();
  private final PrefixIndex byMethod = new PrefixIndex();
  private final PrefixIndex byPrompt = new PrefixIndex();

  RuleSet(List<T> rules) {
    this.rules = List.copyOf(rules);
    for (int i = 0; i < rules.size(); i++) {
      Match match = rules.get(i).match();
      byTool.add(globs(match.tools(), Match.Tool::glob), i);
      byServer.add(match.servers(), i);
      byMethod.add(globs(match.methods(), Match.Method::glob), i);
      byPrompt.add(match.prompts(), i);
    }
  }

  private static <P> @Nullable List<Glob> globs(
      @Nullable List<P> patterns, Function<P, Glob> glob) {
    return patterns == null ? null : patterns.stream().map(glob).toList();
  }

  /** All rules, in the order of the file. */
  List<T> all() {
    return rules;
  }

  /** A rule, and whether it matches. */
  record Found<T>(T rule, Fit fit) {}

  /** Returns the rules that match, or may, in the order of the file. */
  List<Found<T>> matching(Question question) {
    return matching(question, ResourceUri.of(question));
  }

  /** The same, with the readings of its URI. */
  List<Found<T>> matching(Question question, ResourceUri uri) {
    BitSet candidates = candidates(question);
    List<Found<T>> found = new ArrayList<>(candidates.cardinality());
    for (int i = candidates.nextSetBit(0); i >= 0; i = candidates.nextSetBit(i + 1)) {
      T rule = rules.get(i);
      Fit fit = rule.match().fits(question, uri, rule.refuses());
      if (fit != Fit.NO) {
        found.add(new Found<>(rule, fit));
      }
    }
    return found;
  }

  /** Returns the numbers of the rules that are looked at. */
  BitSet candidates(Question question) {
    BitSet candidates = new BitSet(rules.size());
    candidates.set(0, rules.size());
    if (!question.unknown().contains(Question.TOOL)) {
      byTool.retain(candidates, question.target().tool());
    }
    byMethod.retain(candidates, question.target().method());
    byServer.retain(candidates, question.setting().server());
    byPrompt.retain(candidates, question.target().prompt());
    return candidates;
  }
}
