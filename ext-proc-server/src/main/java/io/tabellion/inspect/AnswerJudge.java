package io.tabellion.inspect;

import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Outcome;
import io.tabellion.audit.Reason;
import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Flaw;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.Notes;
import io.tabellion.mask.rule.OutputSchema;
import io.tabellion.mcp.Era;
import io.tabellion.mcp.InitializeResult;
import io.tabellion.mcp.InputRequests;
import io.tabellion.mcp.ListFilter;
import io.tabellion.mcp.ListFilter.Filtered;
import io.tabellion.mcp.ListFilter.Place;
import io.tabellion.mcp.Method;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.Refusal;
import io.tabellion.mcp.Refusals;
import io.tabellion.mcp.ResultShape;
import io.tabellion.mcp.Revision;
import io.tabellion.policy.Decision;
import io.tabellion.session.Intent;
import io.tabellion.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Judges one answer to one intent, on whatever stream it comes. Made for one walk. */
final class AnswerJudge {
  private final Situation situation;
  private final OpenCalls calls;
  private final Judge judge;

  /** The session that the answer's head gives to whoever asked for one, null if none. */
  private final @Nullable Session offered;

  /** Whether the head gives a session that belongs to somebody else. */
  private final boolean taken;

  private final ToolSightings sightings;

  /**
   * @param judge with the changes that answers make
   * @param sightings where tools that lists show are added
   */
  AnswerJudge(Footing footing, Judge judge, SessionOffer offer, ToolSightings sightings) {
    this.situation = footing.situation();
    this.calls = footing.calls();
    this.judge = judge;
    this.offered = offer.begins();
    this.taken = offer.taken();
    this.sightings = sightings;
  }

  /**
   * Judges it.
   *
   * @param notes what was mended in it, and what could not be
   * @param bytes of the answer as it came
   */
  Answered judge(Intent intent, Operation operation, Envelope answer, Notes notes, long bytes) {
    Map<Integer, Flaw> broken = Unlisted.broken(list(operation).orElse(null), notes);
    Answered answered =
        broken == null
            ? flawed(intent, operation, answer, notes.flaws().getFirst())
            : judge(intent, operation, answer, broken, bytes);
    if (notes.repairs().isEmpty()) {
      return answered;
    }
    return answered.with(Fact.REPAIRED, situation.sheet().repaired(notes.repairs()));
  }

  /** An answer that says two things, or more than is read: which limit, and where, is told. */
  private Answered flawed(Intent intent, Operation operation, Envelope answer, Flaw flaw) {
    Reason reason =
        switch (flaw.kind()) {
          case TOO_DEEP -> Reason.TOO_DEEP;
          case TWICE -> Reason.TWICE;
          case TOO_LONG -> Reason.TOO_LONG;
        };
    String why = reason.text() + "; expected: " + flaw.expected();
    return withheld(intent, operation, null, RequestLeg.kind(answer), reason, null, why);
  }

  private Answered judge(
      Intent intent, Operation operation, Envelope answer, Map<Integer, Flaw> broken, long bytes) {
    String task = answer instanceof Envelope.Result result ? made(intent, operation, result) : null;
    TaskAnswers.Trimmed trimmed =
        new TaskAnswers(calls, judge)
            .judge(operation, answer, judge.answer(operation, answer, bytes), bytes);
    Decision decision = trimmed.decision();
    if (!decision.allows()) {
      return withheld(intent, operation, answer, Reason.POLICY, decision);
    }
    return switch (answer) {
      case Envelope.Result result -> result(intent, operation, result, trimmed, task, broken);
      case Envelope.Failure failure -> failure(intent, failure, decision);
      case Envelope.Request _, Envelope.Notification _ ->
          throw new IllegalArgumentException("answer: a request (expected: result or error)");
    };
  }

  private Answered failure(Intent intent, Envelope.Failure failure, Decision decision) {
    Facts.Builder facts = Facts.builder();
    if (failure.error().get("code") instanceof Json.Num(String lexeme)
        && lexeme.matches("-?[0-9]{1,9}")) {
      facts.put(Fact.ERROR_CODE, Long.parseLong(lexeme));
    }
    Ruled message = Ruled.whole(new Verdict.Allowed(decision), failure.tree());
    return new Answered(intent, message, Outcome.RPC_ERROR, "error", facts.build(), null);
  }

