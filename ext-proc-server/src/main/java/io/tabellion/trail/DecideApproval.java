package io.tabellion.trail;

import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.Decisions;
import io.tabellion.approval.Decisions.Word;
import io.tabellion.approval.Person;
import io.tabellion.approval.Vote;
import io.tabellion.approval.WindowGrant;
import org.jspecify.annotations.Nullable;

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
    REVOKE,
    BREAK_GLASS,
    REVIEW
  }

  /**
   * Does it, and shows the request as it is then.
   *
   * @throws io.tabellion.approval.ApprovalException if the person may not, or not now
   */
  public Shown<ApprovalView> ask(Visit visit, Act act, Word word) throws InterruptedException {
    return ask(visit, act, word, null);
  }

  /**
   * The same.
   *
   * @param window further calls that are approved with it; null if none, and for other acts
   */
  public Shown<ApprovalView> ask(Visit visit, Act act, Word word, Vote.@Nullable Window window)
      throws InterruptedException {
    Permit permit = visit.permit(Right.DECIDE);
    Person who = permit.reader().person();
    ApprovalRequest after =
        switch (act) {
          case APPROVE -> decisions.approve(who, word, window);
          case DENY -> decisions.deny(who, word);
          case ASK_BACK -> decisions.askBack(who, word);
          case REVOKE -> decisions.revoke(who, word);
          case BREAK_GLASS -> decisions.breakGlass(who, word);
          case REVIEW -> decisions.review(who, word);
        };
    return Recorded.of(permit, after).shows(ApprovalView.brief(after, who));
  }

  /**
   * Ends a grant for further calls.
   *
   * @param word its {@code id} is that of the grant
   * @throws io.tabellion.approval.ApprovalException if there is none, or the person may not
   */
  public Shown<WindowGrant> revokeGrant(Visit visit, Word word) throws InterruptedException {
    Permit permit = visit.permit(Right.DECIDE);
    WindowGrant ended = decisions.revokeGrant(permit.reader().person(), word);
    return Recorded.of(permit, ended).shows(ended);
  }
}
