package io.tabellion.cli.approvals;

import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.RevokeApprovalRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code approvals revoke}: takes an approval back. */
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    description = {"Take an approval back that was not used yet. The agent is told the reason."},
    footer = {
      "%nExamples:",
      "  ./tabellion approvals revoke apr-3f0c7be1a2d4 --reason 'approved by mistake'",
      "  ./tabellion approvals revoke apr-3f0c7be1a2d4 --reason 'approved by mistake' --json"
    })
final class RevokeCommand extends ApprovalVerb {
  @Parameters(paramLabel = "ID", description = "Approval, as approvals list shows it.")
  private String id = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; the agent is told.")
  private String text = "";

  @Override
  protected void ask(ApprovalServiceBlockingStub stub) {
    Approval after =
        stub.revokeApproval(RevokeApprovalRequest.newBuilder().setId(id).setReason(text).build());
    if (json()) {
      print(after);
    } else {
      out().println("Revoked: " + after.getId() + ".");
    }
  }
}
