package io.tabellion.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.index.IndexException;
import io.tabellion.audit.index.Page;
import io.tabellion.audit.index.Query;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.audit.index.Stop;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.TailEntriesResponse;
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
 * One caller who follows the trail: sends what is new, in order, no faster than it is taken.
 *
 * <p>Confined to its virtual thread but for {@link #wake} and {@link #stop}.
 */
final class Tail {
  private static final int BATCH = 256;

  private final Tails tails;
  private final Reader who;
  private final Query query;
  private final ServerCallStreamObserver<TailEntriesResponse> observer;
  private final Thread thread = Thread.ofVirtual().name("audit-tail").unstarted(this::run);
  private final Object bell = new Object();

  /** Guarded by {@link #bell}: rung since the last wait. */
  private boolean rung;

  private volatile boolean stopped;
  private final long from;
  private long next;
  private long sent;

  Tail(
      Tails tails,
      Reader who,
      Query query,
      long from,
      ServerCallStreamObserver<TailEntriesResponse> observer) {
    this.tails = tails;
    this.who = who;
    this.query = query;
    this.from = from;
    this.next = from;
    this.observer = observer;
  }

  Reader who() {
    return who;
  }

  void start() {
    observer.setOnReadyHandler(this::wake);
    observer.setOnCancelHandler(this::wake);
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
      tails.accesses().record(who, "tail from=" + from + Queries.describe(query), List.of());
      followAndRecordEnd();
    } catch (RuntimeException | InterruptedException e) {
      fail(e);
    } finally {
      tails.ended(this);
    }
  }

  private void followAndRecordEnd() throws InterruptedException {
    try {
      follow();
    } finally {
      recordEnd();
    }
  }

  private void follow() throws InterruptedException {
    try (SearchIndex.Subscription _ = tails.index().subscribe(this::wake)) {
      beat();
      while (!observer.isCancelled()) {
        check();
        if (!sendBatch() && !await()) {
          beat();
        }
      }
    }
  }

  /** Sends what there is; false if there was nothing. */
  private boolean sendBatch() throws InterruptedException {
    long bound = tails.index().size();
    if (next >= bound) {
      return false;
    }
    Page page = new Page(Page.Order.OLDEST_FIRST, next - 1, bound, BATCH);
    List<Entry> found = tails.room().read(observer::isCancelled, stop -> find(page, stop));
    for (Entry entry : found) {
      awaitReady();
      if (observer.isCancelled()) {
        return true;
      }
      next = entry.getIndex() + 1;
      sent++;
      observer.onNext(TailEntriesResponse.newBuilder().setEntry(entry).setNextIndex(next).build());
    }
    next = found.size() < BATCH && !observer.isCancelled() ? bound : next;
    return true;
  }

  /** Returns the entries of a page; none if the caller went away meanwhile. */
  private List<Entry> find(Page page, Stop stop) {
    try {
      return tails.index().search(query, page, stop).stream()
          .map(at -> Entries.toApi(tails.reader().read(at)))
          .toList();
    } catch (IndexException e) {
      if (e.code() == IndexException.Code.STOPPED) {
        return List.of();
      }
      throw e;
    }
  }

  private void beat() {
    if (observer.isReady() || sent == 0) {
      observer.onNext(TailEntriesResponse.newBuilder().setNextIndex(next).build());
    }
  }

  /** Throws what ends the tail: an expired token, or the server's end. */
  private void check() {
    if (who.expired(tails.clock().instant())) {
      throw ApiException.of(
          ApiException.Code.UNAUTHENTICATED,
          "token of " + who.name() + ": expired (expected: a newer one; resume at " + next + ")");
    }
    if (stopped) {
      throw ApiException.of(
          ApiException.Code.UNAVAILABLE, "the server is going down; resume at " + next);
    }
  }

  private void awaitReady() throws InterruptedException {
    while (!observer.isReady() && !observer.isCancelled()) {
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
      tails.accesses().record(who, told, List.of());
    } catch (AuditUnavailableException e) {
      // What ended the tail is told to the caller; the log's failure is known to the log.
      System.getLogger(Tail.class.getName())
          .log(System.Logger.Level.WARNING, "the end of a tail could not be recorded", e);
    }
  }

  private void fail(Throwable e) {
    if (!observer.isCancelled()) {
      observer.onError(Errors.of(e));
    }
  }
}
