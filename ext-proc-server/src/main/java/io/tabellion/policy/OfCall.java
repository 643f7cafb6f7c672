package io.tabellion.policy;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.rule.Elsewhere;
import io.tabellion.mask.rule.Elsewhere.Places;
import io.tabellion.mask.rule.Masking;
import io.tabellion.policy.Question.Answer;
import io.tabellion.policy.Question.Direction;
import io.tabellion.state.Changes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges messages of a server that belong to a call and are not its answer: what its task answers,
 * and what is said on its stream, with its progress token or about its task. The response rules for
 * the call count for them.
 *
 * <p>Where the message has a result or error of the call in it, rules read that as {@code
 * response}. Elsewhere the response is not known: a rule that denies and hangs on it may deny, and
 * a rule that masks does.
 *
 * <p>Pure and thread-safe.
 */
public final class OfCall {
  /** Members that only the protocol writes: masked nowhere, for nothing could go on without. */
  private static final Set<String> HANDLES =
      Set.of(
          "createdAt",
          "lastUpdatedAt",
          "level",
          "nextCursor",
          "pollInterval",
          "pollIntervalMs",
          "progress",
          "progressToken",
          "requestId",
          "requestState",
          "resultType",
          "status",
          "taskId",
          "total",
          "ttl",
          "ttlMs");

  /** Members of params that are no texts for people. */
  private static final Set<String> STRUCTURE =
      Set.of(
          "_meta",
          "elicitationId",
          "includeContext",
          "logger",
          "maxTokens",
          "mode",
          "modelPreferences",
          "requestedSchema",
          "stopSequences",
          "temperature",
          "toolChoice",
          "tools",
          "uri");

  /** Texts about a task, which are not its result. */
  private static final String STATUS = "statusMessage";

  private static final String RESULT = "result";
  private static final String ERROR = "error";
  private static final String REQUESTS = "inputRequests";

  private OfCall() {}

  /**
   * What becomes of the message.
   *
   * @param quiet whether texts in it that the server wrote for people do not go on: a rule may deny
   *     the call's answer, and nobody knows yet
   */
  public record CallDecision(Decision decision, boolean quiet) {}

  /**
   * Judges a message by the rules for the answer to a call.
   *
   * @param call about the call; its answer is left out of account
   * @param message a request, notification or result of the server
   */
  public static CallDecision judge(Policy policy, Question call, Json.Obj message) {
    Json.Obj holder = holder(message);
    Json result = holder == null ? null : holder.get(RESULT);
    Json.Obj error = holder == null ? null : holder.object(ERROR);
    Answer answer =
        result == null && error == null
            ? null
            : new Answer(error == null ? result : null, error, List.of());
    return judge(policy, call, answer, places(message));
  }

  /** Judges an answer that is that of the call, though another request asked for it. */
  public static CallDecision judge(Policy policy, Question call, Answer answer) {
    CallDecision decided = judge(policy, call, answer, null);
    Json result = answer.result();
    return new CallDecision(
        result instanceof Json.Obj object ? beside(decided.decision, object) : decided.decision,
        false);
  }

  private static CallDecision judge(
      Policy policy, Question call, @Nullable Answer answer, @Nullable Places places) {
    Set<String> unknown = new HashSet<>(call.unknown());
    if (answer == null) {
      unknown.add(Question.RESPONSE);
      unknown.add(Question.BYTES);
    }
    Question question =
        new Question(
            Direction.RESPONSE,
            call.setting(),
            call.target(),
            call.tool(),
            call.args(),
            answer,
            call.bytes(),
            unknown);
    Decision decision = policy.judge(question, Changes.none());
    if (places != null) {
      decision = decision.masking(Elsewhere.of(decision.masking(), places));
    }
    return new CallDecision(
        answer == null ? decision : decision.settled(), answer == null && decision.mayDeny());
  }

  /**
   * Adds to the decision on a call's own answer what it masks in members that are no result: what
   * the server asks back, and what it says of the task that it made.
   */
  public static Decision beside(Decision decision, Json.Obj result) {
    Map<String, Json> parts = new HashMap<>();
    Set<String> texts = new HashSet<>();
    for (String name : List.of(REQUESTS, "task", STATUS)) {
      Json member = result.get(name);
      if (member != null) {
        part(parts, texts, "/result/", name, member);
      }
    }
    return parts.isEmpty()
        ? decision
        : decision.masking(
            decision
                .masking()
                .and(Elsewhere.of(decision.masking(), new Places(Map.of(), parts, texts))));
  }

  /** Adds to the decision on an error what it masks in a text in the place of one. */
  public static Decision ofError(Decision decision, String text) {
    Places places =
        new Places(
            Map.of(), Map.of("/error/message", new Json.Text(text)), Set.of("/error/message"));
    return decision.masking(decision.masking().and(Elsewhere.of(decision.masking(), places)));
  }

  /** Returns the masks for a request of the server, for where it stands in a result. */
  public static Masking embedded(Masking masking, String key) {
    String place = "/result/inputRequests/" + Elsewhere.step(key) + "/params";
    return Elsewhere.of(masking, new Places(Map.of("params", place), Map.of(), Set.of()));
  }

  /** The object that a result of the call may stand in: of a task's state. */
  private static Json.@Nullable Obj holder(Json.Obj message) {
    if (message.get("method") == null) {
      return message.object(RESULT);
    }
    Json.Obj params = message.object("params");
    boolean task = params != null && params.get("taskId") != null;
    return task ? params : null;
  }

  private static Places places(Json.Obj message) {
    boolean says = message.get("method") != null;
    String root = says ? "/params/" : "/result/";
    Json.Obj members = message.object(says ? "params" : RESULT);
    Json.Obj holder = holder(message);
    Map<String, String> moved = new HashMap<>();
    Map<String, Json> parts = new HashMap<>();
    Set<String> texts = new HashSet<>();
    for (Map.Entry<String, Json> member :
        members == null ? Map.<String, Json>of().entrySet() : members.members().entrySet()) {
      String name = member.getKey();
      boolean nested = holder != null && (name.equals(RESULT) || name.equals(ERROR));
      if (nested) {
        moved.put(name, root + name);
      } else if (!HANDLES.contains(name)) {
        part(parts, texts, root, name, member.getValue());
      }
    }
    if (!says && message.get(ERROR) != null) {
      moved.put(ERROR, "/" + ERROR);
    }
    return new Places(moved, parts, texts);
  }

  private static void part(
      Map<String, Json> parts, Set<String> texts, String root, String name, Json value) {
    String place = root + Elsewhere.step(name);
    parts.put(place, value);
    switch (name) {
      case "task" -> texts.add(place + "/" + STATUS);
      case "tasks" -> texts.add(place + "/*/" + STATUS);
      case REQUESTS -> {
        texts.add(place + "/*/params/message");
        texts.add(place + "/*/params/messages");
        texts.add(place + "/*/params/systemPrompt");
      }
      default -> {
        if (!STRUCTURE.contains(name)) {
          texts.add(place);
        }
      }
    }
  }
}
