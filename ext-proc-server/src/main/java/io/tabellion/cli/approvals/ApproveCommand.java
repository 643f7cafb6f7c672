package io.tabellion.cli.approvals;

import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.ApproveCallRequest;
import io.tabellion.approval.v1.GetApprovalRequest;
import io.tabellion.terminal.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code approvals approve}: lets one call on, once. */
@Command(
    name = "approve",
    mixinStandardHelpOptions = true,
    description = {
      "Approve one call as you saw it: it may be made once, by the same caller, with the same"
          + " arguments. The audit log records that you did it.",
      "The digest makes sure that you approve what you looked at. approvals show prints it, with the"
          + " command to type; its first 16 digits are enough."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion approvals approve apr-3f0c7be1a2d4 --digest 9c1e4f0a7b6d2233",
      "  ./tabellion approvals approve apr-3f0c7be1a2d4 --digest 9c1e4f0a7b6d2233 --reason 'INC-42'"
    })
final class ApproveCommand extends ApprovalVerb {
  private static final int LEAST = 16;

  @Parameters(paramLabel = "ID", description = "Approval, as approvals list shows it.")
  private String id = "";

  @Option(
      names = "--digest",
      required = true,
      paramLabel = "DIGEST",
      description = "Digest of the call that you looked at, as approvals show prints it.")
  private String digest = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why. Some rules require it.")
  private String reason = "";

  private int status;

  @Override
  protected void ask(ApprovalServiceBlockingStub stub) {
    Approval looked = stub.getApproval(GetApprovalRequest.newBuilder().setId(id).build());
    if (digest.length() < LEAST || !looked.getDigest().startsWith(digest)) {
      err()
          .println(
              "--digest: %s (expected: the first 16 or more digits of the digest of %s; look at the call first: ./tabellion approvals show %s)"
                  .formatted(Printable.of(digest), Printable.of(id), Printable.of(id)));
      status = 1;
      return;
    }
    Approval approved =
        stub.approveCall(
            ApproveCallRequest.newBuilder()
                .setId(id)
                .setDigest(looked.getDigest())
                .setReason(reason)
                .build());
    if (json()) {
      print(approved);
      return;
    }
    out()
        .println(
            approved.getState().equals("approved")
                ? "Approved: " + approved.getId() + ". The call may be made once."
                : "Your approval of %s counts: %d of %d."
                    .formatted(approved.getId(), approved.getVotesCount(), approved.getQuorum()));
  }

  @Override
  protected int status() {
    return status;
  }
}
