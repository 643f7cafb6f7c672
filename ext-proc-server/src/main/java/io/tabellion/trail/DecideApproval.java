package io.tabellion.trail;

import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.Decisions;
import io.tabellion.approval.Decisions.Word;
import io.tabellion.approval.Person;

/**
 * Decides about a request for approval. Each decision is one entry of kind {@code approval.*}, with
 * which it counts.
 *
 * <p>Thread-safe. Blocks its caller.
 */
public final class DecideApproval {
  private final Decisions decisions;

  DecideApproval(Decisions decisions) {
    this.decisions = decisions;
  }

  /** What a person does about a request. */
  public enum Act {
    APPROVE,
    DENY,
    ASK_BACK,
    REVOKE
  }

  /**
   * Does it, and shows the request as it is then.
   *
   * @throws io.tabellion.approval.ApprovalException if the person may not, or not now
   */
  public Shown<ApprovalView> ask(Visit visit, Act act, Word word) throws InterruptedException {
    Permit permit = visit.permit(Right.DECIDE);
    Person who = permit.reader().person();
    ApprovalRequest after =
        switch (act) {
          case APPROVE -> decisions.approve(who, word);
          case DENY -> decisions.deny(who, word);
          case ASK_BACK -> decisions.askBack(who, word);
          case REVOKE -> decisions.revoke(who, word);
        };
    return Recorded.of(permit, after).shows(ApprovalView.brief(after, who));
  }
}
