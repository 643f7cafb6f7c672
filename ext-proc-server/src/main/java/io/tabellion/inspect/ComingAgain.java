package io.tabellion.inspect;

import io.tabellion.approval.HeldCall;
import io.tabellion.approval.HeldCall.Coming.How;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.inspect.Asked.Element;
import io.tabellion.inspect.Asked.Faulty;
import io.tabellion.inspect.Asked.Messages;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.RequestId;
import io.tabellion.mcp.ApprovalNotice;
import io.tabellion.mcp.ClientCapabilities;
import io.tabellion.mcp.Era;
import io.tabellion.mcp.Fault;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.HeaderChanges;
import io.tabellion.mcp.HeldTask;
import io.tabellion.mcp.Method;
import io.tabellion.mcp.MirroredHeaders;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.Refusal;
import io.tabellion.mcp.Refusals;
import io.tabellion.mcp.Revision;
import io.tabellion.policy.Decision;
import io.tabellion.session.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the client of a call comes again while people have not decided: by itself in rounds, with
 * questions for a task that stands for the call, or when its model is told to.
 *
 * <p>Belongs to one request, and is used by one thread at a time.
 */
final class ComingAgain {
  /** Requests about a task. */
  private static final Set<Method> OF_TASKS =
      Set.of(Method.TASKS_GET, Method.TASKS_CANCEL, Method.TASKS_UPDATE);

  private final Situation situation;
  private final Services services;

  /** Of the call that may be sent again; null before it is read, and where there is none. */
  private Rounds.@Nullable Round round;

  /** That is made in place of a question for its task; null if there is none. */
  private @Nullable Deferred deferred;

  private boolean withdraws;

  ComingAgain(Situation situation, Services services) {
    this.situation = situation;
    this.services = services;
  }

  /**
   * Takes a state of ours out of a message, or puts the call in its place that a task stands for.
   */
  Asked opened(Element came) {
    deferred = deferred(came.operation());
    if (deferred != null) {
      return resumed(came, deferred);
    }
    Rounds.Round opened =
        services.rounds().opened(came, situation.era(), situation.owner(), situation.server());
    round = opened;
    return opened == null
        ? odd(
            came,
            "#/params/requestState",
            "the state of the last answer to this call, within an hour; or none")
        : new Messages(List.of(opened.element()), false);
  }

  private static Faulty odd(Element came, String where, String expected) {
    Operation operation = came.operation();
    return new Faulty(
        new Fault(Fault.Kind.REQUEST_STATE, where, expected),
        operation == null ? null : operation.id(),
        operation,
        came.envelope().tree());
  }

  private @Nullable Deferred deferred(@Nullable Operation operation) {
    return operation == null
            || operation.known() == null
            || situation.era() == Era.SESSION
            || !OF_TASKS.contains(operation.known())
        ? null
        : services.deferrals().find(operation.task(), situation.owner(), situation.server());
  }

  private Asked resumed(Element came, Deferred call) {
    Operation operation = came.operation();
    RequestId id = operation == null ? null : operation.id();
    Json.Obj message = services.deferrals().message(call);
    Element element =
        id == null || message == null
            ? null
            : services.restorer().element(message.with("id", id.toJson()));
    if (operation == null || element == null || operation.known() == Method.TASKS_UPDATE) {
      return odd(
          came, "#/params/taskId", "a task that asks for input; this one waits for a person");
    }
    withdraws = operation.known() == Method.TASKS_CANCEL;
    situation.asksAbout(call.task());
    return new Messages(List.of(element), false);
  }

  /** How the client comes again if nobody decides in time. */
  HeldCall.Coming coming(Operation operation) {
    if (deferred != null) {
      return new HeldCall.Coming(How.FOR_A_TASK, deferred.approval(), withdraws);
    }
    if (mayBecomeTask(operation)) {
      return new HeldCall.Coming(How.FOR_A_TASK, null, false);
    }
    return round != null && round.more()
        ? new HeldCall.Coming(How.IN_ROUNDS, null, false)
        : HeldCall.Coming.TOLD;
  }

