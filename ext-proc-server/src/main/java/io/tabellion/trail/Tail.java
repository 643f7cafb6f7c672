package io.tabellion.trail;

import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.index.IndexException;
import io.tabellion.audit.index.Page;
import io.tabellion.audit.index.Query;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.trail.FollowEntries.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

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
 * <p>Confined to its virtual thread but for {@link #wake} and {@link #stop}.
 */
final class Tail {
  private static final int BATCH = 256;

  private final FollowEntries tails;
  private final Permit permit;
  private final Reader who;
  private final Query query;
  private final Outlet outlet;
  private final Thread thread = Thread.ofVirtual().name("audit-tail").unstarted(this::run);
  private final Object bell = new Object();

  /** Guarded by {@link #bell}: rung since the last wait. */
  private boolean rung;

  private volatile boolean stopped;
  private final long from;
  private long next;
  private long sent;

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
    thread.start();
  }

  /** Ends the tail with a word on how to go on, and waits until its end is recorded. */
  void stop() throws InterruptedException {
    stopped = true;
    wake();
    thread.join();
  }

  private void run() {
    try {
      String told = "tail from=" + from + Filters.describe(query);
      followAndRecordEnd(tails.accesses().read(permit, told, List.of()));
    } catch (RuntimeException | InterruptedException e) {
      fail(e);
    } finally {
      tails.ended(this);
    }
  }

  private void followAndRecordEnd(Recorded begun) throws InterruptedException {
    try {
      follow(begun);
    } finally {
      recordEnd();
    }
  }

  private void follow(Recorded begun) throws InterruptedException {
    try (SearchIndex.Subscription _ = tails.room().subscribe(permit, this::wake)) {
      beat(begun);
      while (!visit().gone()) {
        check();
        if (!sendBatch(begun) && !await()) {
          beat(begun);
        }
      }
    }
  }

  /** Sends what there is; false if there was nothing. */
  private boolean sendBatch(Recorded begun) throws InterruptedException {
    long bound = tails.room().indexed(permit);
    if (next >= bound) {
      return false;
    }
    Page page = new Page(Page.Order.OLDEST_FIRST, next - 1, bound, BATCH);
    List<EntryView> found = tails.room().read(permit, open -> find(page, open));
    for (EntryView entry : found) {
      awaitReady();
      if (visit().gone()) {
        return true;
      }
      next = entry.index() + 1;
      sent++;
      outlet.send(begun.shows(new Step(entry, next)));
    }
    next = found.size() < BATCH && !visit().gone() ? bound : next;
    return true;
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

  private void beat(Recorded begun) {
    if (outlet.ready() || sent == 0) {
      outlet.send(begun.shows(new Step(null, next)));
    }
  }

  /** Throws what ends the tail: an expired token, or the server's end. */
  private void check() {
    if (who.expired(tails.clock().instant())) {
      throw TrailException.of(
          TrailException.Code.UNAUTHENTICATED,
          "token of " + who.name() + ": expired (expected: a newer one; resume at " + next + ")");
    }
    if (stopped) {
      throw TrailException.of(
          TrailException.Code.UNAVAILABLE, "the server is going down; resume at " + next);
    }
  }

  private void awaitReady() throws InterruptedException {
    while (!outlet.ready() && !visit().gone()) {
      check();
      await();
    }
  }

  /** Waits for the bell, the heartbeat or the token's end; true if the bell rang. */
  private boolean await() throws InterruptedException {
    long deadline = System.nanoTime() + patience().toNanos();
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

  private Duration patience() {
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
