package io.tabellion.policy;

import io.tabellion.policy.Conditioned.Strictness;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.Question.Direction;
import io.tabellion.policy.Rule.Limit;
import io.tabellion.policy.RuleSet.Found;
import io.tabellion.policy.cel.Result;
import io.tabellion.yaml.YamlException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges recorded messages by a file that is not in force. What the record does not tell is
 * unknown, and a decision that hangs on it is left open: nothing is guessed. Limits of calls are
 * not judged, for what was counted is not recorded; masks are not either.
 *
 * <p>Immutable and thread-safe.
 */
public final class Replay {
  private final RulePolicy policy;
  private final boolean enforced;

  private Replay(RulePolicy policy, boolean enforced) {
    this.policy = policy;
    this.enforced = enforced;
  }

  /**
   * Reads a file.
   *
   * @param enforced whether what is in shadow counts as if it were in force
   * @throws YamlException if the file cannot be used
   */
  public static Replay of(Path file, boolean enforced) {
    if (PolicyFile.load(file).policy() instanceof RulePolicy rules) {
      return new Replay(rules, enforced);
    }
    throw new IllegalStateException("policy: of another kind (expected: rules)");
  }

  /**
   * What the file says of a message.
   *
   * @param action what would happen; null where that hangs on what is unknown
   * @param rules ids of the rules and limits that decide it, in file order; empty for the default
   * @param open ids of those that nobody can tell whether they fire, and that would change it
   */
  public record Rejudged(@Nullable Action action, List<String> rules, List<String> open) {
    public Rejudged {
      rules = List.copyOf(rules);
      open = List.copyOf(open);
    }
  }

  /** A rule or limit that fires, or may. */
  private record Candidate(String id, Action action, Fit fires) {}

  /** Whether a rule tells resources of the server apart by their URIs. */
  public boolean readsUris(String server) {
    return policy.readsUris(server);
  }

  /** Judges a message. */
  public Rejudged judge(Question question) {
    if (policy.inShadow() && !enforced) {
      return new Rejudged(Action.ALLOW, List.of(), List.of());
    }
    List<Candidate> candidates = rules(question);
    candidates.addAll(sizes(question));
    List<Candidate> sure =
        candidates.stream().filter(candidate -> candidate.fires == Fit.YES).toList();
    Action action = settle(question, sure, null);
    List<String> open = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (candidate.fires == Fit.MAYBE && settle(question, sure, candidate) != action) {
        open.add(candidate.id);
      }
    }
    return open.isEmpty()
        ? new Rejudged(action, deciding(sure, action), open)
        : new Rejudged(null, List.of(), open);
  }

  private static List<String> deciding(List<Candidate> sure, Action action) {
    return sure.stream()
        .filter(candidate -> candidate.action == action)
        .map(Candidate::id)
        .toList();
  }

  private List<Candidate> rules(Question question) {
    ResourceUri uri = ResourceUri.of(question);
    Conditioned conditions = new Conditioned(policy, question, uri);
    List<Candidate> candidates = new ArrayList<>();
    Rule odd = policy.refusingUri(question, uri);
    if (odd != null && counts(odd.mode())) {
      candidates.add(new Candidate(odd.id().text(), Action.DENY, Fit.YES));
    }
    for (Found<Rule> found : policy.rules(question.direction()).matching(question, uri)) {
      Rule rule = found.rule();
      Action action = rule.then();
      if (action != null && counts(rule.mode())) {
        Fit fires = found.fit().and(Decider.met(rule, test(rule, action, conditions)));
        candidates.add(new Candidate(rule.id().text(), action, fires));
      }
    }
    return candidates;
  }

  private boolean counts(Mode mode) {
    return mode == Mode.ENFORCE || (enforced && mode == Mode.SHADOW);
  }

  private static Result test(Rule rule, Action action, Conditioned conditions) {
    return rule.when() == null
        ? Result.Plain.YES
        : conditions.test(
            rule.when().expression(),
            action == Action.ALLOW ? Strictness.ALLOWS : Strictness.REFUSES);
  }

  private List<Candidate> sizes(Question question) {
    List<Candidate> candidates = new ArrayList<>();
    for (Found<Limit> found : policy.limits(question.direction()).matching(question)) {
      Limit limit = found.rule();
      var most = question.direction() == Direction.RESPONSE ? limit.answer() : limit.request();
      if (most != null && counts(limit.mode())) {
        boolean unknown = question.unknown().contains(Question.BYTES);
        Fit over = unknown ? Fit.MAYBE : Fit.of(question.bytes() > most.bytes());
        candidates.add(new Candidate(limit.id().text(), Action.DENY, over));
      }
    }
    return candidates;
  }

  private static Action settle(
      Question question, List<Candidate> sure, @Nullable Candidate another) {
    List<Action> fired = new ArrayList<>(sure.stream().map(Candidate::action).toList());
    if (another != null) {
      fired.add(another.action);
    }
    return Precedence.of(fired, question);
  }
}
