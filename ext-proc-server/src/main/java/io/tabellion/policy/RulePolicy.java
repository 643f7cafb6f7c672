package io.tabellion.policy;

import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.PolicyDocument.Rule;
import io.tabellion.policy.PolicyDocument.Then;
import io.tabellion.policy.Question.Direction;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A policy file, compiled. Of the rules that match a message, one that denies is enough to deny it,
 * else one that allows to allow it; the order of rules does not matter. Where none matches, a
 * request is denied, but for the plumbing of a conversation ({@link Methods#openByDefault}).
 */
final class RulePolicy implements Policy {
  private final String digest;
  private final Map<Direction, RuleSet> rules = new EnumMap<>(Direction.class);

  RulePolicy(PolicyDocument document, String digest) {
    this.digest = digest;
    for (Direction direction : Direction.values()) {
      rules.put(direction, new RuleSet(of(document.rules(), direction)));
    }
  }

  @Override
  public Decision decide(Question question) {
    List<Rule> matching = rules(question.direction()).matching(question);
    List<Rule> deny = matching.stream().filter(rule -> rule.then() == Then.DENY).toList();
    if (!deny.isEmpty()) {
      return decision(Action.DENY, deny, message(deny));
    }
    boolean open =
        !matching.isEmpty()
            || Methods.openByDefault(question.direction(), question.target().method());
    return decision(open ? Action.ALLOW : Action.DENY, matching, null);
  }

  @Override
  public String digest() {
    return digest;
  }

  RuleSet rules(Direction direction) {
    return Objects.requireNonNull(rules.get(direction));
  }

  private Decision decision(Action action, List<Rule> fired, @Nullable String message) {
    List<String> ids = fired.stream().map(rule -> rule.id().text()).toList();
    return Decision.of(action, ids, message, digest);
  }

  private static @Nullable String message(List<Rule> deny) {
    for (Rule rule : deny) {
      if (rule.message() != null) {
        return rule.message();
      }
    }
    return null;
  }

  private static List<Rule> of(List<Rule> rules, Direction direction) {
    return rules.stream().filter(rule -> rule.match().direction() == direction).toList();
  }
}
