package io.tabellion.api;

import com.google.protobuf.Timestamp;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tabellion.approval.Decisions.Word;
import io.tabellion.approval.Vote;
import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc;
import io.tabellion.approval.v1.ApproveCallRequest;
import io.tabellion.approval.v1.AskBackRequest;
import io.tabellion.approval.v1.BreakGlassRequest;
import io.tabellion.approval.v1.DenyCallRequest;
import io.tabellion.approval.v1.GetApprovalRequest;
import io.tabellion.approval.v1.Grant;
import io.tabellion.approval.v1.ListApprovalsRequest;
import io.tabellion.approval.v1.ListApprovalsResponse;
import io.tabellion.approval.v1.ListGrantsRequest;
import io.tabellion.approval.v1.ListGrantsResponse;
import io.tabellion.approval.v1.ReviewApprovalRequest;
import io.tabellion.approval.v1.RevokeApprovalRequest;
import io.tabellion.approval.v1.RevokeGrantRequest;
import io.tabellion.approval.v1.WatchApprovalsRequest;
import io.tabellion.approval.v1.WatchApprovalsResponse;
import io.tabellion.approval.v1.Window;
import io.tabellion.trail.DecideApproval.Act;
import io.tabellion.trail.Paging;
import io.tabellion.trail.SeeApprovals;
import io.tabellion.trail.Trail;
import io.tabellion.trail.Visit;
import java.time.Duration;
import java.time.Instant;

/**
 * The API of approvals (approval.proto says what each call does) over the use cases of the trail.
 *
 * <p>Thread-safe. Calls run on virtual threads and block until they are recorded.
 */
final class ApprovalService extends ApprovalServiceGrpc.ApprovalServiceImplBase {
  private final Trail trail;
  private final Calls calls;

  ApprovalService(Trail trail) {
    this.trail = trail;
    this.calls = new Calls(trail);
  }

  @Override
  public void listApprovals(
      ListApprovalsRequest request, StreamObserver<ListApprovalsResponse> observer) {
    var question =
        new SeeApprovals.Question(
            request.getStatesList(),
            request.getServer(),
            request.getMine(),
            new Paging(request.getPageSize(), request.getPageToken()),
            request.getUnreviewed());
    calls.answer(observer, visit -> trail.approvals().list(visit, question), ApprovalAnswers::list);
  }

  @Override
  public void getApproval(GetApprovalRequest request, StreamObserver<Approval> observer) {
    calls.answer(
        observer,
        visit -> trail.approvals().show(visit, request.getId()),
        ApprovalAnswers::approval);
  }

  @Override
  public void watchApprovals(
      WatchApprovalsRequest request, StreamObserver<WatchApprovalsResponse> observer) {
    Context call = Context.current();
    Instant since = request.hasSince() ? instant(request.getSince()) : null;
    try (Visit visit =
        trail.enterToFollow(Authenticator.READER.get(), () -> call.isCancelled() || ended())) {
      trail
          .approvals()
          .watch(
              visit,
              since,
              view ->
                  ((ServerCallStreamObserver<WatchApprovalsResponse>) observer)
                      .onNext(
                          WatchApprovalsResponse.newBuilder()
                              .setApproval(ApprovalAnswers.approval(view.answer()))
                              .build()));
      observer.onCompleted();
    } catch (RuntimeException | InterruptedException e) {
      observer.onError(Errors.of(e));
    }
  }

  private volatile boolean ended;

  private boolean ended() {
    return ended;
  }

  /** Ends watches: the server goes down. */
  void end() {
    ended = true;
  }

  private static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  @Override
  public void approveCall(ApproveCallRequest request, StreamObserver<Approval> observer) {
    Word word = new Word(request.getId(), request.getDigest(), request.getReason());
    Vote.Window window = request.hasWindow() ? window(request.getWindow()) : null;
    calls.answer(
        observer,
        visit -> trail.decide().ask(visit, Act.APPROVE, word, window),
        ApprovalAnswers::approval);
  }

  private static Vote.Window window(Window asked) {
    return new Vote.Window(Duration.ofSeconds(asked.getSeconds()), asked.getUses());
  }

  @Override
  public void denyCall(DenyCallRequest request, StreamObserver<Approval> observer) {
    decide(observer, Act.DENY, new Word(request.getId(), "", request.getReason()));
  }

  @Override
  public void askBack(AskBackRequest request, StreamObserver<Approval> observer) {
    decide(observer, Act.ASK_BACK, new Word(request.getId(), "", request.getQuestion()));
  }

  @Override
  public void revokeApproval(RevokeApprovalRequest request, StreamObserver<Approval> observer) {
    decide(observer, Act.REVOKE, new Word(request.getId(), "", request.getReason()));
  }

  @Override
  public void breakGlass(BreakGlassRequest request, StreamObserver<Approval> observer) {
    decide(
        observer,
        Act.BREAK_GLASS,
        new Word(request.getId(), request.getDigest(), request.getReason()));
  }

  @Override
  public void reviewApproval(ReviewApprovalRequest request, StreamObserver<Approval> observer) {
    decide(observer, Act.REVIEW, new Word(request.getId(), "", request.getReason()));
  }

  @Override
  public void listGrants(ListGrantsRequest request, StreamObserver<ListGrantsResponse> observer) {
    calls.answer(observer, visit -> trail.approvals().grants(visit), ApprovalAnswers::grants);
  }

  @Override
  public void revokeGrant(RevokeGrantRequest request, StreamObserver<Grant> observer) {
    Word word = new Word(request.getId(), "", request.getReason());
    calls.answer(
        observer, visit -> trail.decide().revokeGrant(visit, word), ApprovalAnswers::grant);
  }

  private void decide(StreamObserver<Approval> observer, Act act, Word word) {
    calls.answer(
        observer, visit -> trail.decide().ask(visit, act, word), ApprovalAnswers::approval);
  }
}
