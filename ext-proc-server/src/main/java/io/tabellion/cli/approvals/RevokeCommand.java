package io.tabellion.cli.approvals;

import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.Grant;
import io.tabellion.approval.v1.RevokeApprovalRequest;
import io.tabellion.approval.v1.RevokeGrantRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code approvals revoke}: takes an approval back. */
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    description = {
      "Take an approval back that was not used yet, with the grant for further calls that came with"
          + " it; or end such a grant alone. The agent is told the reason."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion approvals revoke apr-3f0c7be1a2d4 --reason 'approved by mistake'",
      "  ./tabellion approvals revoke grt-5b1d09c2e7aa --reason 'the job is done'"
    })
final class RevokeCommand extends ApprovalVerb {
  private static final String GRANT = "grt-";

  @Parameters(
      paramLabel = "ID",
      description = "Approval as approvals list shows it, or grant as approvals grants does.")
  private String id = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; the agent is told.")
  private String text = "";

  @Override
  protected void ask(ApprovalServiceBlockingStub stub) {
    if (id.startsWith(GRANT)) {
      Grant ended =
          stub.revokeGrant(RevokeGrantRequest.newBuilder().setId(id).setReason(text).build());
      if (json()) {
        print(ended);
      } else {
        out().println("Revoked: " + ended.getId() + ".");
      }
      return;
    }
    Approval after =
        stub.revokeApproval(RevokeApprovalRequest.newBuilder().setId(id).setReason(text).build());
    if (json()) {
      print(after);
    } else {
      out().println("Revoked: " + after.getId() + ".");
    }
  }
}
