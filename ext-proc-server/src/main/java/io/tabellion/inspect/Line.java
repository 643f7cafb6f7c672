package io.tabellion.inspect;

import io.tabellion.approval.Approvals;
import io.tabellion.approval.Fate;
import io.tabellion.approval.Grant;
import io.tabellion.approval.HeldCall;
import io.tabellion.approval.Settled;
import io.tabellion.approval.Vigil;
import io.tabellion.audit.Appender;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.AuditUnavailableException.Code;
import io.tabellion.audit.Entry;
import io.tabellion.budget.Budgets;
import io.tabellion.mask.Masked;
import io.tabellion.mask.Masker;
import io.tabellion.mask.stream.Tails;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Metrics;
import io.tabellion.metrics.Tally;
import io.tabellion.metrics.Timing;
import io.tabellion.pace.Turns;
import io.tabellion.pace.Workspace;
import io.tabellion.policy.Decision;
import io.tabellion.state.Changes;
import io.tabellion.state.SharedState;
import io.tabellion.state.StaleException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The straight line: parse, decide, mask, settle, append, reply. Each step's result is what the
 * next asks for, so that none can be skipped (P1, P2, P4).
 *
 * <p>What a message changes of what is remembered is committed with its entries. Where another
 * message was faster, this one is decided anew; where its entries cannot be written, nothing of it
 * is changed.
 *
 * <p>Thread-safe; a walk blocks its caller until there is memory to work in, while a person
 * decides, until the entries are durable, and, if it is long, while it is not its turn.
 */
final class Line {
  /** Times that a message is decided; each time but the last another one was faster. */
  private static final int MOST_ATTEMPTS = 1_000;

  /** Work of messages that may be walked without waiting, as {@link Leg#size} has it. */
  static final int SHORT = 8 << 10;

  private final Masker masker;
  private final Approvals approvals;
  private final Budgets budgets;
  private final SharedState state;
  private final Metrics metrics;
  private final InstantSource clock;
  private final Turns turns;
  private final Workspace workspace;

  Line(
      Masker masker,
      Approvals approvals,
      Budgets budgets,
      SharedState state,
      Metrics metrics,
      InstantSource clock,
      Turns turns,
      Workspace workspace) {
    this.masker = masker;
    this.approvals = approvals;
    this.budgets = budgets;
    this.state = state;
    this.metrics = metrics;
    this.clock = clock;
    this.turns = turns;
    this.workspace = workspace;
  }

  /**
   * Walks messages that never wait for people.
   *
   * @param log asked for when they are appended: room may be set aside until then
   */
  Reply walk(Leg<?, ?, ?> leg, Supplier<Appender> log) throws InterruptedException {
    try (Vigil vigil = new Vigil();
        Workspace.Space space = workspace.take(leg.caller(), leg.size())) {
      Reply reply = walk(leg, log, vigil, space);
      if (reply == null) {
        throw new IllegalStateException("walk: waits for people (expected: a request)");
      }
      return reply;
    }
  }

  /**
   * Walks a request. While people decide about it nothing of it stays in memory: it is walked again
   * from its beginning then, by what is so at that time.
   *
   * @param caller whose share of memory it takes
   * @param leg makes it of the parcel
   */
  Reply walk(Object caller, Parcel parcel, Supplier<Leg<?, ?, ?>> leg, Supplier<Appender> log)
      throws InterruptedException {
    try (Vigil vigil = new Vigil()) {
      Reply reply = walk(caller, parcel, leg, log, vigil);
      while (reply == null) {
        parcel.lay();
        long begun = System.nanoTime();
        vigil.await();
        metrics.time(Timing.SETTLE, begun);
        reply = walk(caller, parcel, leg, log, vigil);
      }
      return reply;
    }
  }

  /** Returns null if it is to be walked again after the vigil. */
  private @Nullable Reply walk(
      Object caller, Parcel parcel, Supplier<Leg<?, ?, ?>> leg, Supplier<Appender> log, Vigil vigil)
      throws InterruptedException {
    try (Workspace.Space space = workspace.take(caller, parcel.size())) {
      return walk(leg.get(), log, vigil, space);
    }
  }

