package io.tabellion.api;

import com.google.protobuf.Timestamp;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.Requester;
import io.tabellion.approval.Vote.Window;
import io.tabellion.approval.WindowGrant;
import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.Grant;
import io.tabellion.approval.v1.ListApprovalsResponse;
import io.tabellion.approval.v1.ListGrantsResponse;
import io.tabellion.approval.v1.Vote;
import io.tabellion.policy.Question;
import io.tabellion.trail.ApprovalView;
import io.tabellion.trail.SeeApprovals;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Translates requests for approval to the API. Pure and thread-safe. */
final class ApprovalAnswers {
  private ApprovalAnswers() {}

  static ListApprovalsResponse list(SeeApprovals.Answer answer) {
    return ListApprovalsResponse.newBuilder()
        .addAllApprovals(answer.approvals().stream().map(ApprovalAnswers::approval).toList())
        .setNextPageToken(answer.nextPage())
        .build();
  }

  static Approval approval(ApprovalView view) {
    ApprovalRequest request = view.request();
    Requester requester = request.requester();
    Question.Target target = request.question().target();
    Approval.Builder approval =
        Approval.newBuilder()
            .setId(request.id())
            .setState(request.state().word())
            .setServer(request.question().setting().server())
            .setMethod(target.method())
            .setTarget(
                Stream.of(target.tool(), target.resource(), target.prompt())
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(""))
            .setSubject(text(requester.subject()))
            .setIssuer(text(requester.issuer()))
            .addAllActors(requester.actors())
            .setClientId(text(requester.clientId()))
            .addAllGroups(requester.groups())
            .setWorkload(text(requester.workload()))
            .addAllRules(request.rules())
            .setPolicy(request.policy())
            .setDefinition(text(request.definition()))
            .setQuorum(request.quorum())
            .setReasonRequired(request.wantsReasons())
            .setAsked(time(request.asked()))
            .setExpires(time(request.until()))
            .setChanged(time(request.changed()))
            .setDigest(request.digest())
            .addAllVotes(request.votes().stream().map(ApprovalAnswers::vote).toList())
            .setAsksBack(request.asksBack())
            .setIntent(text(request.intent()))
            .setMine(view.mine());
    approval
        .addAllEscalated(request.escalated().stream().sorted().toList())
        .setMayBreakGlass(view.mayBreakGlass());
    Window window = request.window();
    if (window != null) {
      approval
          .setWindow(
              io.tabellion.approval.v1.Window.newBuilder()
                  .setSeconds(window.lasting().toSeconds())
                  .setUses(window.uses()))
          .setWindowIdentical(request.windowIsForIdenticalCalls());
    }
    if (request.broke() != null) {
      approval.setBroke(vote(request.broke()));
    }
    Instant review = request.reviewUntil();
    if (review != null) {
      approval.setReviewBy(time(review));
    }
    if (request.reviewed() != null) {
      approval.setReviewed(vote(request.reviewed()));
    }
    if (request.said() != null) {
      approval.setSaid(vote(request.said()));
    }
    if (view.call() != null) {
      approval.setCall(view.call().toStringUtf8());
    }
    return approval.build();
  }

  static ListGrantsResponse grants(List<WindowGrant> grants) {
    return ListGrantsResponse.newBuilder()
        .addAllGrants(grants.stream().map(ApprovalAnswers::grant).toList())
        .build();
  }

  static Grant grant(WindowGrant grant) {
    WindowGrant.Target target = grant.target();
    return Grant.newBuilder()
        .setId(grant.id())
        .setApproval(grant.request())
        .setSubject(text(target.requester().subject()))
        .setIssuer(text(target.requester().issuer()))
        .addAllActors(target.requester().actors())
        .setServer(target.server())
        .setMethod(target.method())
        .setTool(text(target.tool()))
        .addAllRules(target.rules())
        .setIdentical(target.binding() != null)
        .addAllVotes(grant.votes().stream().map(ApprovalAnswers::vote).toList())
        .setGiven(time(grant.from()))
        .setExpires(time(grant.until()))
        .setUses(grant.uses())
        .setUsed(grant.used())
        .build();
  }

  private static Vote vote(io.tabellion.approval.Vote vote) {
    return Vote.newBuilder()
        .setSubject(vote.who().subject())
        .setIssuer(text(vote.who().issuer()))
        .addAllGroups(vote.who().groups())
        .setAt(time(vote.at()))
        .setReason(text(vote.reason()))
        .build();
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static Timestamp time(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
