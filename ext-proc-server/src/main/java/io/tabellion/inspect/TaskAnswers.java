package io.tabellion.inspect;

import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mcp.InputRequests;
import io.tabellion.mcp.Method;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.ResultShape;
import io.tabellion.policy.Decision;
import io.tabellion.policy.OfCall;
import io.tabellion.policy.OfCall.CallDecision;
import io.tabellion.policy.Question.Answer;
import io.tabellion.session.Origin;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges what is in an answer beside its result, or belongs to another call: the state and result
 * of a task by the rules for the call that made it, and what a server asks back in a result.
 */
record TaskAnswers(OpenCalls calls, Judge judge) {
  private static final String RESULT = "result";
  private static final String TASKS = "tasks";
  private static final String TASK = "task";
  private static final String TASK_ID = "taskId";

  /** Members of a result that says that a call was made into a task. */
  private static final Set<String> STATE =
      Set.of(
          TASK,
          "_meta",
          "createdAt",
          "lastUpdatedAt",
          "pollInterval",
          "pollIntervalMs",
          "resultType",
          "status",
          "statusMessage",
          TASK_ID,
          "ttl",
          "ttlMs");

  /**
   * What becomes of an answer.
   *
   * @param sent what goes on, where that is not the answer as it came; null where it is
   * @param hidden TASK facts of items that a list does not show
   */
  record Trimmed(Decision decision, Json.@Nullable Obj sent, List<String> hidden) {
    private Trimmed(Decision decision) {
      this(decision, null, List.of());
    }
  }

  /**
   * Judges an answer.
   *
   * @param own what the policy says of it by the rules for the request that it answers
   */
  Trimmed judge(Operation operation, Envelope answer, Decision own, long bytes) {
    if (operation.known() == Method.TASKS_LIST && answer instanceof Envelope.Result result) {
      return list(result, own, bytes);
    }
    String task = operation.task();
    if (task == null && answer instanceof Envelope.Result made && isTask(made.result())) {
      return state(made, judge.ofCall(Origin.of(operation), made.tree(), bytes));
    }
    if (task == null) {
      return new Trimmed(
          answer instanceof Envelope.Result result && result.result() instanceof Json.Obj object
              ? asking(operation, OfCall.beside(own, object), object)
              : own);
    }
    CallDecision decided = ofTask(operation, calls.ofTask(task, judge.changes()), answer, bytes);
    Decision decision = own.and(decided.decision());
    return answer instanceof Envelope.Result result && result.result() instanceof Json.Obj state
        ? state(result, new CallDecision(asking(operation, decision, state), decided.quiet()))
        : new Trimmed(decision);
  }

  /** The tasks that a list in an answer names. */
  static List<String> named(Envelope answer) {
    Json.Array tasks =
        answer instanceof Envelope.Result made && made.result() instanceof Json.Obj result
            ? result.array(TASKS)
            : null;
    List<String> named = new ArrayList<>();
    for (Json item : tasks == null ? List.<Json>of() : tasks.items()) {
      String task = item instanceof Json.Obj object ? object.text(TASK_ID) : null;
      if (task != null) {
        named.add(task);
      }
    }
    return named;
  }

  /** Whether a call was made into a task, and nothing of its result is there yet. */
  private static boolean isTask(Json result) {
    return ResultShape.madeTask(result) != null
        && result instanceof Json.Obj object
        && STATE.containsAll(object.members().keySet());
  }

  private static Trimmed state(Envelope.Result answer, CallDecision decided) {
    if (!decided.quiet() || !(answer.result() instanceof Json.Obj state)) {
      return new Trimmed(decided.decision());
    }
    Json.Obj silent = Belonging.withoutTexts(state);
    Json.Obj task = state.object(TASK);
    if (task != null) {
      silent = silent.with(TASK, Belonging.withoutTexts(task));
    }
    return new Trimmed(decided.decision(), answer.tree().with(RESULT, silent), List.of());
  }

  private CallDecision ofTask(Operation operation, Origin call, Envelope answer, long bytes) {
    return switch (answer) {
      case Envelope.Result result when operation.known() == Method.TASKS_RESULT ->
          judge.ofCall(call, new Answer(result.result(), null, List.of()), bytes);
      case Envelope.Failure failure ->
          judge.ofCall(call, new Answer(null, failure.error(), List.of()), bytes);
      case Envelope.Result _, Envelope.Request _, Envelope.Notification _ ->
          judge.ofCall(call, answer.tree(), bytes);
    };
  }

  /** Adds what rules mask of the requests of the server that stand in a result. */
  private Decision asking(Operation operation, Decision decision, Json.Obj result) {
    Json.Obj requests = result.object("inputRequests");
    if (requests == null
        || !(InputRequests.of(operation, result) instanceof InputRequests.Embedded embedded)) {
      return decision;
    }
    Masking masking = decision.masking();
    Iterator<String> keys = requests.members().keySet().iterator();
    for (Operation asked : embedded.operations()) {
      Masking more = judge.server(asked, 0).masking();
      masking = masking.and(OfCall.embedded(more, keys.next()));
    }
    return decision.masking(masking);
  }

  /** Each item by the rules for its own call; one whose answer would be denied is not shown. */
  private Trimmed list(Envelope.Result answer, Decision own, long bytes) {
    Json.Array tasks = answer.result() instanceof Json.Obj result ? result.array(TASKS) : null;
    if (tasks == null || !(answer.result() instanceof Json.Obj result)) {
      return new Trimmed(own);
    }
    Decision decision = own;
    List<Json> shown = new ArrayList<>(tasks.items().size());
    List<String> hidden = new ArrayList<>();
    for (Json item : tasks.items()) {
      String task = item instanceof Json.Obj object ? object.text(TASK_ID) : null;
      Origin call = task == null ? Origin.ANY : calls.ofTask(task, judge.changes());
      Json.Obj alone =
          answer.tree().with(RESULT, result.with(TASKS, new Json.Array(List.of(item))));
      CallDecision decided = judge.ofCall(call, alone, bytes);
      if (!decided.decision().allows()) {
        hidden.add(task == null ? "" : task);
      } else {
        decision = decision.masking(decision.masking().and(decided.decision().masking()));
        shown.add(decided.quiet() && item instanceof Json.Obj o ? Belonging.withoutTexts(o) : item);
      }
    }
    Json.Obj sent = answer.tree().with(RESULT, result.with(TASKS, new Json.Array(shown)));
    return new Trimmed(decision, sent, judge.situation().sheet().tasks(hidden));
  }
}
