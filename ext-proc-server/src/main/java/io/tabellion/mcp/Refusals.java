package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.RequestId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is answered in place of the server, such that each client stack hands it on: a call of a
 * tool gets a result with {@code isError} and a text for the model, other requests a JSON-RPC error
 * with a positive code, both with HTTP 200; an HTTP error status is for what is no message.
 *
 * <p>Pure and thread-safe.
 *
 * @param era decides the shape of results and of errors without id
 * @param reference entry id that the answer names, null if there is none
 * @param task that is asked about in place of the call; null if the call itself is answered
 * @param now what tasks say of when they changed
 */
public record Refusals(Era era, @Nullable String reference, @Nullable HeldTask task, Instant now) {
  /** Blocked by policy. */
  public static final int BLOCKED = 40301;

  /** Request or answer over a limit. */
  public static final int TOO_LARGE = 41301;

  /** The server, or the way to it, failed. */
  public static final int UPSTREAM = 50201;

  /** The client is to show its user a link (2025-11-25 URLElicitationRequiredError). */
  private static final int SHOW = -32042;

  /** We cannot judge or record. */
  public static final int UNAVAILABLE = 50301;

  private static final int OK = 200;
  private static final String SHOWN =
      "This call needs the approval of a person. The page shows where it stands.";

  /** Refusals of calls themselves. */
  public Refusals(Era era, @Nullable String reference) {
    this(era, reference, null, Instant.EPOCH);
  }

  private static final String DECISION = "io.tabellion/decision";
  private static final String APPROVAL = "io.tabellion/approval";

  /**
   * Refuses what the policy does not allow. A notification is taken and dropped.
   *
   * @param rules that fired, none where the default decided
   * @param hint for the model, from the rule; null if it has none
   */
  public Refusal blocked(
      Operation operation, String server, List<String> rules, @Nullable String hint) {
    String why = rules.isEmpty() ? "no rule allows it" : "rule " + String.join(", ", rules);
    Summary decision = new Summary("blocked", rules.isEmpty() ? null : rules.getFirst());
    String said = said(hint);
    return refusal(
        operation,
        decision,
        "BLOCKED BY POLICY - the call was not executed. Tool '%s' on server '%s' is not allowed for"
                .formatted(operation.tool(), server)
            + " this agent (%s). %sDo not retry this call and do not try to get the same effect with"
                .formatted(why, said)
            + " another tool."
            + tellUser(),
        BLOCKED,
        "Blocked by policy (" + why + citing() + "). " + said + "Not executed; do not retry.");
  }

  /** Why a tool waits for an operator. */
  public enum Waiting {
    CHANGED("the definition of tool '%s' changed since it was accepted"),
    NEW("nobody has accepted the definition of tool '%s' yet"),
    SAME_NAME("the name of tool '%s' cannot be told from that of another tool");

    private final String text;

    Waiting(String text) {
      this.text = text;
    }
  }

  /** Refuses a call of a tool that waits for an operator. */
  public Refusal quarantined(Operation operation, Waiting why) {
    return toolError(
        operation,
        new Summary("quarantined", null),
        "NOT EXECUTED - "
            + why.text.formatted(operation.tool())
            + ", so an operator has to look at it first. Do not retry this call."
            + tellUser());
  }

  /**
   * Refuses what a person would have to approve, while nobody can be asked.
   *
   * @param rules that ask for approval
   * @param hint for the model, from the rule; null if it has none
   */
  public Refusal unapproved(
      Operation operation, String server, List<String> rules, @Nullable String hint) {
    String why = "rule " + String.join(", ", rules);
    Summary decision = new Summary("needs-approval", rules.getFirst());
    String said = said(hint);
    return refusal(
        operation,
        decision,
        "NEEDS APPROVAL - the call was not executed. Tool '%s' on server '%s' takes the approval of"
                .formatted(operation.tool(), server)
            + " a person (%s), and nobody can be asked through this gateway. %sDo not retry this call"
                .formatted(why, said)
            + " and do not try to get the same effect with another tool."
            + tellUser(),
        BLOCKED,
        "Needs the approval of a person ("
            + why
            + citing()
            + "), and nobody can be asked. "
            + said
            + "Not executed; do not retry.");
  }

