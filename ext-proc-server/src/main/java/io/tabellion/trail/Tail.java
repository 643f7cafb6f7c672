package io.tabellion.trail;

import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.follow.Follower;
import io.tabellion.audit.follow.Source;
import io.tabellion.audit.follow.Work;
import io.tabellion.audit.index.IndexException;
import io.tabellion.audit.index.Page;
import io.tabellion.audit.index.Query;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.trail.FollowEntries.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * 1. Why there is no access.read per page of a tail: two tails would show each other's, and so
 *    write for ever. One stands at the beginning and says from where; one at the end says what was
 *    sent. A tail that has no second one was cut off by the end of the process.
 * 2. Why a thread of its own: gRPC delivers onReady and onCancel on the call's executor one after
 *    another, and would not while the call's method waits here.
 */
/**
 * One reader who follows the trail: sends what is new, in order, no faster than it is taken.
 *
 * <p>Confined to the thread of its follower but for {@link #wake}, {@link #stop} and {@link #size}.
 */
final class Tail implements Source, Work {
  private static final int BATCH = 256;

  private final FollowEntries tails;
  private final Permit permit;
  private final Reader who;
  private final Query query;
  private final Outlet outlet;
  private final Follower follower =
      new Follower("tails", "a tail", this, this, Thread.ofVirtual().name("audit-tail").factory());
  private final Object bell = new Object();

  /** Guarded by {@link #bell}: rung since the last wait. */
  private boolean rung;

  private volatile boolean stopped;
  private final long from;
  private long next;
  private long sent;
  private @Nullable Recorded begun;
  private SearchIndex.@Nullable Subscription subscription;

  Tail(FollowEntries tails, Permit permit, Query query, long from, Outlet outlet) {
    this.tails = tails;
    this.permit = permit;
    this.who = permit.reader();
    this.query = query;
    this.from = from;
    this.next = from;
    this.outlet = outlet;
  }

  Visit visit() {
    return permit.visit();
  }

  void start() {
    outlet.onChange(this::wake);
    follower.start();
  }

  /** Ends the tail with a word on how to go on, and waits until its end is recorded. */
  void stop() throws InterruptedException {
    stopped = true;
    wake();
    follower.join();
  }

  Follower follower() {
    return follower;
  }

  /** Entries that can be found. */
  @Override
  public long size() {
    return tails.room().indexed(permit);
  }

  /** Waits for the bell; sends a heartbeat when it did not ring in time. */
  @Override
  public boolean awaitSize(long above, Duration timeout) throws InterruptedException {
    check();
    if (size() <= above && !await(timeout)) {
      beat();
    }
    return size() > above;
  }

  @Override
  public long begin() throws InterruptedException {
    String told = "tail from=" + from + Filters.describe(query);
    begun = tails.accesses().read(permit, told, List.of());
    subscription = tails.room().subscribe(permit, this::wake);
    beat();
    return from;
  }

  /** Sends what there is of the next entries. */
  @Override
  public long take(long taken, long bound) throws InterruptedException {
    Page page = new Page(Page.Order.OLDEST_FIRST, taken - 1, bound, BATCH);
    List<EntryView> found = tails.room().read(permit, open -> find(page, open));
    for (EntryView entry : found) {
      awaitReady();
      if (visit().gone()) {
        return next;
      }
      next = entry.index() + 1;
      sent++;
      outlet.send(begun().shows(new Step(entry, next)));
    }
    next = found.size() < BATCH && !visit().gone() ? bound : next;
    return next;
  }

  @Override
  public boolean goesOn() {
    return !visit().gone();
  }

  /** The reader is told, and asks again from where it is. */
  @Override
  public boolean again(Throwable failure) {
    return false;
  }

  @Override
  public void end(@Nullable Throwable failure) {
    try {
      if (subscription != null) {
        subscription.close();
      }
      if (begun != null) {
        recordEnd();
      }
      if (failure != null) {
        fail(failure);
      }
    } catch (RuntimeException | InterruptedException e) {
      fail(e);
    } finally {
      tails.ended(this);
    }
  }

  private Recorded begun() {
    return Objects.requireNonNull(begun, "begun");
  }

  /** Returns the entries of a page; none if the reader went away meanwhile. */
  private List<EntryView> find(Page page, ReadingRoom.Open open) {
    try {
      return open.index().search(query, page, open.stop()).stream()
          .map(at -> EntryView.of(open.log().read(at)))
          .toList();
    } catch (IndexException e) {
      if (e.code() == IndexException.Code.STOPPED) {
        return List.of();
      }
      throw e;
    }
  }

  private void beat() {
    if (outlet.ready() || sent == 0) {
      outlet.send(begun().shows(new Step(null, next)));
    }
  }

  /** Throws what ends the tail: an expired token, or the server's end. */
  private void check() {
    if (who.expired(tails.clock().instant())) {
      throw TrailException.of(
          TrailException.Code.UNAUTHENTICATED,
          "token of %s: %s (expected: a newer one; resume at %d)"
              .formatted(who.name(), who.ended(), next));
    }
    if (stopped) {
      throw TrailException.of(
          TrailException.Code.UNAVAILABLE, "the server is going down; resume at " + next);
    }
  }

  private void awaitReady() throws InterruptedException {
    while (!outlet.ready() && !visit().gone()) {
      check();
      await(patience());
    }
  }

  /** Waits for the bell, the heartbeat or the token's end; true if the bell rang. */
  private boolean await(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (bell) {
      long left = deadline - System.nanoTime();
      while (!rung && left > 0) {
        bell.wait(left / 1_000_000, (int) (left % 1_000_000));
        left = deadline - System.nanoTime();
      }
      boolean answer = rung;
      rung = false;
      return answer;
    }
  }

  @Override
  public Duration patience() {
    Instant now = tails.clock().instant();
    return who.expires().isBefore(now.plus(tails.heartbeat()))
        ? Duration.between(now, who.expires())
        : tails.heartbeat();
  }

  private void wake() {
    synchronized (bell) {
      rung = true;
      bell.notifyAll();
    }
  }

  private void recordEnd() throws InterruptedException {
    String told = "tail ended from=%d next=%d sent=%d".formatted(from, next, sent);
    try {
      tails.accesses().read(permit, told, List.of());
    } catch (AuditUnavailableException e) {
      // What ended the tail is told to the caller; the log's failure is known to the log.
      System.getLogger(Tail.class.getName())
          .log(System.Logger.Level.WARNING, "the end of a tail could not be recorded", e);
    }
  }

  private void fail(Throwable e) {
    if (!visit().gone()) {
      outlet.fail(TrailException.of(e));
    }
  }
}
