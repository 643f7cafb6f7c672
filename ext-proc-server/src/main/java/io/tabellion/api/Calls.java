package io.tabellion.api;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.tabellion.trail.Shown;
import io.tabellion.trail.Trail;
import io.tabellion.trail.Visit;
import java.util.function.Function;

/**
 * Answers calls with one answer each; failures as gRPC statuses.
 *
 * <p>Thread-safe.
 */
final class Calls {
  private final Trail trail;

  Calls(Trail trail) {
    this.trail = trail;
  }

  /** A question to the trail, as a call asks it. */
  interface Asking<A> {
    Shown<A> ask(Visit visit) throws InterruptedException;
  }

  /** Asks on this thread, for the reader of the current context, and answers. */
  <A, M> void answer(StreamObserver<M> observer, Asking<A> asking, Function<A, M> toApi) {
    Context call = Context.current();
    try {
      try (Visit visit = trail.enter(Authenticator.READER.get(), call::isCancelled)) {
        observer.onNext(toApi.apply(asking.ask(visit).answer()));
      }
      observer.onCompleted();
    } catch (RuntimeException | InterruptedException e) {
      observer.onError(Errors.of(e));
    }
  }
}
