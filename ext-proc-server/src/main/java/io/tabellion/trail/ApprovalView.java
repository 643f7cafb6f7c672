package io.tabellion.trail;

import com.google.protobuf.ByteString;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.Person;
import org.jspecify.annotations.Nullable;

/**
 * A request for approval as it is shown.
 *
 * @param call the call, masked; null in lists, and where it is not held
 * @param mine whether whoever looks may decide about it
 */
public record ApprovalView(ApprovalRequest request, @Nullable ByteString call, boolean mine) {

  static ApprovalView brief(ApprovalRequest request, Person looks) {
    return new ApprovalView(request, null, mine(request, looks));
  }

  static ApprovalView whole(ApprovalRequest request, Person looks) {
    return new ApprovalView(request, request.shown(), mine(request, looks));
  }

  private static boolean mine(ApprovalRequest request, Person looks) {
    return request.state().isOpen() && request.mayDecide(looks);
  }
}
