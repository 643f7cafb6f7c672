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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
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

  /**
   * Calls that were let on without approval and that nobody looked at yet, if others came after.
   */
  private static final Kind<ApprovalRequest> UNREVIEWED =
      new Kind<>("unreviewed", MOST, Kind.Full.TAKES_NO_MORE, null);

  private static final Kind<Named> NAMES =
      new Kind<>("approval id", MOST, Kind.Full.FORGETS_OLDEST, Named::isForgotten);

  private final SharedState state;
  private final AuditLog log;
  private final InstantSource clock;
  private final ApprovalEntries entries;
  private final Grants grants;
  private final Map<String, Set<Waiting>> waiting = new ConcurrentHashMap<>();
  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

  /** Steps of this process whose entries are not durable yet. */
  private final Set<Settling> settling = ConcurrentHashMap.newKeySet();

  /** Steps of one request are appended in their order. */
  private final Lock[] order =
      Stream.generate(ReentrantLock::new).limit(STRIPES).toArray(Lock[]::new);

  /** Grants begin and end one after another, so that no end comes before its beginning. */
  private final Lock granting = new ReentrantLock();

  /** Counts steps, for whoever follows the log. */
  private final AtomicLong steps = new AtomicLong();

  public Ledger(SharedState state, AuditLog log, InstantSource clock) {
    this.state = state;
    this.log = log;
    this.clock = clock;
    this.entries = new ApprovalEntries(clock);
    this.grants = new Grants(state, clock, entries);
  }

  /** Which binding an id is of: so that most requests are found without looking at all. */
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
        .filter(request -> request.id().equals(id))
        .or(() -> Optional.ofNullable(state.read(Key.of(UNREVIEWED, id))))
        .or(() ->
            named == null && id.startsWith(ApprovalRequest.PREFIX) ? sought(id) : Optional.empty());
  }

  /** A request may be used, and answered, for longer than its name is remembered. */
  private Optional<ApprovalRequest> sought(String id) {
    return state.all(REQUESTS).stream().filter(request -> request.id().equals(id)).findFirst();
  }

  /** All requests that are remembered, oldest first. */
  public List<ApprovalRequest> all() {
    List<ApprovalRequest> all = new ArrayList<>(state.all(UNREVIEWED));
    all.addAll(state.all(REQUESTS));
    return all;
  }

  /** Those that were let on without approval, and that nobody looked at yet. */
  List<ApprovalRequest> unreviewed() {
    return all().stream().filter(ApprovalRequest::isUnreviewed).toList();
  }

  /** How many calls were let on without approval and wait for a review. */
  public long reviewsDue() {
    return unreviewed().size();
  }

  /** How many of them wait for longer than the rule allows. */
  public long reviewsOverdue() {
    Instant now = clock.instant();
    return unreviewed().stream()
        .map(ApprovalRequest::reviewUntil)
        .filter(until -> until != null && now.isAfter(until))
        .count();
  }

  /** Grants for further calls that are not over, oldest first. */
  public List<WindowGrant> grants() {
    Instant now = clock.instant();
    return grants.all().stream().filter(grant -> !grant.isOver(now)).toList();
  }

  Optional<WindowGrant> grant(String id) {
    return grants.find(id);
  }

  /** The grant that lets a call on; null if none does. */
  @Nullable WindowGrant usable(HeldCall call, String binding) {
    return grants.usable(call, binding);
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
    List<Change<?>> changes = new ArrayList<>();
    changes.add(new Step(before, request));
    changes.add(new Name(key, named));
    if (before != null && before.isUnreviewed()) {
      changes.add(new Unreviewed(null, before));
    }
    commit(request, changes, List.of(entries.requested(id, call, request)));
  }

  /**
   * Makes a step.
   *
   * @param vote of the person who makes it; null if nobody does
   * @throws StaleException if the request is not as it was
   */
  void move(ApprovalRequest from, ApprovalRequest to, @Nullable Vote vote)
      throws InterruptedException {
    commit(to, List.of(new Step(from, to)), List.of(entries.moved(from, to, vote)));
  }

  /** Makes the step to an approval, with the grant for further calls that comes with it. */
  void approve(ApprovalRequest from, ApprovalRequest to, Vote vote) throws InterruptedException {
    Vote.Window window = to.state() == ApprovalState.APPROVED ? to.given() : null;
    if (window == null) {
      move(from, to, vote);
      return;
    }
    granting.lockInterruptibly();
    try {
      Grants.Given given = grants.given(to, window);
      List<Change<?>> changes = new ArrayList<>(given.changes());
      changes.add(new Step(from, to));
      List<Entry> told = new ArrayList<>();
      told.add(entries.moved(from, to, vote));
      told.addAll(given.entries());
      grants.settles(given.grant());
      try {
        commit(to, changes, told);
      } finally {
        grants.hasSettled(given.grant());
      }
    } finally {
      granting.unlock();
    }
  }

  /** Takes an approval back, with the grant for further calls that came with it. */
  void revoke(ApprovalRequest from, ApprovalRequest to, Vote vote) throws InterruptedException {
    granting.lockInterruptibly();
    try {
      List<Change<?>> changes = new ArrayList<>();
      List<Entry> told = new ArrayList<>();
      changes.add(new Step(from, to));
      told.add(entries.moved(from, to, vote));
      for (WindowGrant grant : grants.all()) {
        if (grant.request().equals(from.id())) {
          grants.endWith(changes, told, grant, "revoked", vote);
        }
      }
      commit(to, changes, told);
    } finally {
      granting.unlock();
    }
  }

  /** Somebody looked at a call that was let on without approval. */
  void review(ApprovalRequest from, ApprovalRequest to, Vote vote) throws InterruptedException {
    ApprovalRequest bound = bound(from.binding());
    boolean newest = bound != null && bound.id().equals(from.id());
    commit(
        to,
        List.of(newest ? new Step(from, to) : new Unreviewed(from, null)),
        List.of(entries.moved(from, to, vote)));
  }

  /** Ends a grant for further calls. */
  void end(WindowGrant grant, String why, @Nullable Vote vote) throws InterruptedException {
    List<Change<?>> changes = new ArrayList<>();
    List<Entry> told = new ArrayList<>();
    grants.endWith(changes, told, grant, why, vote);
    granting.lockInterruptibly();
    try {
      steps.incrementAndGet();
      state.commit(changes, log, told);
    } finally {
      granting.unlock();
    }
  }

  /** Uses a grant once, as part of what a call changes; returns the entry that tells of it. */
  Entry useWith(Changes changes, WindowGrant grant, EntryId intent) {
    steps.incrementAndGet();
    return grants.useWith(changes, grant, intent);
  }

  /** The same as part of what a message changes; returns the entry that tells of it. */
  Entry moveWith(Changes changes, ApprovalRequest from, ApprovalRequest to) {
    changes.add(new Step(from, to));
    return entries.moved(from, to, null);
  }

  /** Nobody may use a step before its entry is durable, and the next comes behind it. */
  private void commit(ApprovalRequest to, List<Change<?>> changes, List<Entry> told)
      throws InterruptedException {
    Settling step = Settling.of(to);
    Lock turn = order[Math.floorMod(to.binding().hashCode(), STRIPES)];
    turn.lockInterruptibly();
    settling.add(step);
    try {
      state.commit(changes, log, told);
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

  /** Keeps a request that nobody looked at apart from the next of its binding, until one did. */
  private record Unreviewed(@Nullable ApprovalRequest from, @Nullable ApprovalRequest to)
      implements Change<ApprovalRequest> {
    @Override
    public Key<ApprovalRequest> key() {
      return Key.of(
          UNREVIEWED, to == null ? String.valueOf(from == null ? null : from.id()) : to.id());
    }

    @Override
    public @Nullable ApprovalRequest made(@Nullable ApprovalRequest now) {
      if (!isSame(now, from)) {
        throw new StaleException(UNREVIEWED.word());
      }
      return to;
    }

    @Override
    public @Nullable ApprovalRequest undone(@Nullable ApprovalRequest now) {
      return from;
    }
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
   * Ends what is late, what another policy asked for, and what operators stop; lets second
   * approvers decide whose time has come.
   *
   * @param policy digest of the one in force
   * @param stopped whether operators stop the call that a request is about
   */
  public void sweep(String policy, Predicate<ApprovalRequest> stopped) throws InterruptedException {
    Instant now = clock.instant();
    for (ApprovalRequest request : all()) {
      try {
        sweep(request, policy, stopped, now);
      } catch (StaleException _) {
        // Somebody decided at the same moment, and was first.
      }
    }
    for (WindowGrant grant : grants.all()) {
      String why = grants.end(grant, policy, now);
      if (why != null) {
        try {
          end(grant, why, null);
        } catch (StaleException _) {
          // It was used at the same moment: the next look ends it.
        }
      }
    }
  }

  private void sweep(
      ApprovalRequest request, String policy, Predicate<ApprovalRequest> stopped, Instant now)
      throws InterruptedException {
    if (!request.state().isOpen()) {
      return;
    }
    if (request.isLate(now)) {
      move(request, request.ended(ApprovalState.EXPIRED, null, now), null);
    } else if (!request.policy().equals(policy)) {
      move(request, request.ended(ApprovalState.SUPERSEDED, null, now), null);
    } else if (stopped.test(request)) {
      move(request, request.ended(ApprovalState.CANCELLED, null, now), null);
    } else {
      Set<String> due = request.escalates(now);
      if (!due.isEmpty()) {
        move(request, request.escalated(due, now), null);
      }
    }
  }

  /**
   * Remembers requests of earlier boots, and grants for further calls. A call that left and has no
   * outcome was cut off: nobody can say what became of it.
   *
   * @param requests in their order
   */
  public void restore(List<ApprovalRequest> requests, List<WindowGrant> given)
      throws InterruptedException {
    given.forEach(grants::remember);
    List<ApprovalRequest> cut = new ArrayList<>();
    Map<String, ApprovalRequest> newest = new HashMap<>();
    requests.forEach(request -> newest.put(request.binding(), request));
    for (ApprovalRequest request : requests) {
      if (newest.get(request.binding()) == request) {
        state.remember(Key.of(REQUESTS, request.binding()), request);
      } else {
        state.remember(Key.of(UNREVIEWED, request.id()), request);
      }
      Instant known = request.until().plus(ApprovalRequest.REMEMBERED);
      state.remember(Key.of(NAMES, request.id()), new Named(request.binding(), known));
      if (request.state() == ApprovalState.CONSUMED) {
        cut.add(request);
      }
    }
    for (ApprovalRequest request : cut) {
      move(request, request.ended(ApprovalState.OUTCOME_UNKNOWN, null, clock.instant()), null);
    }
  }
}
