package io.tabellion.approval;

import io.tabellion.audit.AuditLog;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.Executed;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Outcome;
import io.tabellion.state.Change;
import io.tabellion.state.Changes;
import io.tabellion.state.Key;
import io.tabellion.state.Kind;
import io.tabellion.state.SharedState;
import io.tabellion.state.StaleException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The requests for approval: records of the {@link SharedState}, one for each binding. Each step is
 * a compare-and-set that is committed with its entry, or not at all.
 *
 * <p>Thread-safe.
 */
public final class Ledger {
  /** Requests that may wait or be remembered at one time. */
  private static final int MOST = 100_000;

  private static final int STRIPES = 64;

  private static final Kind<ApprovalRequest> REQUESTS =
      new Kind<>("approval", MOST, Kind.Full.TAKES_NO_MORE, ApprovalRequest::isForgotten);

  private static final Kind<Named> NAMES =
      new Kind<>("approval id", MOST, Kind.Full.FORGETS_OLDEST, Named::isForgotten);

  private final SharedState state;
  private final AuditLog log;
  private final InstantSource clock;
  private final ApprovalEntries entries;
  private final Map<String, Set<Waiting>> waiting = new ConcurrentHashMap<>();
  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

  /** Steps of this process whose entries are not durable yet. */
  private final Set<Settling> settling = ConcurrentHashMap.newKeySet();

  /** Steps of one request are appended in their order. */
  private final Lock[] order =
      Stream.generate(ReentrantLock::new).limit(STRIPES).toArray(Lock[]::new);

  /** Counts steps, for whoever follows the log. */
  private final AtomicLong steps = new AtomicLong();

  public Ledger(SharedState state, AuditLog log, InstantSource clock) {
    this.state = state;
    this.log = log;
    this.clock = clock;
    this.entries = new ApprovalEntries(clock);
  }

  /** Which binding an id is of. The name outlives the request. */
  private record Named(String binding, Instant until) {
    boolean isForgotten(Instant now) {
      return until.isBefore(now);
    }
  }

  // Looking.

  /** The newest request of a binding; null if there is none. */
  @Nullable ApprovalRequest bound(String binding) {
    return state.read(Key.of(REQUESTS, binding));
  }

  /** A request by its id; empty if it is not known, or long over. */
  public Optional<ApprovalRequest> find(String id) {
    Named named = state.read(Key.of(NAMES, id));
    return Optional.ofNullable(named == null ? null : bound(named.binding()))
        .filter(request -> request.id().equals(id));
  }

  /** All requests that are remembered, oldest first. */
  public List<ApprovalRequest> all() {
    return state.all(REQUESTS);
  }

  /** Whether another request can be taken. */
  boolean hasRoom() {
    return state.hasRoom(REQUESTS);
  }

  /** Grows with each step. */
  public long steps() {
    return steps.get();
  }

  // Waiting.

  /** From now on this wait is told of each step of the binding. */
  void attach(String binding, Waiting wait) {
    waiting.compute(
        binding,
        (_, waits) -> {
          Set<Waiting> all = waits == null ? ConcurrentHashMap.newKeySet() : waits;
          all.add(wait);
          return all;
        });
  }

  /** The wait is over. */
  void detach(String binding, Waiting wait) {
    waiting.computeIfPresent(
        binding,
        (_, waits) -> {
          waits.remove(wait);
          return waits.isEmpty() ? null : waits;
        });
  }

  /** How many calls wait in this process. */
  public long held() {
    return waiting.values().stream().mapToLong(Set::size).sum();
  }

  /** How many calls of a binding wait in this process. */
  int held(String binding) {
    return waiting.getOrDefault(binding, Set.of()).size();
  }

  /** Runs a bell at each step, until it is closed. */
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Runs the bell at each step, until the watch is closed.
   *
   * @param bell quick and without waiting
   */
  public Watch watch(Runnable bell) {
    watchers.add(bell);
    return () -> watchers.remove(bell);
  }

  private void tell(String binding) {
    steps.incrementAndGet();
    waiting.getOrDefault(binding, Set.of()).forEach(Waiting::news);
    watchers.forEach(Runnable::run);
  }

  // Steps.

  /** Begins a request, in the place of one of the same binding that is over. */
  void begin(@Nullable ApprovalRequest before, ApprovalRequest request, EntryId id, HeldCall call)
      throws InterruptedException {
    Named named = new Named(request.binding(), request.until().plus(ApprovalRequest.REMEMBERED));
    Key<Named> key = Key.of(NAMES, request.id());
    commit(
        request,
        List.of(new Step(before, request), new Name(key, named)),
        entries.requested(id, call, request));
  }

  /**
   * Makes a step.
   *
   * @param vote of the person who makes it; null if nobody does
   * @throws StaleException if the request is not as it was
   */
  void move(ApprovalRequest from, ApprovalRequest to, @Nullable Vote vote)
      throws InterruptedException {
    commit(to, List.of(new Step(from, to)), entries.moved(from, to, vote));
  }

  /** The same as part of what a message changes; returns the entry that tells of it. */
  Entry moveWith(Changes changes, ApprovalRequest from, ApprovalRequest to) {
    changes.add(new Step(from, to));
    return entries.moved(from, to, null);
  }

