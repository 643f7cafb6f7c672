package io.tabellion.api;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.Semaphore;

/**
 * Answers calls with one answer each: so many at a time and no more, of one reader and of all;
 * failures as gRPC statuses.
 *
 * <p>Thread-safe.
 */
final class Calls {
  /** Calls of one reader at one time. */
  static final int EACH = 4;

  private static final int MOST = 64;

  private final Semaphore running = new Semaphore(MOST);
  private final Seats seats = new Seats("calls", EACH);

  /** A call's work. */
  interface Work<A> {
    A answer(Reader who) throws InterruptedException;
  }

  /** Does the work on this thread, and answers. */
  <A> void answer(StreamObserver<A> observer, Work<A> work) {
    try {
      Reader who = Reader.KEY.get();
      seats.take(who);
      try {
        observer.onNext(answer(who, work));
      } finally {
        seats.leave(who);
      }
      observer.onCompleted();
    } catch (RuntimeException | InterruptedException e) {
      observer.onError(Errors.of(e));
    }
  }

  private <A> A answer(Reader who, Work<A> work) throws InterruptedException {
    if (!running.tryAcquire()) {
      throw ApiException.of(
          ApiException.Code.EXHAUSTED,
          "calls: too many at once (expected: at most " + MOST + "; ask again later)");
    }
    try {
      return work.answer(who);
    } finally {
      running.release();
    }
  }
}