  private Answered result(
      Intent intent,
      Operation operation,
      Envelope.Result result,
      TaskAnswers.Trimmed trimmed,
      @Nullable String task,
      Map<Integer, Flaw> broken) {
    Decision decision = trimmed.decision();
    Reason reason = illegal(operation, result.result());
    if (reason != null) {
      return withheld(intent, operation, result, reason, decision);
    }
    Facts.Builder facts = Facts.builder();
    Json.Obj tree =
        trimmed.sent() == null ? filtered(operation, result, broken, facts) : trimmed.sent();
    Carried carried = Carried.of(judge, operation, tree);
    decision = decision.masking(decision.masking().and(carried.masking()));
    facts.put(Fact.TASK, task);
    if (!trimmed.hidden().isEmpty() || !carried.hidden().isEmpty()) {
      facts.put(Fact.HIDDEN, both(trimmed.hidden(), situation.sheet().chosen(carried.hidden())));
    }
    facts.put(Fact.SUSPICIONS, Suspicions.of(operation, result.result()));
    boolean initialized = operation.known() == Method.INITIALIZE;
    if (initialized) {
      Revision agreed = agreed(result.result());
      facts.put(Fact.REVISION, agreed == null ? null : agreed.text());
    }
    return new Answered(
        intent,
        new Ruled(new Verdict.Allowed(decision), carried.left(), kept(trimmed, result, tree)),
        toolFailed(operation, result.result()) ? Outcome.TOOL_ERROR : Outcome.OK,
        "result",
        facts.build(),
        begins(initialized, result.result()));
  }

  private Answered.@Nullable Beginning begins(boolean initialized, Json result) {
    return initialized && offered != null ? new Answered.Beginning(offered, agreed(result)) : null;
  }