  /**
   * Refuses what an operator stopped. A notification is taken and dropped.
   *
   * @param reason the operator's, masked
   * @param until from when on it may be tried again; null if an operator has to say so
   */
  public Refusal stopped(
      Operation operation, String server, String reason, @Nullable Instant until) {
    String end = until == null ? "until an operator lifts the stop" : "until " + until;
    return refusal(
        operation,
        new Summary("stopped", null),
        "STOPPED BY AN OPERATOR - the call was not executed. Calls of tool '%s' on server '%s' are"
                .formatted(operation.tool(), server)
            + " stopped for this agent %s (reason: %s). Do not retry this call and do not try to get"
                .formatted(end, reason)
            + " the same effect with another tool."
            + tellUser(),
        BLOCKED,
        "Stopped by an operator %s (reason: %s%s). Not executed; do not retry."
            .formatted(end, reason, citing()));
  }

  /** Tells that an operator stopped a request before it left, or a stream before its answer. */
  public Refusal stoppedOnItsWay(Operation operation, String reason, boolean left) {
    return left
        ? unknown(
            operation,
            "STOPPED BY AN OPERATOR - the stream that the answer was to come in was ended (reason: "
                + reason
                + ")",
            "Stopped by an operator: the stream that the answer was to come in was ended (reason: "
                + reason)
        : refusal(
            operation,
            new Summary("stopped", null),
            "STOPPED BY AN OPERATOR - the call was not executed (reason: "
                + reason
                + "). Do not retry this call."
                + tellUser(),
            BLOCKED,
            "Stopped by an operator (reason: "
                + reason
                + citing()
                + "). Not executed; do not retry.");
  }

  /**
   * Tells the agent where the approval of its call stands. It was not executed, unless another try
   * of the same call was.
   *
   * @param rules that ask for approval
   * @param hint for the model, from the rule; null if it has none
   */
  public Refusal held(
      Operation operation, ApprovalNotice notice, List<String> rules, @Nullable String hint) {
    Summary decision =
        new Summary("approval-" + notice.state().word(), rules.getFirst(), notice.about(operation));
    String text = HeldText.of(operation, notice, rules, said(hint)) + tellUser();
    return refusal(operation, decision, text, notice.state().code(), text);
  }

  /** Makes a task of a call that waits for a person. */
  public Refusal begun(Operation operation, ApprovalNotice notice, HeldTask begun) {
    return ofTask(operation, notice, begun.begun(now, waits(notice)));
  }

  /** Says of the task that nobody decided yet. */
  public Refusal working(Operation operation, ApprovalNotice notice, HeldTask asked) {
    return ofTask(operation, notice, asked.working(now, waits(notice)));
  }

  /** Says of the task that nobody is asked any more, as its client wanted. */
  public Refusal cancelled(Operation operation, HeldTask asked) {
    RequestId id = operation.id();
    return id == null
        ? accepted()
        : Refusal.of(OK, envelope(id).with("result", asked.cancelled(now)));
  }

  private Refusal ofTask(Operation operation, ApprovalNotice notice, Json.Obj state) {
    RequestId id = operation.id();
    Json.Obj meta = Json.Obj.EMPTY.with(APPROVAL, notice.about(operation).toJson());
    return id == null
        ? accepted()
        : Refusal.of(OK, envelope(id).with("result", state.with("_meta", meta)));
  }

  private static String waits(ApprovalNotice notice) {
    return "Waits for the approval of a person: " + notice.approval() + ".";
  }

  /**
   * Has the client of a session show its user where the approval of a request stands.
   *
   * @param notice with a link
   */
  public Refusal elicited(Operation operation, ApprovalNotice notice) {
    Json.Obj elicitation =
        Json.Obj.EMPTY
            .with("mode", new Json.Text("url"))
            .with("elicitationId", new Json.Text(String.valueOf(notice.approval())))
            .with("url", new Json.Text(String.valueOf(notice.link())))
            .with("message", new Json.Text(SHOWN));
    Json.Obj data =
        new Summary("approval-" + notice.state().word(), null, notice.about(operation))
            .toJson(reference)
            .with("elicitations", new Json.Array(List.of(elicitation)));
    RequestId id = operation.id();
    return id == null
        ? accepted()
        : ours(
            envelope(id)
                .with(
                    "error",
                    Json.Obj.EMPTY
                        .with("code", Json.Num.of(SHOW))
                        .with(
                            "message",
                            new Json.Text(
                                "PENDING HUMAN APPROVAL - not executed yet. Call again with the same"
                                    + " arguments once it is approved."))
                        .with("data", data)));
  }

  /**
   * Has a client send a request again that waits for a person.
   *
   * @param state that is to come back with it
   * @param shown whether the client is to show the notice's link to its user
   */
  public Refusal again(Operation operation, ApprovalNotice notice, String state, boolean shown) {
    RequestId id = operation.id();
    if (id == null) {
      return accepted();
    }
    Json.Obj meta = Json.Obj.EMPTY.with(APPROVAL, notice.about(operation).toJson());
    return ours(
        envelope(id)
            .with(
                "result",
                InputRound.result(state, shown ? notice.link() : null, SHOWN).with("_meta", meta)));
  }