  /** Nobody may use a step before its entry is durable, and the next comes behind it. */
  private void commit(ApprovalRequest to, List<Change<?>> changes, Entry entry)
      throws InterruptedException {
    Settling step = Settling.of(to);
    Lock turn = order[Math.floorMod(to.binding().hashCode(), STRIPES)];
    turn.lockInterruptibly();
    settling.add(step);
    try {
      state.commit(changes, log, List.of(entry));
    } finally {
      settling.remove(step);
      turn.unlock();
      tell(to.binding());
    }
  }

  /** Whether the entry of its newest step is not durable yet. */
  boolean isSettling(ApprovalRequest request) {
    return settling.contains(Settling.of(request));
  }

  private record Settling(String id, int version) {
    static Settling of(ApprovalRequest request) {
      return new Settling(request.id(), request.version());
    }
  }

  /** A change of a request; expects it to be as it was. */
  private final class Step implements Change<ApprovalRequest> {
    private final @Nullable ApprovalRequest from;
    private final ApprovalRequest to;

    Step(@Nullable ApprovalRequest from, ApprovalRequest to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public Key<ApprovalRequest> key() {
      return Key.of(REQUESTS, to.binding());
    }

    @Override
    public ApprovalRequest made(@Nullable ApprovalRequest now) {
      boolean same = isSame(now, from);
      if (!same) {
        throw new StaleException(REQUESTS.word());
      }
      tell(to.binding());
      return to;
    }

    @Override
    public @Nullable ApprovalRequest undone(@Nullable ApprovalRequest now) {
      tell(to.binding());
      return from;
    }
  }

  private static boolean isSame(@Nullable ApprovalRequest now, @Nullable ApprovalRequest then) {
    if (now == null || then == null) {
      return now == null && then == null;
    }
    return now.id().equals(then.id()) && now.version() == then.version();
  }

  private record Name(Key<Named> key, Named named) implements Change<Named> {
    @Override
    public Named made(@Nullable Named now) {
      if (now != null && !now.binding().equals(named.binding())) {
        throw new StaleException(NAMES.word());
      }
      return named;
    }

    @Override
    public @Nullable Named undone(@Nullable Named now) {
      return null;
    }
  }

  // The end of a call.

  /**
   * The step that comes with the outcome of a call that used an approval.
   *
   * @param outcome what the entry of the outcome says
   * @return the entry of the step; empty if the call used none
   */
  public Optional<Entry> ended(Facts outcome, Changes changes) {
    ApprovalRequest used = find(String.valueOf(outcome.text(Fact.APPROVAL))).orElse(null);
    if (used == null
        || used.state() != ApprovalState.CONSUMED
        || !String.valueOf(used.intent()).equals(outcome.text(Fact.INTENT))) {
      return Optional.empty();
    }
    return Optional.of(moveWith(changes, used, used.ended(after(outcome), null, clock.instant())));
  }

  private static ApprovalState after(Facts outcome) {
    if (outcome.says(Fact.OUTCOME, Outcome.RPC_ERROR)
        || outcome.says(Fact.OUTCOME, Outcome.HTTP_ERROR)
        || outcome.says(Fact.EXECUTED, Executed.NO)) {
      return ApprovalState.FAILED_UPSTREAM;
    }
    boolean unknown =
        outcome.says(Fact.EXECUTED, Executed.UNKNOWN)
            || outcome.says(Fact.OUTCOME, Outcome.UNKNOWN);
    return unknown ? ApprovalState.OUTCOME_UNKNOWN : ApprovalState.COMPLETED;
  }

  // Time and starts.

  /**
   * Ends what is late, and what another policy asked for.
   *
   * @param policy digest of the one in force
   */
  public void sweep(String policy) throws InterruptedException {
    Instant now = clock.instant();
    for (ApprovalRequest request : all()) {
      ApprovalState next =
          request.isLate(now)
              ? ApprovalState.EXPIRED
              : request.state().isOpen() && !request.policy().equals(policy)
                  ? ApprovalState.SUPERSEDED
                  : null;
      if (next != null) {
        try {
          move(request, request.ended(next, null, now), null);
        } catch (StaleException _) {
          // Somebody decided at the same moment, and was first.
        }
      }
    }
  }

  /**
   * Remembers requests of earlier boots. A call that left and has no outcome was cut off: nobody
   * can say what became of it.
   */
  public void restore(List<ApprovalRequest> requests) throws InterruptedException {
    List<ApprovalRequest> cut = new ArrayList<>();
    for (ApprovalRequest request : requests) {
      state.remember(Key.of(REQUESTS, request.binding()), request);
      state.remember(
          Key.of(NAMES, request.id()),
          new Named(request.binding(), request.until().plus(ApprovalRequest.REMEMBERED)));
      if (request.state() == ApprovalState.CONSUMED) {
        cut.add(request);
      }
    }
    for (ApprovalRequest request : cut) {
      move(request, request.ended(ApprovalState.OUTCOME_UNKNOWN, null, clock.instant()), null);
    }
  }
}
