package io.tabellion.cli.approvals;

import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc;
import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.cli.audit.ApiVerb;

/** A verb that asks the API of approvals. Beside a demo it uses the approver's token. */
abstract class ApprovalVerb extends ApiVerb<ApprovalServiceBlockingStub> {
  private static final String TOKEN = "approver.token";

  ApprovalVerb() {
    super(ApprovalServiceGrpc::newBlockingStub, TOKEN);
  }

  @Override
  protected String option(String field) {
    return switch (field) {
      case "id" -> "ID";
      case "states" -> "--state";
      case "reason" -> "--reason";
      default -> super.option(field);
    };
  }

  /** Prints a request as whoever typed wants it. */
  final void show(Approval approval) {
    if (json()) {
      print(approval);
    } else {
      new Sheet(out(), zone()).print(approval);
    }
  }
}
