package io.tabellion.cli.approvals;

import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.GetApprovalRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code approvals show}: shows one call. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = {
      "Show one call: who asks for it, through which agents, with which arguments, by which rule it"
          + " needs approval, and who decided so far. That you look at it is recorded."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion approvals show apr-3f0c7be1a2d4",
      "  ./tabellion approvals show apr-3f0c7be1a2d4 --json"
    })
final class ShowCommand extends ApprovalVerb {
  @Parameters(paramLabel = "ID", description = "Approval, as approvals list shows it.")
  private String id = "";

  @Override
  protected void ask(ApprovalServiceBlockingStub stub) {
    show(stub.getApproval(GetApprovalRequest.newBuilder().setId(id).build()));
  }
}