  /** Returns null if it is to be walked again after the vigil. */
  private <R, D extends Leg.Decided<M>, M extends Leg.Message> @Nullable Reply walk(
      Leg<R, D, M> leg, Supplier<Appender> log, Vigil vigil, Workspace.Space space)
      throws InterruptedException {
    Turns.Turn turn = turns.of(leg.caller());
    leg.recall();
    long begun = System.nanoTime();
    R read = leg.recall(turn.run(leg.size(), leg::parse));
    metrics.time(Timing.PARSE, begun);
    if (!vigil.hasBegun()) {
      leg.counts(read).forEach(metrics::increment);
    }
    try {
      for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
        try {
          return attempt(leg, read, turn, log, vigil, space);
        } catch (StaleException e) {
          metrics.increment(Counter.DECIDED_ANEW);
        }
      }
      throw new AuditUnavailableException(
          Code.FAILED, "state: changed by others at each attempt (expected: at some of them)");
    } catch (AuditUnavailableException e) {
      return unrecorded(leg, read, e);
    }
  }

  /**
   * Walks a short message without waiting for anything, up to the log; the rest is done when its
   * entries are durable. What would wait, or takes long, is not walked so.
   *
   * @param loop where the rest is done
   * @param then is told what is done with the message, there
   * @return false if the message is to be walked by {@link #walk}; nothing was done then
   */
  <R, D extends Leg.Decided<M>, M extends Leg.Message> boolean tryWalk(
      Leg<R, D, M> leg, Supplier<Appender> log, Executor loop, Walk.Then then) {
    if (leg.size() > SHORT) {
      return false;
    }
    Workspace.Space space = workspace.tryTake(leg.size());
    if (space == null) {
      return false;
    }
    boolean walks = false;
    try {
      CompletableFuture<Supplier<Reply>> walked =
          turns.of(leg.caller()).runBriefly(() -> toTheLog(leg, log));
      if (walked != null) {
        walks = true;
        CompletableFuture<?> _ =
            walked.whenCompleteAsync((reply, failure) -> finish(reply, failure, space, then), loop);
      }
    } catch (StaleException _) {
      metrics.increment(Counter.DECIDED_ANEW);
    } catch (Turns.TooLongError | StackOverflowError _) {
      // It is begun again where it may take its time.
    } finally {
      if (!walks) {
        leg.brokenOff();
        space.close();
      }
    }
    return walks;
  }

  @SuppressWarnings("IllegalCatch") // whatever it is, somebody waits for it
  private static void finish(
      @Nullable Supplier<Reply> reply,
      @Nullable Throwable failure,
      Workspace.Space space,
      Walk.Then then) {
    try (space) {
      if (reply == null) {
        then.failed(Objects.requireNonNull(failure));
      } else {
        then.reply(reply.get());
      }
    } catch (RuntimeException | Error e) {
      then.failed(e);
    }
  }

  /** Returns what is to be done when the entries are durable; null if it would have to wait. */
  private <R, D extends Leg.Decided<M>, M extends Leg.Message>
      @Nullable CompletableFuture<Supplier<Reply>> toTheLog(
          Leg<R, D, M> leg, Supplier<Appender> log) {
    leg.recall();
    long begun = System.nanoTime();
    R read = leg.recall(leg.parse());
    metrics.time(Timing.PARSE, begun);
    Changes changes = new Changes(state);
    Tails ends = leg.tails();
    Tails tails = ends == null ? null : ends.draft();
    Ready<D> ready = ready(leg, read, changes, tails);
    D decided = ready.decided();
    List<Masked> masked = ready.masked();
    if (asksAPerson(leg, decided, masked)) {
      return null;
    }
    CompletableFuture<Recorded> recorded;
    long appends = System.nanoTime();
    List<Settled<M>> settled = unasked(decided, masked);
    try {
      if (!leg.tryReserve(settled)) {
        return null;
      }
      List<Entry> entries = entries(leg, read, decided, settled, changes);
      budgets.charge(entries, changes);
      recorded = Recorded.tryCommit(state, changes, log.get(), entries);
    } catch (AuditUnavailableException e) {
      recorded = CompletableFuture.failedFuture(e);
    }
    if (recorded == null) {
      return null;
    }
    leg.counts(read).forEach(metrics::increment);
    leg.settled();
    return recorded.handle((durable, failure) ->
        durable == null
            ? () -> unrecorded(leg, read, failure)
            : () -> recorded(leg, read, decided, settled, tails, durable, appends));
  }

  private <R, D extends Leg.Decided<M>, M extends Leg.Message> boolean asksAPerson(
      Leg<R, D, M> leg, D decided, List<Masked> masked) {
    for (int i = 0; i < masked.size(); i++) {
      if (leg.held(decided, decided.messages().get(i), masked.get(i)) != null) {
        return true;
      }
    }
    return false;
  }

  private <D extends Leg.Decided<M>, M extends Leg.Message> List<Settled<M>> unasked(
      D decided, List<Masked> masked) {
    List<Settled<M>> settled = new ArrayList<>(masked.size());
    for (int i = 0; i < masked.size(); i++) {
      settled.add(approvals.settle(new Fate<>(decided.messages().get(i), masked.get(i))));
    }
    return settled;
  }

  private <R> Reply unrecorded(Leg<R, ?, ?> leg, R read, @Nullable Throwable failure) {
    Throwable why = failure instanceof CompletionException ? failure.getCause() : failure;
    if (why instanceof AuditUnavailableException unavailable) {
      return unrecorded(leg, read, unavailable);
    }
    throw new IllegalStateException("append: failed (expected: an unavailable log)", why);
  }

  private <R> Reply unrecorded(Leg<R, ?, ?> leg, R read, AuditUnavailableException why) {
    switch (why.code()) {
      case BUDGET -> {
        metrics.increment(Counter.OVER_BUDGET);
        metrics.series(Tally.NO_ROOM, "budget").increment();
      }
      case FULL -> {
        metrics.increment(Counter.AUDIT_FAILURES);
        metrics.series(Tally.NO_ROOM, "disk").increment();
      }
      case FAILED, TOO_LARGE, CONFLICT, CLOSED -> metrics.increment(Counter.AUDIT_FAILURES);
    }
    return leg.unrecorded(read, why);
  }

  /** Returns null if it is to be walked again after the vigil. */
  private <R, D extends Leg.Decided<M>, M extends Leg.Message> @Nullable Reply attempt(
      Leg<R, D, M> leg,
      R read,
      Turns.Turn turn,
      Supplier<Appender> log,
      Vigil vigil,
      Workspace.Space space)
      throws InterruptedException {
    Changes changes = new Changes(state);
    Tails ends = leg.tails();
    Tails tails = ends == null ? null : ends.draft();
    Ready<D> ready = turn.run(leg.size(), () -> ready(leg, read, changes, tails));
    D decided = ready.decided();
    List<Settled<M>> settled = settle(leg, decided, ready.masked(), vigil, space);
    if (settled == null) {
      return null;
    }
    leg.reserve(settled); // What waits for a person takes no room of the log.
    leg.settled();
    long appends = System.nanoTime();
    List<Entry> entries = turn.run(leg.size(), () -> entries(leg, read, decided, settled, changes));
    budgets.charge(entries, changes);
    Recorded recorded = Recorded.commit(state, changes, log.get(), entries);
    return recorded(leg, read, decided, settled, tails, recorded, appends);
  }

  /** The entries of messages, with those of commitments and approvals that belong to them. */
  private <R, D extends Leg.Decided<M>, M extends Leg.Message> List<Entry> entries(
      Leg<R, D, M> leg, R read, D decided, List<Settled<M>> settled, Changes changes) {
    List<Entry> entries = new ArrayList<>(leg.entries(read, decided, settled, changes));
    for (int i = 0; i < settled.size(); i++) {
      Grant grant = settled.get(i).grant();
      if (grant != null) {
        entries.add(grant.consume(entries.get(i).id(), changes));
      }
    }
    return Committed.with(entries, settled, clock);
  }

  /** The end of the line, now that the entries are durable. */
  private <R, D extends Leg.Decided<M>, M extends Leg.Message> Reply recorded(
      Leg<R, D, M> leg,
      R read,
      D decided,
      List<Settled<M>> settled,
      @Nullable Tails tails,
      Recorded recorded,
      long appends) {
    long durable = metrics.time(Timing.APPEND, appends);
    if (tails != null) {
      tails.keep();
    }
    settled.forEach(this::count);
    Reply reply = leg.reply(read, decided, settled, recorded);
    metrics.time(Timing.REPLY, durable);
    return reply;
  }

  /**
   * What is judged and masked, and waits to be settled.
   *
   * @param masked what may be seen of each message
   */
  private record Ready<D>(D decided, List<Masked> masked) {}

  private <R, D extends Leg.Decided<M>, M extends Leg.Message> Ready<D> ready(
      Leg<R, D, M> leg, R read, Changes changes, @Nullable Tails tails) {
    long begun = System.nanoTime();
    D decided = leg.decide(read, changes);
    begun = metrics.time(Timing.DECIDE, begun);
    List<Masked> masked = new ArrayList<>(decided.messages().size());
    for (M message : decided.messages()) {
      masked.add(leg.judge().mask(masker, message.ruled(), tails));
    }
    metrics.time(Timing.MASK, begun);
    return new Ready<>(decided, masked);
  }

  /** Returns null if people must be waited for. */
  private <D extends Leg.Decided<M>, M extends Leg.Message> @Nullable List<Settled<M>> settle(
      Leg<?, D, M> leg, D decided, List<Masked> masked, Vigil vigil, Workspace.Space space)
      throws InterruptedException {
    List<Settled<M>> settled = new ArrayList<>(masked.size());
    for (int i = 0; i < masked.size(); i++) {
      Settled<M> one = settle(leg, decided, decided.messages().get(i), masked.get(i), vigil, space);
      if (one == null) {
        return null;
      }
      settled.add(one);
    }
    return settled;
  }

  private <D extends Leg.Decided<M>, M extends Leg.Message> @Nullable Settled<M> settle(
      Leg<?, D, M> leg, D decided, M message, Masked masked, Vigil vigil, Workspace.Space space)
      throws InterruptedException {
    HeldCall held = leg.held(decided, message, masked);
    if (held == null) {
      return approvals.settle(new Fate<>(message, masked));
    }
    space.close(); // A person takes minutes; others are not to wait for that.
    return approvals.settle(
        held,
        vigil,
        grant -> new Fate<>(leg.approved(message, grant), masked),
        notice -> {
          M refused = leg.unapproved(message, notice);
          return new Fate<>(refused, leg.judge().mask(masker, refused.ruled(), null));
        });
  }

  private void count(Settled<? extends Leg.Message> settled) {
    settled.masked().counts().forEach(metrics::masked);
    Decision decision = settled.message().ruled().verdict().decision();
    if (decision != null) {
      count(decision);
    }
  }

  private void count(Decision decision) {
    for (Decision.RuleError error : decision.errors()) {
      metrics.increment(Counter.RULE_ERRORS);
      if (error.endedByClock()) {
        metrics.increment(Counter.RULE_WALL_CLOCK);
      }
    }
    if (decision.shadow().action() != null) {
      metrics.increment(Counter.SHADOWED);
    }
    Decision.Candidate candidate = decision.candidate();
    if (candidate != null && candidate.failed()) {
      metrics.increment(Counter.CANDIDATE_FAILURES);
    } else if (candidate != null && candidate.decidesOtherwise(decision)) {
      metrics.increment(Counter.CANDIDATE_DIFFERS);
    }
  }
}