  private static List<String> both(List<String> one, List<String> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  /** What does not go on of a task is kept; items that a list hides are not the caller's. */
  private static Json kept(TaskAnswers.Trimmed trimmed, Envelope.Result result, Json.Obj sent) {
    return trimmed.sent() == null ? sent : result.tree();
  }

  /** The TASK fact of a call that made one, or of a request about one; null of any other. */
  private @Nullable String made(Intent intent, Operation operation, Envelope.Result result) {
    String task = operation.task() == null ? ResultShape.madeTask(result.result()) : null;
    return task == null ? null : calls.made(intent, task, judge.changes());
  }

  private @Nullable Reason illegal(Operation operation, Json result) {
    if (operation.known() == Method.INITIALIZE && taken) {
      return Reason.SESSION_TAKEN;
    }
    if (operation.known() == null) {
      return null;
    }
    String items = list(operation).map(ListFilter::member).orElse(null);
    if (ResultShape.check(result, situation.era(), items).isPresent()) {
      return Reason.SHAPE;
    }
    return situation.era() == Era.STATELESS && result instanceof Json.Obj object
        ? asksBack(operation, object)
        : null;
  }

  private @Nullable Reason asksBack(Operation operation, Json.Obj result) {
    return switch (InputRequests.of(operation, result)) {
      case InputRequests.Illegal _ -> Reason.INPUT_REQUEST;
      case InputRequests.Embedded(List<Operation> asked) ->
          asked.stream().allMatch(one -> judge.server(one, 0).allows())
              ? null
              : Reason.INPUT_REQUEST;
    };
  }

  private static Optional<ListFilter> list(Operation operation) {
    return Optional.ofNullable(operation.known()).flatMap(ListFilter::of);
  }

  private Json.Obj filtered(
      Operation operation, Envelope.Result result, Map<Integer, Flaw> broken, Facts.Builder facts) {
    Optional<ListFilter> list = list(operation);
    if (list.isEmpty() || !(result.result() instanceof Json.Obj items)) {
      return result.tree();
    }
    Filtered left =
        list.get().filter(items, situation.era(), broken.keySet(), new Shown(list.get()));
    List<String> full = sightings.full();
    facts.put(
        Fact.HIDDEN,
        situation.sheet().chosen(left.hidden().stream().filter(n -> !full.contains(n)).toList()));
    facts.put(Fact.LEFT_OUT, sightings.leftOut(list.get(), left, broken));
    Json.Obj shown = list.get() == ListFilter.TOOLS ? relaxed(left.result()) : left.result();
    if (shown.equals(items)) {
      return result.tree();
    }
    facts.put(Fact.DETAIL, "the list is this caller's own");
    return result.tree().with("result", shown);
  }

  /** Schemas of answers that are masked say no more than that, for clients that validate. */
  private Json.Obj relaxed(Json.Obj result) {
    Json.Array tools = result.array("tools");
    if (tools == null) {
      return result;
    }
    List<Json> shown = new ArrayList<>(tools.items().size());
    for (Json tool : tools.items()) {
      boolean says = tool instanceof Json.Obj object && object.get("outputSchema") != null;
      shown.add(says ? relaxedTool((Json.Obj) tool) : tool);
    }
    return result.with("tools", new Json.Array(shown));
  }

  private Json relaxedTool(Json.Obj tool) {
    return OutputSchema.relaxed(tool, judge.masksOfAnswers(String.valueOf(tool.text("name"))));
  }

  /** What of a list this caller may see. */
  private final class Shown implements ListFilter.Shelf {
    private final ListFilter list;

    Shown(ListFilter list) {
      this.list = list;
    }

    @Override
    public Place place(String name, Json.Obj item, boolean contested) {
      if (list != ListFilter.TOOLS) {
        return contested ? Place.SAME_NAME : shown(name);
      }
      boolean accepted =
          contested ? sightings.acceptsContested(name, item) : sightings.accepts(name, item);
      if (accepted) {
        return shown(name);
      }
      return sightings.isRivalled(name, contested) ? Place.SAME_NAME : Place.HIDDEN;
    }

    private Place shown(String name) {
      sightings.shown(list, name);
      return judge.shows(list, name) ? Place.SHOWN : Place.HIDDEN;
    }

    @Override
    public boolean isAccepted(String name, Json.Obj item) {
      return list == ListFilter.TOOLS && sightings.isAccepted(name, item);
    }
  }

  private static @Nullable Revision agreed(Json result) {
    return result instanceof Json.Obj object
        ? InitializeResult.of(object).revision().orElse(null)
        : null;
  }

  private static boolean toolFailed(Operation operation, Json result) {
    return operation.isToolCall()
        && result instanceof Json.Obj object
        && object.get("isError") == Json.Literal.TRUE;
  }

  private Answered withheld(
      Intent intent,
      Operation operation,
      Envelope answer,
      Reason reason,
      @Nullable Decision decision) {
    String kind = RequestLeg.kind(answer);
    return withheld(intent, operation, answer.tree(), kind, reason, decision);
  }

  /** In the answer's place, words that say that the request was executed. */
  Answered withheld(
      Intent intent,
      Operation operation,
      @Nullable Json kept,
      String kind,
      Reason reason,
      @Nullable Decision decision) {
    return withheld(intent, operation, kept, kind, reason, decision, why(reason, decision));
  }

  private Answered withheld(
      Intent intent,
      Operation operation,
      @Nullable Json kept,
      String kind,
      Reason reason,
      @Nullable Decision decision,
      String why) {
    Refusals refusals = situation.refusals(intent.entry());
    Refusal refusal =
        kind.equals("error") ? refusals.failed(operation, why) : refusals.withheld(operation, why);
    Ruled message = new Ruled(new Verdict.Withheld(reason, decision), refusal.message(), kept);
    return new Answered(intent, message, Outcome.WITHHELD, kind, Facts.NONE, null);
  }

  /**
   * In the place of what cannot be used: whether the request was executed is not known.
   *
   * @param why completes "its answer was withheld (…)"; never content
   * @param failed whether it is an HTTP error
   */
  Answered unread(Intent intent, Operation operation, Reason reason, String why, boolean failed) {
    Refusals refusals = situation.refusals(intent.entry());
    Refusal refusal = failed ? refusals.failed(operation, why) : refusals.unread(operation, why);
    Ruled message = new Ruled(new Verdict.Withheld(reason, null), refusal.message(), null);
    return new Answered(intent, message, Outcome.WITHHELD, "none", Facts.NONE, null);
  }

  /** A rule's own words stand behind ours. */
  private static String why(Reason reason, @Nullable Decision decision) {
    String said = decision == null ? null : decision.message();
    return reason != Reason.POLICY || said == null || said.isBlank()
        ? reason.text()
        : reason.text() + ": " + said.strip();
  }
}
