package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.approval.Waiting;
import io.tabellion.audit.Appender;
import io.tabellion.audit.AuditLog;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Executed;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Outcome;
import io.tabellion.audit.Reason;
import io.tabellion.budget.Budgets;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.RequestId;
import io.tabellion.mcp.Fault;
import io.tabellion.mcp.HeaderChanges;
import io.tabellion.mcp.Method;
import io.tabellion.mcp.Operation;
import io.tabellion.mcp.Refusal;
import io.tabellion.mcp.Refusals;
import io.tabellion.metrics.Counter;
import io.tabellion.session.Intent;
import io.tabellion.session.Origin;
import io.tabellion.state.Changes;
import io.tabellion.stop.Stop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was let on in an exchange and has no outcome yet, and the room in the log that is set aside
 * for that.
 *
 * <p>Not thread-safe: it belongs to the lane of its exchange.
 */
final class OpenCalls {
  private final Situation situation;
  private final Services services;
  private final RequestProgress progress;
  private final StreamSoFar stream;
  private List<Intent> intents = List.of();
  private @Nullable Room room;

  OpenCalls(Situation situation, Services services, RequestProgress progress, StreamSoFar stream) {
    this.situation = situation;
    this.services = services;
    this.progress = progress;
    this.stream = stream;
  }

  /**
   * Where entries of the exchange go: the room that was set aside, while there is any; or the log.
   */
  Appender log() {
    return room == null ? services.log() : room.log();
  }

  /** How a call waits for a person. */
  Waiting waiting() {
    return progress.waiting();
  }

  /**
   * What is set aside for a call until it is over.
   *
   * @param log room in the log
   * @param budget of its caller and its server
   */
  private record Room(AuditLog.Reservation log, Budgets.SetAside budget) {
    void giveBack() {
      log.close();
      budget.close();
    }

    void cancel() {
      log.close();
      budget.cancel();
    }
  }

  /** Sets room aside for the intents and for the largest outcome, instead of what was before. */
  void reserve(long bytes) {
    giveRoom();
    long most = bytes + services.largestOutcome();
    Budgets.SetAside budget = services.budgets().take(situation.owner(), situation.server(), most);
    try {
      room = new Room(services.log().reserve(most), budget);
    } catch (AuditUnavailableException e) {
      budget.close();
      throw e;
    }
  }

  /**
   * The same without waiting. Returns false if room would have to be made first; nothing is set
   * aside then.
   */
  boolean tryReserve(long bytes) {
    giveRoom();
    long most = bytes + services.largestOutcome();
    AuditLog.Reservation reserved = services.log().tryReserve(most);
    if (reserved == null) {
      return false;
    }
    try {
      room =
          new Room(reserved, services.budgets().take(situation.owner(), situation.server(), most));
      return true;
    } catch (AuditUnavailableException e) {
      reserved.close();
      throw e;
    }
  }

  /** Gives room back as if none had been set aside: the call comes again. */
  void cancelRoom() {
    if (room != null) {
      room.cancel();
      room = null;
    }
  }

  /** These intents are let on: their answers are awaited. */
  void awaits(List<Intent> admitted) {
    intents = admitted;
    if (situation.session() != null) {
      for (Intent intent : admitted) {
        RequestId asked = intent.id();
        if (asked != null) {
          situation.session().opened(asked, intent);
        }
      }
    }
  }

  /** A request is let on that may be answered, and that may want progress. */
  void asks(Operation operation, EntryId entry, Changes changes) {
    if (operation.id() == null) {
      return;
    }
    changes.add(Intent.opened(entry));
    Json token = operation.progressToken();
    if (token != null) {
      services
          .calls()
          .asks(situation.server(), situation.tokenScope(), token, Origin.of(operation), changes);
    }
  }

  /** Looks up the calls that tasks of this caller belong to. May block on a disk. */
  void recall(Collection<String> tasks) {
    for (String task : tasks) {
      services.calls().recall(situation.server(), situation.owner(), services.words().task(task));
    }
  }

  /** Looks up the calls that the tasks of its own requests belong to. May block on a disk. */
  void recallOwn() {
    for (Intent intent : intents) {
      Operation asked = intent.operation();
      if (asked != null && asked.task() != null) {
        recall(List.of(asked.task()));
      }
    }
  }

