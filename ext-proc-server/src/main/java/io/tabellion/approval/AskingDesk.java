package io.tabellion.approval;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.Facts;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.mcp.ApprovalNotice;
import io.tabellion.mcp.ApprovalNotice.State;
import io.tabellion.mcp.Era;
import io.tabellion.policy.ApprovalTerms;
import io.tabellion.policy.Question;
import io.tabellion.secret.KeyedHash;
import io.tabellion.state.Changes;
import io.tabellion.state.StaleException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts calls to people, through the {@link Ledger}: a call begins a request or joins the one of an
 * identical call, waits for a while, and uses the approval or is told where it stands.
 *
 * <p>Thread-safe.
 */
public final class AskingDesk implements Desk {
  /** Bytes of a message, or of arguments, that stay in the memory while people decide. */
  private static final int LARGEST_KEPT = 16 << 10;

  private static final int ID_DIGITS = 12;

  /** Between two looks at whether the entry of an approval is durable, if nobody tells. */
  private static final Duration SETTLES = Duration.ofMillis(100);

  private final Ledger ledger;
  private final KeyedHash hash;
  private final InstantSource clock;
  private final ApprovalSettings settings;

  /** Calls that wait here, by what a cancellation names. */
  private final Map<Named, Held> held = new ConcurrentHashMap<>();

  private record Held(String binding, Waiting waiting) {}

  public AskingDesk(Ledger ledger, KeyedHash hash, InstantSource clock, ApprovalSettings settings) {
    this.ledger = ledger;
    this.hash = hash;
    this.clock = clock;
    this.settings = settings;
  }

  @Override
  public Answer ask(HeldCall call) throws InterruptedException {
    if (call.requester().anonymous()) {
      return refused(State.NOBODY);
    }
    if (!Binding.hasPlainNumbers(call.sent())) {
      return refused(State.NUMBER);
    }
    String binding = Binding.of(call, hash);
    if (call.coming().resumes() != null) {
      return resumed(call, binding);
    }
    Named name = Named.of(call);
    held.put(name, new Held(binding, call.waiting()));
    try {
      return waited(call, binding);
    } finally {
      held.remove(name);
    }
  }

  private Answer waited(HeldCall call, String binding) throws InterruptedException {
    ledger.attach(binding, call.waiting());
    try {
      return new Wait(call, binding).end();
    } finally {
      ledger.detach(binding, call.waiting());
    }
  }

  /** A client comes again for one request: no other is begun, and that it leaves ends nothing. */
  private Answer resumed(HeldCall call, String binding) throws InterruptedException {
    ApprovalRequest request = ledger.bound(binding);
    return call.coming().withdraws() && request != null
        ? withdrawn(request)
        : waited(call, binding);
  }

  private static Answer isSuperseded(String id) {
    return new Answer.Refused(new ApprovalNotice(State.SUPERSEDED, id, null, null, null, null));
  }

  private Answer withdrawn(ApprovalRequest seen) throws InterruptedException {
    ApprovalRequest request = seen;
    while (request != null && request.state().isOpen()) {
      try {
        ledger.move(request, request.ended(ApprovalState.CANCELLED, null, clock.instant()), null);
      } catch (StaleException _) {
        // Another step came first: it is looked at.
      }
      request = ledger.bound(seen.binding());
    }
    return new Answer.Refused(
        new ApprovalNotice(State.CANCELLED, seen.id(), null, null, null, null));
  }

  @Override
  public List<Entry> cancel(Named call, Changes changes) {
    Held waits = held.get(call);
    if (waits == null) {
      return List.of();
    }
    ApprovalRequest request = ledger.bound(waits.binding());
    boolean alone = ledger.held(waits.binding()) == 1;
    waits.waiting().gone();
    return request != null && request.state().isOpen() && alone && !ledger.isSettling(request)
        ? List.of(
            ledger.moveWith(
                changes, request, request.ended(ApprovalState.CANCELLED, null, clock.instant())))
        : List.of();
  }

  @Override
  public boolean elicits() {
    ApprovalSettings.Page page = settings.page();
    return page != null && page.elicits();
  }

  @Override
  public Optional<Entry> ended(Facts outcome, Changes changes) {
    return ledger.ended(outcome, changes);
  }

  private static Answer refused(State state) {
    return new Answer.Refused(ApprovalNotice.of(state));
  }

