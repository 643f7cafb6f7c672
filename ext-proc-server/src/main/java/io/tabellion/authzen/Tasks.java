package io.tabellion.authzen;

import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Vote;
import io.tabellion.jsonrpc.Json;
import io.tabellion.trail.ApprovalView;
import java.time.Instant;

/**
 * A request for approval as a task of the Access Request and Approval Profile (draft 1, "Task
 * Status Endpoint" and "Approval and Re-evaluation"), with no member that it does not define.
 *
 * <p>Pure and thread-safe.
 */
final class Tasks {
  private Tasks() {}

  /**
   * Returns the answer of the status endpoint.
   *
   * @param base of addresses, e.g. {@code https://tabellion.example.com}
   */
  static Json.Obj of(ApprovalView view, String base) {
    ApprovalRequest request = view.request();
    String status = status(request.state());
    Json.Obj task =
        Json.Obj.EMPTY
            .with("id", new Json.Text(request.id()))
            .with("status", new Json.Text(status))
            .with(
                "status_endpoint", new Json.Text(base + AccessRequests.PATH + "/" + request.id()));
    if (request.state().isOpen()) {
      task = task.with("expires_at", time(request.until()));
    }
    if (request.state() == ApprovalState.PENDING && request.quorum() > 1) {
      task = task.with("progress", progress(request));
    }
    if (view.mine()) {
      Json review = new Json.Text(base + "/approvals/" + request.id());
      task = task.with("links", Json.Obj.EMPTY.with("review", review));
    }
    Json.Obj answer = Json.Obj.EMPTY.with("task", task);
    return status.equals("approved") ? answer.with("result", result(request)) : answer;
  }

  /** The status that the profile has for a state. */
  static String status(ApprovalState state) {
    return switch (state) {
      case PENDING -> "pending";
      case APPROVED, CONSUMED, COMPLETED, FAILED_UPSTREAM, OUTCOME_UNKNOWN -> "approved";
      case DENIED -> "denied";
      case EXPIRED -> "expired";
      case CANCELLED, REVOKED, SUPERSEDED -> "cancelled";
    };
  }

  private static Json.Obj progress(ApprovalRequest request) {
    int next = Math.min(request.votes().size() + 1, request.quorum());
    return Json.Obj.EMPTY
        .with("current_step", Json.Num.of(next))
        .with("total_steps", Json.Num.of(request.quorum()));
  }

  /** The identical call is evaluated again when it comes; an approval that was used is over. */
  private static Json.Obj result(ApprovalRequest request) {
    Json.Obj approval = Json.Obj.EMPTY.with("id", new Json.Text(request.id()));
    if (!request.votes().isEmpty()) {
      Vote last = request.votes().getLast();
      approval = approval.with("approved_at", time(last.at()));
    }
    Instant until = request.state() == ApprovalState.APPROVED ? request.until() : request.changed();
    return Json.Obj.EMPTY
        .with("mode", new Json.Text("reevaluate"))
        .with("approval", approval.with("approved_until", time(until)));
  }

  static Json time(Instant time) {
    return new Json.Text(time.toString());
  }
}
