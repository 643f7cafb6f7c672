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
    try (Vigil vigil = new Vigil()) {
      Answer answer = ask(call, vigil);
      while (answer instanceof Answer.Waits) {
        vigil.await();
        answer = ask(call, vigil);
      }
      return answer;
    }
  }

  @Override
  public Answer ask(HeldCall call, Vigil vigil) throws InterruptedException {
    if (call.requester().anonymous()) {
      return refused(State.NOBODY);
    }
    if (!Binding.hasPlainNumbers(call.sent())) {
      return refused(State.NUMBER);
    }
    String binding = Binding.of(call, hash);
    if (call.coming().withdraws()) {
      ApprovalRequest request = ledger.bound(binding);
      if (request != null && request.id().equals(call.coming().resumes())) {
        return withdrawn(request);
      }
    }
    return new Asked(call, binding, vigil, vigil.of(binding, () -> hold(call, binding, vigil)))
        .end();
  }

  /** A call waits from now on. */
  private Hold hold(HeldCall call, String binding, Vigil vigil) {
    long end = vigil.end(settings.hold(call.question().setting().server()));
    if (call.coming().resumes() != null) { // that it leaves ends nothing
      return new Hold(ledger, clock, binding, call.waiting(), end, () -> {});
    }
    Named name = Named.of(call);
    held.put(name, new Held(binding, call.waiting()));
    return new Hold(ledger, clock, binding, call.waiting(), end, () -> held.remove(name));
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

  /** One call, as it is asked about now. */
  private final class Asked {
    private final HeldCall call;
    private final String binding;
    private final Vigil vigil;
    private final Hold hold;

    Asked(HeldCall call, String binding, Vigil vigil, Hold hold) {
      this.call = call;
      this.binding = binding;
      this.vigil = vigil;
      this.hold = hold;
    }

    private String server() {
      return call.question().setting().server();
    }

    /** Looks, until it is known what the call is to do. */
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
      boolean first = !hold.hasJoined() && resumes == null;
      if (now == null || (first && isReopened(now))) {
        if (call.waiting().isOver()) {
          return refused(State.PENDING);
        }
        Answer granted = granted();
        return granted == null ? begin(now) : granted;
      }
      if (first && now.state() == ApprovalState.CONSUMED) {
        Answer granted = granted();
        if (granted != null) {
          return granted;
        }
      }
      if (!hold.hasJoined()) {
        hold.join(now);
      }
      if (now.isLate(clock.instant())) {
        ledger.move(now, now.ended(ApprovalState.EXPIRED, null, clock.instant()), null);
        return null;
      }
      if (now.state() != ApprovalState.PENDING && ledger.isSettling(now)) {
        return call.waiting().isOver() ? new Answer.Refused(notice(now)) : waits();
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

    /** By a grant for further calls; null if there is none. */
    private @Nullable Answer granted() {
      WindowGrant grant = ledger.usable(call, binding);
      return grant == null ? null : use(grant);
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
      hold.join(request);
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

    /** A person may decide: that is waited for, or said. */
    private Answer pending(ApprovalRequest now) throws InterruptedException {
      boolean asked = hold.isAsked(now);
      if (call.waiting().isOver()) {
        return gone(now);
      }
      if (asked || hold.isTooLong()) {
        return new Answer.Refused(
            asked || !comesAgain() ? notice(now) : notice(now, State.WAITING));
      }
      return waits();
    }

    private Answer waits() {
      vigil.waitsFor(hold);
      return new Answer.Waits();
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