  /** The wait of one call. */
  private final class Wait {
    private final HeldCall call;
    private final String binding;
    private final long end;

    /** The request that it waits for, as it was first seen; null before. */
    private @Nullable ApprovalRequest joined;

    Wait(HeldCall call, String binding) {
      this.call = call;
      this.binding = binding;
      this.end = System.nanoTime() + settings.hold(server()).toNanos();
    }

    private String server() {
      return call.question().setting().server();
    }

    /** Waits, until the call may go on or must not wait any more. */
    Answer end() throws InterruptedException {
      while (true) {
        try {
          Answer answer = look();
          if (answer != null) {
            return answer;
          }
        } catch (StaleException _) {
          // Another step came first: it is looked at.
        }
      }
    }

    /** Returns what is answered; null if there is something new to look at. */
    private @Nullable Answer look() throws InterruptedException {
      ApprovalRequest now = ledger.bound(binding);
      String resumes = call.coming().resumes();
      if (resumes != null && (now == null || !now.id().equals(resumes))) {
        return isSuperseded(resumes);
      }
      boolean first = joined == null && resumes == null;
      boolean reopened = now == null || (first && isReopened(now));
      if (reopened && call.waiting().isOver()) {
        return refused(State.PENDING);
      }
      if (reopened || (first && now.state() == ApprovalState.CONSUMED)) {
        WindowGrant grant = ledger.usable(call, binding);
        if (grant != null) {
          return use(grant);
        }
      }
      if (reopened) {
        return begin(now);
      }
      if (joined == null) {
        joined = now;
      }
      if (now.isLate(clock.instant())) {
        ledger.move(now, now.ended(ApprovalState.EXPIRED, null, clock.instant()), null);
        return null;
      }
      if (now.state() != ApprovalState.PENDING && ledger.isSettling(now)) {
        return call.waiting().isOver() ? new Answer.Refused(notice(now)) : settles();
      }
      return switch (now.state()) {
        case APPROVED -> call.waiting().isOver() ? gone(now) : use(now);
        case PENDING -> pending(now);
        case CONSUMED,
            COMPLETED,
            FAILED_UPSTREAM,
            OUTCOME_UNKNOWN,
            DENIED,
            EXPIRED,
            CANCELLED,
            REVOKED,
            SUPERSEDED ->
            new Answer.Refused(notice(now));
      };
    }

    /** Whether an identical call that comes later is asked about anew. */
    private boolean isReopened(ApprovalRequest now) {
      return now.state().isOver()
          && (now.state() != ApprovalState.DENIED || !clock.instant().isBefore(forgiven(now)));
    }

    /** Returns the limit that is reached; null if none is. */
    private @Nullable Answer begin(@Nullable ApprovalRequest before) throws InterruptedException {
      State limit = limit();
      if (limit != null) {
        return refused(limit);
      }
      EntryId entry = EntryId.next(clock);
      ApprovalRequest request = request(entry);
      ledger.begin(before, request, entry, call);
      joined = request;
      return null;
    }

    private @Nullable State limit() {
      int waiting = 0;
      int denied = 0;
      Instant now = clock.instant();
      for (ApprovalRequest other : ledger.all()) {
        if (other.requester().owner().equals(call.owner())) {
          waiting += other.state() == ApprovalState.PENDING ? 1 : 0;
          boolean lately = other.state() == ApprovalState.DENIED && now.isBefore(forgiven(other));
          denied += lately ? 1 : 0;
        }
      }
      if (denied >= settings.mostDenied()) {
        return State.COOLING;
      }
      return waiting >= settings.mostPending() || !ledger.hasRoom() ? State.TOO_MANY : null;
    }

    private static Instant forgiven(ApprovalRequest denied) {
      return denied.changed().plus(ApprovalRequest.REMEMBERED);
    }

    private ApprovalRequest request(EntryId entry) {
      Instant now = clock.instant();
      ByteString shown = call.masked().recorded();
      Duration patience =
          call.terms().stream().map(ApprovalTerms::ttl).min(Duration::compareTo).orElseThrow();
      String id = "apr-" + hash.of("approval-id", entry.toString()).substring(0, ID_DIGITS);
      return new ApprovalRequest(
          new ApprovalRequest.Call(
              id,
              binding,
              call.requester(),
              kept(call.question()),
              call.definition(),
              call.policy(),
              call.terms(),
              held(shown),
              hash.of("approval-shown", shown == null ? ByteString.EMPTY : shown),
              now),
          Course.pending(now, now.plus(patience)));
    }

