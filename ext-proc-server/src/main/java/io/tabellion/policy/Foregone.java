package io.tabellion.policy;

import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.policy.Conditioned.Strictness;
import io.tabellion.policy.Question.Direction;
import io.tabellion.policy.cel.Expression;
import io.tabellion.policy.cel.Result;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says what comes of a condition whatever a message holds: it is tested with nothing known but the
 * names that the match of its rule leaves.
 *
 * <p>Not thread-safe.
 */
final class Foregone {
  /** More names than these are taken for any. */
  private static final int MOST_NAMES = 8;

  private static final String ANY = "";

  private static final List<String> NEVER_KNOWN =
      List.of(
          "principal",
          "mcp.era",
          "mcp.version",
          "mcp.conversation",
          "server.trusted",
          "tool.pinned",
          "tool.digest",
          "tool.suspicions",
          "tool.annotations",
          "args",
          "resource",
          "request",
          "response",
          "now");

  private final RulePolicy policy;

  Foregone(PolicyDocument document) {
    this.policy = new RulePolicy(document, "", CallCounts.IN_FORCE);
  }

  /** What is sure of a condition. */
  sealed interface Sure {
    /** It is met by every message that the rule is about. */
    record Always() implements Sure {}

    /** It is met by none. */
    record Never() implements Sure {}

    /** It is an error for each. */
    record Wrong(String words) implements Sure {}

    /** It hangs on the message. */
    record Open() implements Sure {}
  }

  /** Returns what is sure of the condition, where it is about what matches. */
  Sure of(Expression condition, Match match) {
    Set<Sure> found = new HashSet<>();
    Names names = new Names(condition);
    for (String method : names.of("mcp.method", Effects.methods(match), Match.Method::glob)) {
      for (String server : names.of("server.name", match.servers(), Function.identity())) {
        for (String tool : names.of("tool.name", match.tools(), Match.Tool::glob)) {
          for (String prompt : names.of("prompt.name", match.prompts(), Function.identity())) {
            found.add(sure(condition, question(match.direction(), method, server, tool, prompt)));
          }
        }
      }
    }
    return found.size() == 1 ? found.iterator().next() : new Sure.Open();
  }

  private Sure sure(Expression condition, Question question) {
    var conditions = new Conditioned(policy, question, ResourceUri.of(question));
    return switch (conditions.test(condition, Strictness.ALLOWS)) {
      case Result.Plain.YES -> new Sure.Always();
      case Result.Plain.NO -> new Sure.Never();
      case Result.Plain.UNKNOWN -> new Sure.Open();
      case Result.Failed failed -> new Sure.Wrong(failed.words());
    };
  }

  /** The names that a match leaves, where the condition reads them. */
  private record Names(Expression condition) {
    /** The names that patterns stand for, if there are few; else one that stands for any. */
    private <T> List<String> of(
        String place, @Nullable Collection<T> patterns, Function<T, Glob> globOf) {
      List<String> steps = List.of(place.split("\\.", -1));
      boolean read = condition.reads(steps.getFirst(), steps.getLast());
      if (!read || patterns == null || patterns.size() > MOST_NAMES) {
        return List.of(ANY);
      }
      List<Glob> globs = patterns.stream().map(globOf).toList();
      return globs.stream().allMatch(Glob::exact)
          ? globs.stream().map(Glob::prefix).toList()
          : List.of(ANY);
    }
  }

  private static Question question(
      Direction direction, String method, String server, String tool, String prompt) {
    List<String> unknown = new ArrayList<>(NEVER_KNOWN);
    addUnless(unknown, method, "mcp.method");
    addUnless(unknown, server, "server.name");
    addUnless(unknown, tool, "tool.name");
    addUnless(unknown, prompt, "prompt.name");
    return new Question(
        direction,
        new Question.Setting(Caller.anonymous(null), server, "", "", "", Instant.EPOCH),
        new Question.Target(method, tool, null, prompt),
        ToolFacts.UNKNOWN,
        Json.Obj.EMPTY,
        null,
        0,
        Set.copyOf(unknown));
  }

  private static void addUnless(List<String> unknown, String name, String place) {
    if (name.equals(ANY)) {
      unknown.add(place);
    }
  }
}
