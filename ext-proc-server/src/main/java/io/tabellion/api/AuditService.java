package io.tabellion.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.Checkpoint;
import io.tabellion.audit.v1.GetCheckpointRequest;
import io.tabellion.audit.v1.GetEntryRequest;
import io.tabellion.audit.v1.GetEntryResponse;
import io.tabellion.audit.v1.GetTimelineRequest;
import io.tabellion.audit.v1.GetTimelineResponse;
import io.tabellion.audit.v1.SearchEntriesRequest;
import io.tabellion.audit.v1.SearchEntriesResponse;
import io.tabellion.audit.v1.TailEntriesRequest;
import io.tabellion.audit.v1.TailEntriesResponse;
import io.tabellion.trail.FollowEntries;
import io.tabellion.trail.Trail;
import io.tabellion.trail.Visit;

/**
 * The audit API (audit.proto says what each call does) over the use cases of the trail.
 *
 * <p>Thread-safe. Calls run on virtual threads and block on files.
 */
final class AuditService extends AuditServiceGrpc.AuditServiceImplBase {
  private final Trail trail;
  private final Calls calls;

  AuditService(Trail trail) {
    this.trail = trail;
    this.calls = new Calls(trail);
  }

  @Override
  public void searchEntries(
      SearchEntriesRequest request, StreamObserver<SearchEntriesResponse> observer) {
    calls.answer(
        observer, visit -> trail.search().ask(visit, Questions.search(request)), Answers::search);
  }

  @Override
  public void getEntry(GetEntryRequest request, StreamObserver<GetEntryResponse> observer) {
    calls.answer(
        observer, visit -> trail.entry().ask(visit, Questions.entry(request)), Answers::entry);
  }

  @Override
  public void getTimeline(
      GetTimelineRequest request, StreamObserver<GetTimelineResponse> observer) {
    calls.answer(
        observer,
        visit -> trail.timeline().ask(visit, Questions.timeline(request)),
        Answers::timeline);
  }

  @Override
  public void getCheckpoint(GetCheckpointRequest request, StreamObserver<Checkpoint> observer) {
    calls.answer(observer, visit -> trail.head().ask(visit), Proofs::toApi);
  }

  @Override
  public void tailEntries(
      TailEntriesRequest request, StreamObserver<TailEntriesResponse> observer) {
    var stream = new TailStream((ServerCallStreamObserver<TailEntriesResponse>) observer);
    try {
      FollowEntries.Question question = Questions.tail(request);
      Visit visit = trail.enterToFollow(Authenticator.READER.get(), stream::cancelled);
      trail.follow().begin(visit, question, stream);
    } catch (RuntimeException | InterruptedException e) {
      observer.onError(Errors.of(e));
    }
  }
}
