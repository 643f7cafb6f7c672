package io.tabellion.policy;

import io.tabellion.mask.rule.Selector;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.Foregone.Sure;
import io.tabellion.policy.Question.Direction;
import io.tabellion.yaml.Place;
import io.tabellion.yaml.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a file says and was probably not meant: masks that look where nothing stands,
 * conditions that are the same for every message, rules that allow nothing. What it does not find
 * may be wrong, too.
 */
final class Oversights {
  private final PolicyDocument document;
  private final Foregone foregone;
  private final List<Problem> found = new ArrayList<>();
  private final Map<String, Sure> known = new HashMap<>(); // by the id of a rule

  private Oversights(PolicyDocument document) {
    this.document = document;
    this.foregone = new Foregone(document);
  }

  /** Returns a warning for each. */
  static List<Problem> of(PolicyDocument document) {
    Oversights oversights = new Oversights(document);
    oversights.all();
    return oversights.found;
  }

  private void all() {
    List<Rule> rules = document.rules();
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      if (rule.mode() != Mode.OFF) {
        conditions(rule, "rules[" + i + "]");
        masks(rule, "rules[" + i + "]");
        allows(rule, "rules[" + i + "]");
      }
    }
    boolean opens =
        rules.stream().anyMatch(rule -> rule.then() == Action.ALLOW && rule.mode() != Mode.OFF);
    if (!opens && document.mode() != Mode.OFF) {
      found.add(
          new Problem(
              rules.isEmpty() ? Place.START : rules.getFirst().id().place(),
              "rules",
              "none allows anything, so every call is denied (expected: a rule with then: allow)"));
    }
  }

  // Conditions.

  private void conditions(Rule rule, String path) {
    if (rule.when() != null) {
      String wrong = wrong(rule, sure(rule, rule.when()));
      if (wrong != null) {
        add(rule, path + ".when", wrong);
      }
    }
    for (int i = 0; i < rule.mask().size(); i++) {
      MaskEntry entry = rule.mask().get(i);
      boolean vain =
          entry.unless() != null
              && foregone.of(entry.unless().expression(), rule.match()) instanceof Sure.Always;
      if (vain) {
        add(rule, path + ".mask[" + i + "].unless", "always true, so nothing is ever masked");
      }
    }
  }

  private static @Nullable String wrong(Rule rule, Sure sure) {
    boolean allows = rule.then() == Action.ALLOW;
    return switch (sure) {
      case Sure.Never _ ->
          "false for every message that the rule is about, so it "
              + (allows ? "allows nothing" : "never fires");
      case Sure.Wrong(String words) ->
          "an error (%s) for every message that the rule is about, so it %s"
              .formatted(words, allows ? "allows nothing" : "fires for each");
      case Sure.Always _, Sure.Open _ -> null;
    };
  }

  // Masks.

  private void masks(Rule rule, String path) {
    for (int i = 0; i < rule.mask().size(); i++) {
      String wrong = wrong(rule.match(), rule.mask().get(i).select());
      if (wrong != null) {
        add(rule, path + ".mask[" + i + "]", wrong);
      }
    }
  }

  private static @Nullable String wrong(Match match, @Nullable Selector select) {
    String first = select == null ? null : select.first();
    if (select == null || first == null) {
      return match.written() == null
          ? "masks requests only (expected: match: {direction: response} for answers, or {direction:"
              + " request} if requests are meant)"
          : null;
    }
    if (members(match.direction()).contains(first)) {
      return null;
    }
    boolean ofAnswer = first.equals("result") || first.equals("error");
    return "select: %s stands in no %s, so nothing is masked (expected: %s)"
        .formatted(
            select.text(),
            match.direction() == Direction.RESPONSE ? "answer" : "request",
            ofAnswer
                ? "match: {direction: response}"
                : match.direction() == Direction.RESPONSE
                    ? "/result/…"
                    : "/params/…, such as /params/arguments/NAME");
  }

  private static Set<String> members(Direction direction) {
    return switch (direction) {
      case REQUEST -> Set.of("jsonrpc", "id", "method", "params");
      // Of both a call's answer and messages that belong to it; of a server's request and its
      // answer.
      case RESPONSE, SERVER_REQUEST ->
          Set.of("jsonrpc", "id", "method", "params", "result", "error");
    };
  }

  // What is allowed.

  private void allows(Rule rule, String path) {
    if (rule.then() != Action.ALLOW || !rule.mask().isEmpty()) {
      return;
    }
    if (Effects.isOpenByDefault(rule.match())) {
      add(
          rule,
          path,
          rule.match().direction() == Direction.RESPONSE
              ? "allows nothing: answers go on unless a rule denies them"
              : "allows nothing: these messages go on unless a rule denies them");
    }
    List<Match> parts = rule.match().byTool();
    if (parts.size() > 1) {
      parts.forEach(part -> denied(rule, part, path));
    }
  }

  /** Says that a part of what a rule allows is denied, where not all of it is. */
  private void denied(Rule rule, Match part, String path) {
    document.rules().stream()
        .filter(other -> other.then() == Action.DENY && other.mode() == rule.mode())
        .filter(other -> Effects.covers(other.match(), part))
        .filter(other -> !Effects.covers(other.match(), rule.match()) && isAlways(other))
        .findFirst()
        .ifPresent(other ->
            add(
                rule,
                path,
                "allows nothing for %s: rule %s denies it"
                    .formatted(String.join(", ", Effects.names(part)), other.id().text())));
  }

  private boolean isAlways(Rule rule) {
    return rule.when() == null || sure(rule, rule.when()) instanceof Sure.Always;
  }

  /** What is sure of the condition of a rule; it is asked of one rule again and again. */
  private Sure sure(Rule rule, Rule.Condition when) {
    return known.computeIfAbsent(
        rule.id().text(), _ -> foregone.of(when.expression(), rule.match()));
  }

  private void add(Rule rule, String path, String text) {
    found.add(new Problem(rule.id().place(), path, rule.id().text() + ": " + text));
  }
}