  private boolean mayBecomeTask(Operation operation) {
    return situation.era() == Era.STATELESS
        && operation.isToolCall()
        && operation.id() != null
        && ClientCapabilities.waitsForTasks(operation.params())
        && round != null
        && Deferrals.fits(
            round.element().envelope().tree(),
            MirroredHeaders.ofArguments(situation.head().headers()));
  }

  /**
   * A call for which a task stands is made by an approval only, and so once: where the policy asks
   * for none any more, the agent calls again.
   */
  Verdict byApprovalOnly(Verdict verdict) {
    return deferred != null && verdict instanceof Verdict.Allowed(Decision decision)
        ? new Verdict.Unapproved(
            decision,
            new ApprovalNotice(
                ApprovalNotice.State.SUPERSEDED, deferred.approval(), null, null, null, null))
        : verdict;
  }

  /** What a client is told of a call that does not go on now. */
  Refusal refusal(
      Operation operation, Decision decision, ApprovalNotice notice, Refusals refusals) {
    Deferred call = deferred;
    if (call != null && isUndecided(notice)) {
      return refusals.working(operation, notice, call.task());
    }
    if (call != null && withdraws) {
      return refusals.cancelled(operation, call.task());
    }
    if (notice.state() == ApprovalNotice.State.WAITING && round != null) {
      return mayBecomeTask(operation)
          ? begun(operation, notice, round, refusals)
          : again(operation, notice, round, refusals);
    }
    return isShown(notice)
        ? refusals.elicited(operation, notice)
        : refusals.held(operation, notice, decision.rules(), decision.message());
  }

  private static boolean isUndecided(ApprovalNotice notice) {
    return switch (notice.state()) {
      case PENDING, WAITING, RUNNING -> true;
      case QUESTION,
          DENIED,
          EXPIRED,
          CANCELLED,
          REVOKED,
          SUPERSEDED,
          USED,
          TOO_MANY,
          COOLING,
          NOBODY,
          NUMBER ->
          false;
    };
  }

  /** From now on a task stands for the call. */
  private Refusal begun(
      Operation operation, ApprovalNotice notice, Rounds.Round last, Refusals refusals) {
    Deferrals deferrals = services.deferrals();
    Instant now = services.clock().instant();
    String approval = String.valueOf(notice.approval());
    Json.Obj message = last.element().envelope().tree();
    HeldTask task =
        deferrals.remember(
            new Deferred(
                new HeldTask(
                    deferrals.id(situation.owner(), situation.server(), approval),
                    now,
                    Objects.requireNonNullElse(notice.until(), now)),
                situation.owner(),
                situation.server(),
                approval,
                JsonWriter.write(
                    message.with("params", ClientCapabilities.alone(operation.params()))),
                MirroredHeaders.ofArguments(situation.head().headers())));
    return refusals.begun(operation, notice, task);
  }

  /** Whether the client of a session is to show its user where the approval stands. */
  private boolean isShown(ApprovalNotice notice) {
    Session session = situation.session();
    return notice.state() == ApprovalNotice.State.PENDING
        && notice.link() != null
        && services.approvals().elicits()
        && session != null
        && session.showsLinks()
        && session.revision() == Revision.R2025_11_25;
  }

  private Refusal again(
      Operation operation, ApprovalNotice notice, Rounds.Round last, Refusals refusals) {
    boolean first =
        last.number() == 0 && ClientCapabilities.showsLinks(operation.params(), Era.STATELESS);
    return refusals.again(
        operation,
        notice,
        services.rounds().sealed(last, situation.owner(), situation.server()),
        first && services.approvals().elicits());
  }

  /** With the headers that came with the call that a task stands for. */
  HeaderChanges mirrored(HeaderChanges changes) {
    if (deferred == null) {
      return changes;
    }
    List<Header> set = new ArrayList<>(changes.set());
    set.addAll(deferred.mirrored());
    return new HeaderChanges(set, changes.remove());
  }

  /** What the entry says of the task that the client asks about. */
  void facts(Facts.Builder facts) {
    if (deferred != null) {
      facts.put(Fact.TASK, services.words().task(deferred.task().id()));
    }
  }
}
