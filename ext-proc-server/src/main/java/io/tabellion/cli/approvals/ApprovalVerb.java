package io.tabellion.cli.approvals;

import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc;
import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.GetApprovalRequest;
import io.tabellion.cli.audit.ApiVerb;
import io.tabellion.terminal.Printable;
import org.jspecify.annotations.Nullable;

/** A verb that asks the API of approvals. Beside a demo it uses the approver's token. */
abstract class ApprovalVerb extends ApiVerb<ApprovalServiceBlockingStub> {
  static final String TOKEN = "approver.token";

  /** Digits of a digest that tell a call from others. */
  private static final int LEAST = 16;

  ApprovalVerb() {
    super(ApprovalServiceGrpc::newBlockingStub, TOKEN);
  }

  @Override
  protected String option(String field) {
    return switch (field) {
      case "id" -> "ID";
      case "states" -> "--state";
      case "reason" -> "--reason";
      case "window" -> "--for";
      default -> super.option(field);
    };
  }

  /**
   * Returns the request whose call whoever typed looked at; null, after saying so, if the digest is
   * another.
   *
   * @param digest the first digits of it, as typed
   */
  final @Nullable Approval looked(ApprovalServiceBlockingStub stub, String id, String digest) {
    Approval looked = stub.getApproval(GetApprovalRequest.newBuilder().setId(id).build());
    if (digest.length() >= LEAST && looked.getDigest().startsWith(digest)) {
      return looked;
    }
    err()
        .println(
            "--digest: %s (expected: the first %d or more digits of the digest of %s; look at the call first: ./tabellion approvals show %s)"
                .formatted(Printable.of(digest), LEAST, Printable.of(id), Printable.of(id)));
    return null;
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
