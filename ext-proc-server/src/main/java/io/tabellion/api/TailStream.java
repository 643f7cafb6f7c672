package io.tabellion.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.tabellion.audit.v1.TailEntriesResponse;
import io.tabellion.trail.EntryView;
import io.tabellion.trail.FollowEntries.Step;
import io.tabellion.trail.Outlet;
import io.tabellion.trail.Shown;
import io.tabellion.trail.TrailException;

/** A gRPC stream that a tail sends to. */
record TailStream(ServerCallStreamObserver<TailEntriesResponse> observer) implements Outlet {

  boolean cancelled() {
    return observer.isCancelled();
  }

  @Override
  public boolean ready() {
    return observer.isReady();
  }

  @Override
  public void onChange(Runnable bell) {
    observer.setOnReadyHandler(bell);
    observer.setOnCancelHandler(bell);
  }

  @Override
  public void send(Shown<Step> step) {
    var answer = TailEntriesResponse.newBuilder().setNextIndex(step.answer().next());
    EntryView entry = step.answer().entry();
    if (entry != null) {
      answer.setEntry(Entries.toApi(entry));
    }
    observer.onNext(answer.build());
  }

  @Override
  public void fail(TrailException why) {
    observer.onError(Errors.of(why));
  }
}