  /**
   * Withholds the answer to a request that was executed.
   *
   * @param why completes the sentence "its result was withheld (…)"; never content
   */
  public Refusal withheld(Operation operation, String why) {
    return executed(operation, BLOCKED, "withheld", why);
  }

  /**
   * Withholds an HTTP error that the server answered with: nobody knows how far it came.
   *
   * @param why completes the sentence "its answer was withheld (…)"; never content
   */
  public Refusal failed(Operation operation, String why) {
    return unknown(
        operation,
        "FAILED - the server answered with an error, and its answer was withheld (" + why + ")",
        "The server answered with an error, which was withheld (" + why);
  }

  /**
   * Withholds what a server answered with that is no answer to the request: nobody can say whether
   * that was executed.
   *
   * @param why completes the sentence "its answer was withheld (…)"; never content
   */
  public Refusal unread(Operation operation, String why) {
    return unknown(
        operation,
        "WITHHELD - the server answered, but its answer was withheld (" + why + ")",
        "The server answered, but its answer was withheld (" + why);
  }

  /**
   * Nobody can say whether it was executed.
   *
   * @param ofTool what happened, for the model that called a tool
   * @param ofOther what happened, for other requests, up to a bracket that is open
   */
  private Refusal unknown(Operation operation, String ofTool, String ofOther) {
    Summary decision = new Summary("withheld", null);
    return refusal(
        operation,
        decision,
        ofTool
            + ". Nobody can say whether the tool was executed: do not call it again before that"
            + " is known."
            + tellUser(),
        BLOCKED,
        ofOther + citing() + "). Nobody can say whether the request was executed.");
  }

  /**
   * Tells that the server, or the way to it, failed.
   *
   * @param id of the request, null if it has none
   * @param status that the client gets
   * @param said HTTP status of the server's answer, 0 if none came
   * @param what happened: a sentence
   * @param executed whether the request was executed; null if nobody can say
   */
  public Refusal upstream(
      @Nullable RequestId id, int status, int said, String what, @Nullable Boolean executed) {
    String fate =
        executed == null
            ? "Nobody can say whether the tool was executed: do not call it again before that is known"
            : executed ? "The call was executed" : "The call was not executed";
    Json.Obj data = new Summary("failed", null).toJson(reference);
    if (said != 0) {
      data = data.with("status", Json.Num.of(said));
    }
    Json.Obj error =
        Json.Obj.EMPTY
            .with("code", Json.Num.of(UPSTREAM))
            .with("message", new Json.Text(what + " " + fate + citing() + "."))
            .with("data", data);
    Json.Obj envelope = Json.Obj.EMPTY.with("jsonrpc", new Json.Text("2.0"));
    return Refusal.of(
        status,
        envelope.with("id", id == null ? Json.Literal.NULL : id.toJson()).with("error", error));
  }

  /** Withholds an answer of more than {@code limit} bytes. */
  public Refusal answerTooLarge(Operation operation, long limit) {
    return executed(
        operation, TOO_LARGE, "withheld", "it is larger than " + limit + " bytes, the limit here");
  }

  /** Withholds an answer that could not be recorded. */
  public Refusal answerNotRecorded(Operation operation) {
    return executed(operation, UNAVAILABLE, "withheld", "the audit log cannot record it");
  }

  /** Refuses a message that cannot be recorded: nothing passes without its entry. */
  public Refusal notRecorded(Operation operation) {
    Summary decision = new Summary("unavailable", null);
    if (operation.isNotification()) {
      return fault(new Fault(Fault.Kind.UNAVAILABLE, "audit", "a log that can be written"), null);
    }
    return refusal(
        operation,
        decision,
        "NOT EXECUTED - the gateway cannot record calls at the moment, so it lets none through."
            + " This says nothing about the call itself. Do not retry more than once; tell the user"
            + " that the audit log is unavailable.",
        UNAVAILABLE,
        "The audit log is unavailable, so nothing is let through. Not executed.");
  }

  /** Refuses a message for which the budget of its caller or server has too little left. */
  public Refusal overBudget(Operation operation) {
    Summary decision = new Summary("limited", null, true);
    if (operation.isNotification()) {
      return fault(new Fault(Fault.Kind.OVER_BUDGET, "budget", "fewer messages in a minute"), null);
    }
    return refusal(
        operation,
        decision,
        "NOT EXECUTED - the gateway records only so many calls, and so much of them, in a minute"
            + " for one caller and for one MCP server, and that is spent. Wait a minute, then try"
            + " again with fewer calls at one time.",
        Fault.Kind.OVER_BUDGET.code(),
        "Too many or too large calls in this minute, of this caller or to this MCP server. Not"
            + " executed. Try again in a minute.");
  }

