package io.tabellion.trail;

import io.tabellion.audit.AuditReader;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.index.IndexException;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.audit.index.Stop;
import io.tabellion.pace.LowPriority;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/*
 * Calls of traffic are walked on virtual threads, whose carriers are as many as there are
 * processors. SQLite is native code: a search on a virtual thread would hold a carrier until it is
 * done, and as many searches as processors would hold them all. So searches, and reading and
 * decoding what they found, are done here, by half as many platform threads as there are
 * processors; whoever asked waits on a virtual thread, which costs nothing.
 */
/**
 * Where the log and its index lie, to be read with a permit: by few threads of its own, of the
 * lowest priority, and with an end for each search.
 *
 * <p>Thread-safe. {@link #close} is called once, after the last question.
 */
final class ReadingRoom implements AutoCloseable {
  private static final Duration INDEX_PATIENCE = Duration.ofSeconds(2);

  private final AuditReader log;
  private final SearchIndex index;
  private final ExecutorService workers;

  /**
   * @param workers threads that read
   */
  ReadingRoom(AuditReader log, SearchIndex index, int workers) {
    this.log = log;
    this.index = index;
    this.workers = Executors.newFixedThreadPool(workers, LowPriority.threads("audit-reader-"));
  }

  /** Threads for reading on a machine with so many processors. */
  static int workers(int processors) {
    return Math.max(1, processors / 2);
  }

  /** The log and its index, as they lie open for one visit. */
  static final class Open {
    private final AuditReader log;
    private final SearchIndex index;
    private final Stop stop;

    private Open(AuditReader log, SearchIndex index, Stop stop) {
      this.log = log;
      this.index = index;
      this.stop = stop;
    }

    AuditReader log() {
      return log;
    }

    SearchIndex index() {
      return index;
    }

    /** When to end before it is done; asked by what takes long. */
    Stop stop() {
      return stop;
    }
  }

  /** Reading. */
  interface Work<A> {
    A read(Open open) throws InterruptedException;
  }

  /**
   * Does the reading for a visit, and waits for it.
   *
   * @throws TrailException if the searches took too long, or the reader went away
   */
  <A> A read(Permit permit, Work<A> work) throws InterruptedException {
    return await(() -> limited(permit.visit(), work));
  }

  private <A> A limited(Visit visit, Work<A> work) throws InterruptedException {
    if (visit.gone()) {
      throw TrailException.cancelled();
    }
    try {
      return work.read(new Open(log, index, visit.stop()));
    } catch (IndexException e) {
      if (e.code() == IndexException.Code.STOPPED) {
        throw visit.stopped();
      }
      throw e;
    }
  }

  private <A> A await(Callable<A> reading) throws InterruptedException {
    Future<A> read = workers.submit(reading);
    try {
      return read.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case InterruptedException stopping -> throw stopping;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /**
   * Returns how far a question sees: a first page waits for what is durable now, later ones show
   * what was there then.
   */
  Reach reach(Permit permit, boolean first) throws InterruptedException {
    if (!first) {
      return new Reach(indexed(permit), indexed(permit));
    }
    long size = size(permit);
    return new Reach(index.await(size, INDEX_PATIENCE), size);
  }

  /** Entries of the log. */
  long size(Permit permit) {
    check(permit);
    return log.size();
  }

  /** Entries of the index. */
  long indexed(Permit permit) {
    check(permit);
    return index.size();
  }

  /** The newest signed head. */
  SignedCheckpoint head(Permit permit) {
    check(permit);
    return log.head();
  }

  /** Rings the bell whenever there is more to find, until the subscription is closed. */
  SearchIndex.Subscription subscribe(Permit permit, Runnable bell) {
    check(permit);
    return index.subscribe(bell);
  }

  private static void check(Permit permit) {
    Objects.requireNonNull(permit, "permit");
  }

  /** Lets nobody in any more; what is being read ends as its visits do. */
  @Override
  public void close() {
    workers.shutdown();
  }
}
