package io.tabellion.cli.approvals;

import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.ReviewApprovalRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code approvals review}: says what became of a call that was let on without approval. */
@Command(
    name = "review",
    mixinStandardHelpOptions = true,
    description = {
      "Record what you found when you looked at a call that was let on by approvals break-glass. An"
          + " approver of the call does this who did not break the glass."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion approvals list --unreviewed",
      "  ./tabellion approvals review apr-3f0c7be1a2d4 --reason 'right: the outage was real'"
    })
final class ReviewCommand extends ApprovalVerb {
  @Parameters(paramLabel = "ID", description = "Approval, as approvals list --unreviewed shows it.")
  private String id = "";

  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "What you found.")
  private String reason = "";

  @Override
  protected void ask(ApprovalServiceBlockingStub stub) {
    Approval after =
        stub.reviewApproval(ReviewApprovalRequest.newBuilder().setId(id).setReason(reason).build());
    if (json()) {
      print(after);
    } else {
      out().println("Reviewed: " + after.getId() + ".");
    }
  }
}