    /** A person may decide: waits for that, or says so. */
    private @Nullable Answer pending(ApprovalRequest now) throws InterruptedException {
      boolean asked = now.asksBack() && joined != null && now.version() > joined.version();
      long left = end - System.nanoTime();
      if (call.waiting().isOver()) {
        return gone(now);
      }
      if (asked || left <= 0) {
        return new Answer.Refused(
            asked || !comesAgain() ? notice(now) : notice(now, State.WAITING));
      }
      Waiting.End what = call.waiting().await(Duration.ofNanos(left));
      return what == Waiting.End.GONE ? gone(now) : null;
    }

    private boolean comesAgain() {
      return switch (call.coming().how()) {
        case TOLD -> false;
        case IN_ROUNDS -> !settings.hold(server()).isZero();
        case FOR_A_TASK -> true;
      };
    }

    /** Nobody waits for the call. Where that is a cancellation, nobody need decide any more. */
    private Answer gone(ApprovalRequest now) throws InterruptedException {
      boolean cancels =
          call.era() == Era.STATELESS
              && call.coming().resumes() == null
              && call.waiting().await(Duration.ZERO) == Waiting.End.GONE
              && ledger.held(binding) == 1;
      if (cancels) {
        ledger.move(now, now.ended(ApprovalState.CANCELLED, null, clock.instant()), null);
        return refused(State.CANCELLED);
      }
      return new Answer.Refused(notice(now));
    }

    /** What people decided counts, and is told, once its entry is durable: waits for that. */
    private @Nullable Answer settles() throws InterruptedException {
      call.waiting().await(SETTLES);
      return null;
    }

    /** Uses the approval, if all that it was given for still is so. */
    private Answer use(ApprovalRequest now) throws InterruptedException {
      if (!call.current().getAsBoolean() || !now.letsOn(call)) {
        ApprovalRequest over = now.ended(ApprovalState.SUPERSEDED, null, clock.instant());
        ledger.move(now, over, null);
        return new Answer.Refused(notice(over));
      }
      return new Answer.Approved(
          new Grant(
              now.id(),
              null,
              (intent, changes) ->
                  ledger.moveWith(
                      changes, now, now.consumedBy(intent.toString(), clock.instant()))));
    }

    /** Uses a grant for further calls. */
    private Answer use(WindowGrant grant) {
      return new Answer.Approved(
          new Grant(
              grant.request(),
              grant.id(),
              (intent, changes) -> ledger.useWith(changes, grant, intent)));
    }
  }

  /** What is shown, if it is small enough for the memory. */
  static @Nullable ByteString held(@Nullable ByteString shown) {
    return shown == null || shown.size() > LARGEST_KEPT ? null : shown;
  }

  /** Arguments that are large are not kept: conditions that read them say no. */
  static Question kept(Question asked) {
    if (JsonWriter.write(asked.args()).size() <= LARGEST_KEPT) {
      return asked;
    }
    Set<String> unknown = new LinkedHashSet<>(asked.unknown());
    unknown.add(Question.ARGS);
    return new Question(
        asked.direction(),
        asked.setting(),
        asked.target(),
        asked.tool(),
        Json.Obj.EMPTY,
        asked.answer(),
        asked.bytes(),
        unknown);
  }

  private ApprovalNotice notice(ApprovalRequest request) {
    return notice(request, state(request));
  }

  private ApprovalNotice notice(ApprovalRequest request, State state) {
    Vote said = request.said();
    ApprovalSettings.Page page = settings.page();
    return new ApprovalNotice(
        state,
        request.id(),
        request.until(),
        said == null ? null : said.who().subject(),
        said == null ? null : said.reason(),
        page == null ? null : page.url() + "/" + request.id());
  }

  private static State state(ApprovalRequest request) {
    return switch (request.state()) {
      case PENDING, APPROVED -> request.asksBack() ? State.QUESTION : State.PENDING;
      case CONSUMED -> State.RUNNING;
      case COMPLETED, FAILED_UPSTREAM, OUTCOME_UNKNOWN -> State.USED;
      case DENIED -> State.DENIED;
      case EXPIRED -> State.EXPIRED;
      case CANCELLED -> State.CANCELLED;
      case REVOKED -> State.REVOKED;
      case SUPERSEDED -> State.SUPERSEDED;
    };
  }
}
