package io.tabellion.api;

import io.grpc.Context;
import io.grpc.Status;
import io.tabellion.audit.index.IndexException;
import io.tabellion.audit.index.Stop;
import io.tabellion.pace.LowPriority;
import java.time.Duration;
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
 * Where auditors' reading is done: few threads of its own, of the lowest priority, and an end for
 * each search.
 *
 * <p>Thread-safe. {@link #close} is called once, after the last call.
 */
final class ReadingRoom implements AutoCloseable {
  private final ExecutorService workers;
  private final Duration longest;

  /**
   * @param workers threads that read
   * @param longest that the searches of one call may take
   */
  ReadingRoom(int workers, Duration longest) {
    this.longest = longest;
    this.workers = Executors.newFixedThreadPool(workers, LowPriority.threads("audit-reader-"));
  }

  /** Threads for reading on a machine with so many processors. */
  static int workers(int processors) {
    return Math.max(1, processors / 2);
  }

  /** Reading that asks {@code stop} whether to go on. */
  interface Work<A> {
    A read(Stop stop) throws InterruptedException;
  }

  /**
   * Does the reading for a call, whose context is the current one, and waits for it.
   *
   * @throws ApiException if the searches took too long
   */
  <A> A read(Work<A> work) throws InterruptedException {
    Context call = Context.current();
    return await(() -> limited(call, work));
  }

  /** Reads for as long as {@code stop} lets it, beside the limit of time. */
  <A> A read(Stop stop, Work<A> work) throws InterruptedException {
    return await(() -> work.read(stop));
  }

  private <A> A limited(Context call, Work<A> work) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    Stop stop = () -> call.isCancelled() || System.nanoTime() - end > 0;
    try {
      if (call.isCancelled()) {
        throw Status.CANCELLED.withDescription("the call was cancelled").asRuntimeException();
      }
      return work.read(stop);
    } catch (IndexException e) {
      if (e.code() != IndexException.Code.STOPPED) {
        throw e;
      }
      throw call.isCancelled()
          ? Status.CANCELLED.withDescription("the call was cancelled").asRuntimeException()
          : ApiException.of(
              ApiException.Code.TOO_LONG,
              "search: stopped after %d s (expected: a narrower question, such as a shorter range of"
                      .formatted(longest.toSeconds())
                  + " time or one more filter)");
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

  /** Lets nobody in any more; what is being read ends as its calls do. */
  @Override
  public void close() {
    workers.shutdown();
  }
}