  /**
   * Refuses what is no message that we accept.
   *
   * @param id of the request, null where there is none or it could not be read
   */
  public Refusal fault(Fault fault, @Nullable RequestId id) {
    Fault.Kind kind = fault.kind();
    if (kind == Fault.Kind.ARGUMENTS && id != null) {
      return badArguments(id, fault);
    }
    if (kind == Fault.Kind.TOOL_NAME && id != null) {
      return badToolName(id, fault);
    }
    Json.Obj refused = withId(id, kind).with("error", error(fault));
    return task == null || kind.status() != OK
        ? new Refusal(kind.status(), refused, allow(kind))
        : ours(refused);
  }

  /**
   * Refuses a message as {@link #fault(Fault, RequestId)}, and tells a client whose revision we do
   * not know which ones we do (2026-07-28 UnsupportedProtocolVersionError).
   *
   * @param headers of the request
   */
  public Refusal fault(Fault fault, @Nullable RequestId id, Headers headers) {
    Refusal refusal = fault(fault, id);
    if (fault.kind() != Fault.Kind.REVISION || !(refusal.message() instanceof Json.Obj message)) {
      return refusal;
    }
    List<Json> supported = new ArrayList<>();
    Revision.of(Era.STATELESS).forEach(r -> supported.add(new Json.Text(r.text())));
    Json.Obj data =
        data(fault)
            .with("supported", new Json.Array(supported))
            .with("requested", new Json.Text(requested(headers)));
    Json.Obj error = error(fault).with("data", data);
    return Refusal.of(refusal.status(), message.with("error", error));
  }

  /** Answers a batch with the refusals of its requests; those of notifications say nothing. */
  public static Refusal batch(List<Refusal> refusals) {
    List<Json> messages = new ArrayList<>();
    for (Refusal refusal : refusals) {
      if (refusal.message() != null) {
        messages.add(refusal.message());
      }
    }
    return messages.isEmpty() ? accepted() : Refusal.of(200, new Json.Array(messages));
  }

  /** Takes a notification or an answer of the client that goes no further. */
  public static Refusal accepted() {
    return new Refusal(202, null, List.of());
  }

  /**
   * Returns the message that is sent to the server in place of a client's answer that is not
   * allowed, so that the server is not left waiting.
   */
  public static Json.Obj rejectedByUser(RequestId id) {
    return Json.Obj.EMPTY
        .with("jsonrpc", new Json.Text("2.0"))
        .with("id", id.toJson())
        .with(
            "error",
            Json.Obj.EMPTY
                .with("code", Json.Num.of(-1))
                .with("message", new Json.Text("User rejected the request")));
  }

  private Refusal executed(Operation operation, int code, String outcome, String why) {
    Summary decision = new Summary(outcome, null);
    return refusal(
        operation,
        decision,
        "WITHHELD - the tool WAS executed, but its result was withheld ("
            + why
            + "). Do not call it again to obtain the data."
            + tellUser(),
        code,
        "The request was executed, but its result was withheld ("
            + why
            + citing()
            + "). Do not retry.");
  }

  private Refusal badToolName(RequestId id, Fault fault) {
    String text =
        "NOT EXECUTED - this is no name of a tool (expected: "
            + fault.expected()
            + "). Use a name from the list of tools"
            + (reference == null ? "" : "; reference " + reference)
            + ".";
    return ours(result(id, new Summary("refused", null), text));
  }

  private Refusal badArguments(RequestId id, Fault fault) {
    String text =
        "NOT EXECUTED - the arguments do not fit the input schema of the tool: %s: expected %s. Correct them and call again%s."
            .formatted(
                fault.where(),
                fault.expected(),
                reference == null ? "" : "; reference " + reference);
    return ours(result(id, new Summary("refused", "arguments"), text));
  }

  /**
   * Answers a request in the place of the server.
   *
   * @param ofTool the text of the result, where a tool was called
   * @param code of the error, where it is another request
   * @param ofOther the message of that error
   */
  private Refusal refusal(
      Operation operation, Summary decision, String ofTool, int code, String ofOther) {
    return operation.isToolCall()
        ? toolError(operation, decision, ofTool)
        : error(operation, code, decision, ofOther);
  }

  private Refusal toolError(Operation operation, Summary decision, String text) {
    RequestId id = operation.id();
    return id == null ? accepted() : ours(result(id, decision, text));
  }

