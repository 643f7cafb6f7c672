package io.tabellion.trail;

import com.google.protobuf.ByteString;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Person;
import org.jspecify.annotations.Nullable;

/**
 * A request for approval as it is shown.
 *
 * @param call the call, masked; null in lists, and where it is not held
 * @param mine whether whoever looks may decide about it
 * @param mayBreakGlass whether whoever looks may let it on without approval
 */
public record ApprovalView(
    ApprovalRequest request, @Nullable ByteString call, boolean mine, boolean mayBreakGlass) {

  static ApprovalView brief(ApprovalRequest request, Person looks) {
    return new ApprovalView(request, null, mine(request, looks), mayBreakGlass(request, looks));
  }

  static ApprovalView whole(ApprovalRequest request, Person looks) {
    return new ApprovalView(
        request, request.shown(), mine(request, looks), mayBreakGlass(request, looks));
  }

  private static boolean mine(ApprovalRequest request, Person looks) {
    return request.state().isOpen() && request.mayDecide(looks);
  }

  private static boolean mayBreakGlass(ApprovalRequest request, Person looks) {
    return request.state() == ApprovalState.PENDING && request.mayBreakGlass(looks);
  }
}