  /** The call that a task of this caller belongs to, as far as it was recalled. */
  Origin ofTask(String task, Changes changes) {
    return services
        .calls()
        .ofTask(situation.server(), situation.owner(), services.words().task(task), changes);
  }

  /** The call of the intent made a task; returns the TASK fact. */
  String made(Intent intent, String task, Changes changes) {
    String digest = services.words().task(task);
    Origin call = intent.origin();
    if (call != null) {
      services.calls().made(situation.server(), situation.owner(), digest, call, changes);
    }
    return digest;
  }

  /** The calls that a request or notification of the server belongs to. */
  Belonging belonging(Operation said, Changes changes) {
    boolean listens = situation.head().method().equals("GET");
    Set<Origin> calls = new LinkedHashSet<>();
    for (Intent intent : intents) {
      Origin call = intent.origin();
      if (call != null) {
        calls.add(call);
      }
      Operation asked = intent.operation();
      if (asked != null && asked.task() != null) {
        calls.add(ofTask(asked.task(), changes));
      }
      listens |= asked != null && asked.known() == Method.LISTEN;
    }
    boolean linked = !listens;
    for (String task : said.tasks()) {
      linked |= calls.add(ofTask(task, changes));
    }
    Json token = said.params().get("progressToken");
    if (token != null) {
      linked |=
          calls.addAll(
              services.calls().ofToken(situation.server(), situation.tokenScope(), token, changes));
    }
    if (linked) {
      return new Belonging(List.copyOf(calls), List.of());
    }
    calls.addAll(situation.session() == null ? List.of() : situation.session().calling());
    return new Belonging(
        List.copyOf(calls),
        situation.session() == null ? List.of(Origin.ANY) : situation.session().called());
  }

  /**
   * The request leaves: further places of ours take it for the same call.
   *
   * @param body that is sent on; null if there is none
   * @param changes to its head
   * @return the changes, with its name if it passes further places
   */
  HeaderChanges leaves(@Nullable ByteString body, HeaderChanges changes, Marks.Durable marks) {
    if (!services.passages().leadOn(situation.hop())) {
      return changes;
    }
    Passing passing =
        new Passing(
            situation.server(),
            situation.hop().listener(),
            situation.head().method(),
            body == null ? null : services.words().body(body),
            Passing.protocol(situation.head().headers(), changes),
            marks,
            situation.party(),
            progress);
    situation.passesOn(passing);
    return services.passages().name(passing, changes);
  }

  /** Whether there is something open, and all of it only listens for messages of the server. */
  boolean onlyListen() {
    return !intents.isEmpty()
        && intents.stream()
            .allMatch(intent ->
                intent.operation() == null
                    ? situation.head().method().equals("GET")
                    : intent.operation().known() == Method.LISTEN);
  }

  /** What was let on in this exchange and has no outcome yet. */
  List<Intent> intents() {
    return intents;
  }

  /** The open request of this id that came in this exchange, taken; null if there is none. */
  @Nullable Intent take(RequestId answered, Changes changes) {
    for (Intent intent : intents) {
      if (answered.equals(intent.id()) && intent.take(changes)) {
        return intent;
      }
    }
    return null;
  }

  /** What is answered where no more of the answer can be recorded: nothing of it goes on. */
  Reply notRecorded(int status) {
    Refusals refusals = situation.refusals(intents.isEmpty() ? null : intents.getFirst().entry());
    List<Refusal> all = new ArrayList<>();
    for (Intent intent : intents) {
      if (intent.operation() != null && intent.id() != null) {
        all.add(refusals.answerNotRecorded(intent.operation()));
        intent.refused();
      }
    }
    services.metrics().increment(Counter.WITHHELD);
    Refusal refusal = one(all);
    ended();
    return new Reply.Ours(
        status >= 400 ? status : refusal.status(),
        refusal.headers(),
        refusal.body(),
        "tabellion_withheld",
        Marks.unrecorded());
  }

  /** The stop of an operator that ended the exchange; null if none did. */
  @Nullable Stop halted() {
    return progress.halted();
  }

