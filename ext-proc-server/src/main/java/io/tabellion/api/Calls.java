package io.tabellion.api;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.Semaphore;

/**
 * Answers calls with one answer each: so many at a time and no more, failures as gRPC statuses.
 *
 * <p>Thread-safe.
 */
final class Calls {
  private static final int MOST = 64;

  private final Semaphore running = new Semaphore(MOST);

  /** A call's work. */
  interface Work<A> {
    A answer(Reader who) throws InterruptedException;
  }

  /** Does the work on this thread, and answers. */
  <A> void answer(StreamObserver<A> observer, Work<A> work) {
    if (!running.tryAcquire()) {
      observer.onError(
          Errors.of(
              ApiException.of(
                  ApiException.Code.EXHAUSTED,
                  "calls: too many at once (expected: at most " + MOST + ")")));
      return;
    }
    try {
      A answer = work.answer(Reader.KEY.get());
      observer.onNext(answer);
      observer.onCompleted();
    } catch (RuntimeException | InterruptedException e) {
      observer.onError(Errors.of(e));
    } finally {
      running.release();
    }
  }
}
