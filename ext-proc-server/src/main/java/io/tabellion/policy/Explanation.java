package io.tabellion.policy;

import com.google.protobuf.ByteString;
import io.tabellion.policy.Conditioned.Strictness;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.RuleSet.Found;
import io.tabellion.policy.cel.Part;
import io.tabellion.policy.cel.Result;
import io.tabellion.yaml.YamlException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says which rules of a file a message meets, and why.
 *
 * <p>Immutable and thread-safe.
 */
public final class Explanation {
  private static final String FIRES = "fires";
  private static final String IN_VAIN =
      ", but no rule allows the message: it is denied, and nobody is asked";

  private final RulePolicy policy;

  Explanation(RulePolicy policy) {
    this.policy = policy;
  }

  /**
   * Reads the bytes of a file; its tests are not run.
   *
   * @param file its name, for messages
   * @throws YamlException if it cannot be used
   */
  public static Explanation of(Path file, ByteString bytes) {
    NamedFiles files = new NamedFiles(file);
    PolicyDocument document = PolicyFile.document(file, bytes, files);
    return new Explanation(new RulePolicy(document, files.digest(bytes), CallCounts.IN_FORCE));
  }

  /**
   * A rule whose {@code match} a message meets.
   *
   * @param action null for a rule that only masks
   * @param fires whether its condition is met, in words
   * @param shadow whether the rule is only looked at
   * @param when its condition; empty if it has none
   * @param parts of the condition, in the order of their evaluation
   */
  public record Considered(
      String id,
      @Nullable Action action,
      String fires,
      boolean shadow,
      String when,
      List<Part> parts) {
    public Considered {
      parts = List.copyOf(parts);
    }

    /** The same, where no rule allows the message. */
    private Considered inVain() {
      return action == Action.REQUIRE_APPROVAL && fires.startsWith(FIRES)
          ? new Considered(id, action, fires + IN_VAIN, shadow, when, parts)
          : this;
    }
  }

  /** SHA-256 of the file and of those that it names, hex. */
  public String digest() {
    return policy.digest();
  }

  /** Returns the rules that match, in file order. */
  public List<Considered> explain(Question question) {
    Conditioned conditions = new Conditioned(policy, question, ResourceUri.of(question));
    List<Considered> considered = new ArrayList<>();
    for (Found<Rule> found : policy.rules(question.direction()).matching(question)) {
      considered.add(considered(found.rule(), conditions));
    }
    List<Action> fired =
        considered.stream()
            .filter(rule -> rule.action() != null && rule.fires().startsWith(FIRES))
            .map(rule -> Objects.requireNonNull(rule.action()))
            .toList();
    return Precedence.asksInVain(fired, question)
        ? considered.stream().map(Considered::inVain).toList()
        : considered;
  }

  private Considered considered(Rule rule, Conditioned conditions) {
    String id = rule.id().text();
    boolean shadow = policy.inShadow() || rule.mode() == Mode.SHADOW;
    if (rule.when() == null) {
      return new Considered(id, rule.then(), FIRES, shadow, "", List.of());
    }
    var expression = rule.when().expression();
    Result result =
        conditions.test(
            expression, rule.then() == Action.ALLOW ? Strictness.ALLOWS : Strictness.REFUSES);
    return new Considered(
        id,
        rule.then(),
        words(rule, result),
        shadow,
        expression.text(),
        conditions.parts(expression));
  }

  private static String words(Rule rule, Result result) {
    return switch (result) {
      case Result.Plain.YES -> FIRES;
      case Result.Plain.NO -> "does not fire";
      case Result.Plain.UNKNOWN -> "undecidable: hangs on what is masked or not recorded";
      case Result.Failed failed ->
          (rule.then() == Action.ALLOW ? "does not fire" : FIRES)
              + ", for its condition fails: "
              + failed.words();
    };
  }
}