  /** No structuredContent: clients check it against the tool's schema even in an error. */
  private Refusal ours(Json.Obj answer) {
    return Refusal.of(OK, task == null ? answer : task.wrapped(answer, now));
  }

  private Json.Obj result(RequestId id, Summary decision, String text) {
    Json.Obj content =
        Json.Obj.EMPTY.with("type", new Json.Text("text")).with("text", new Json.Text(text));
    Json.Obj result =
        era == Era.STATELESS
            ? Json.Obj.EMPTY.with("resultType", new Json.Text("complete"))
            : Json.Obj.EMPTY;
    return envelope(id)
        .with(
            "result",
            result
                .with("content", new Json.Array(List.of(content)))
                .with("isError", Json.Literal.TRUE)
                .with("_meta", decision.toJson(reference)));
  }

  private Refusal error(Operation operation, int code, Summary decision, String text) {
    RequestId id = operation.id();
    if (id == null) {
      return accepted();
    }
    Json.Obj error =
        Json.Obj.EMPTY
            .with("code", Json.Num.of(code))
            .with("message", new Json.Text(text))
            .with("data", decision.toJson(reference));
    return ours(envelope(id).with("error", error));
  }

  private Json.Obj error(Fault fault) {
    return Json.Obj.EMPTY
        .with("code", Json.Num.of(fault.kind().code()))
        .with("message", new Json.Text(text(fault)))
        .with("data", data(fault));
  }

  /** The revision of the header, if it could be one: the client is told what it said. */
  private static String requested(Headers headers) {
    List<String> values = headers.values(Dialect.HEADER);
    String value = values.isEmpty() ? "" : values.getFirst();
    return value.matches("[A-Za-z0-9._-]{1,32}") ? value : "";
  }

  private Json.Obj data(Fault fault) {
    return new Summary("refused", fault.kind().word()).toJson(reference);
  }

  private String text(Fault fault) {
    return "Not accepted: %s (expected: %s%s)".formatted(fault.where(), fault.expected(), citing());
  }

  /** The stateless era omits an id that is not known; the session era, and JSON-RPC, say null. */
  private Json.Obj withId(@Nullable RequestId id, Fault.Kind kind) {
    Json.Obj envelope = Json.Obj.EMPTY.with("jsonrpc", new Json.Text("2.0"));
    if (id != null) {
      return envelope.with("id", id.toJson());
    }
    boolean unread = kind == Fault.Kind.TOO_LARGE || kind.status() == 415;
    return era == Era.STATELESS && !unread ? envelope : envelope.with("id", Json.Literal.NULL);
  }

  private static List<Header> allow(Fault.Kind kind) {
    return kind == Fault.Kind.HTTP_METHOD ? List.of(new Header("allow", "POST")) : List.of();
  }

  private static Json.Obj envelope(RequestId id) {
    return Json.Obj.EMPTY.with("jsonrpc", new Json.Text("2.0")).with("id", id.toJson());
  }

  /** What a rule says to the model, as a sentence before others. */
  private static String said(@Nullable String hint) {
    return hint == null || hint.isBlank() ? "" : hint.strip() + " ";
  }

  /** The last sentence for a model. */
  private String tellUser() {
    return " Tell the user" + quoting() + ".";
  }

  private String quoting() {
    return reference == null ? "" : " and quote reference " + reference;
  }

  private String citing() {
    return reference == null ? "" : "; reference " + reference;
  }

  /** What a program reads of the refusal. */
  private record Summary(
      String outcome, @Nullable String rule, boolean retryable, @Nullable ApprovalNotice notice) {

    Summary(String outcome, @Nullable String rule) {
      this(outcome, rule, false, null);
    }

    Summary(String outcome, @Nullable String rule, boolean retryable) {
      this(outcome, rule, retryable, null);
    }

    Summary(String outcome, @Nullable String rule, ApprovalNotice notice) {
      this(outcome, rule, notice.state().isRetryable(), notice);
    }

    Json.Obj toJson(@Nullable String reference) {
      Json.Obj decision = Json.Obj.EMPTY.with("outcome", new Json.Text(outcome));
      if (reference != null) {
        decision = decision.with("id", new Json.Text(reference));
      }
      if (rule != null) {
        decision = decision.with("rule", new Json.Text(rule));
      }
      Json.Obj all =
          Json.Obj.EMPTY.with(DECISION, decision.with("retryable", Json.Literal.of(retryable)));
      return notice == null || notice.approval() == null
          ? all
          : all.with(APPROVAL, notice.toJson());
    }
  }
}