  /** What is answered where an operator stopped requests that were let on and have not left. */
  Reply.Ours halted(Stop stop) {
    Refusals refusals = situation.refusals(intents.isEmpty() ? null : intents.getFirst().entry());
    List<Refusal> all = new ArrayList<>();
    for (Intent intent : intents) {
      if (intent.operation() != null && intent.id() != null) {
        all.add(refusals.stoppedOnItsWay(intent.operation(), stop.reason(), false));
      }
    }
    services.metrics().increment(Counter.STOPPED);
    boolean bodiless = intents.stream().anyMatch(intent -> intent.bodiless() != null);
    return Reply.Ours.of(
        bodiless ? notHere(refusals) : one(all), "tabellion_stopped", Marks.unrecorded());
  }

  /** To a client, a server that offers no stream, or no end of sessions: it goes on without. */
  static Refusal notHere(Refusals refusals) {
    return refusals.fault(
        new Fault(Fault.Kind.HTTP_METHOD, "method", "one that the policy allows"), null);
  }

  private static Refusal one(List<Refusal> all) {
    return switch (all.size()) {
      case 0 -> Refusals.accepted();
      case 1 -> all.getFirst();
      default -> Refusals.batch(all);
    };
  }

  /** Its outcomes are durable, or cannot be: what is left is to give room back. */
  void ended() {
    progress.conclude();
    intents.forEach(Intent::letGo);
    intents = List.of();
    stream.clear();
    giveRoom();
  }

  void giveRoom() {
    if (room != null) {
      room.giveBack();
      room = null;
    }
  }

  /**
   * The entry that ends an intent whose answer, if any, went by itself.
   *
   * @param how the answer turned out, null if there was none
   */
  Entry outcome(Intent intent, @Nullable Outcome how, @Nullable String detail) {
    Facts.Builder facts =
        situation
            .sheet()
            .about(intent)
            .put(Fact.OUTCOME, how == null ? Outcome.NOT_RELEASED : how)
            .put(Fact.EXECUTED, executed(intent, how))
            .put(Fact.ELAPSED_MS, situation.elapsedMillis())
            .put(Fact.SEEN_AT, situation.seenAt());
    Stop halted = progress.halted();
    if (halted != null) {
      facts.put(Fact.STOP, halted.id());
    }
    boolean stopped = halted != null && !progress.isGone();
    if (how == null && (stopped || intent.id() != null)) {
      facts.put(Fact.REASON, stopped ? Reason.STOPPED : Reason.UNANSWERED);
    }
    return services.entries().of(EntryKind.CALL_OUTCOME, facts.put(Fact.DETAIL, detail));
  }

  /** The end of the approval that a call used, by the entry of its outcome. */
  List<Entry> approvalOf(Entry outcome, Changes changes) {
    return services.approvals().ended(outcome.facts(), changes).stream().toList();
  }

  private Executed executed(Intent intent, @Nullable Outcome how) {
    if (how == null) {
      return progress.isForwarded() ? Executed.UNKNOWN : Executed.NO;
    }
    return intent.isInVain() ? Executed.UNKNOWN : Executed.YES;
  }

  /** As {@link #conclude} where there is nothing to write; else nothing, and false. */
  boolean tryConclude() {
    boolean before = progress.isConcluded();
    if (!before && intents.isEmpty() && progress.conclude()) {
      stream.clear();
      giveRoom();
    }
    return before || intents.isEmpty();
  }

  /** Writes the outcome of what was let on and has none. Nothing of this exchange follows. */
  void conclude() throws InterruptedException {
    if (!progress.conclude()) {
      return;
    }
    stream.clear();
    List<Entry> outcomes = new ArrayList<>();
    Changes changes = new Changes(services.state());
    for (Intent intent : intents) {
      Entry outcome = outcome(intent, intent.outcome(), progress.isGone() ? "cancelled" : null);
      outcomes.add(outcome);
      outcomes.addAll(approvalOf(outcome, changes));
      intent.letGo();
    }
    intents = List.of();
    if (!outcomes.isEmpty()) {
      services.metrics().increment(Counter.CANCELLED);
    }
    try {
      Recorded.commit(services.state(), changes, log(), outcomes);
    } catch (AuditUnavailableException e) {
      // The intents stay open; the log closes them when it is opened again.
      services.metrics().increment(Counter.AUDIT_FAILURES);
    } finally {
      giveRoom();
    }
  }
}
