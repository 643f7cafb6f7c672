package io.tabellion.cli.approvals;

import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.DenyCallRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code approvals deny}: keeps one call from being made. */
@Command(
    name = "deny",
    mixinStandardHelpOptions = true,
    description = {
      "Deny one call. It ends the request, whoever approved it before. The agent is told the reason."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion approvals deny apr-3f0c7be1a2d4 --reason 'wrong customer'",
      "  ./tabellion approvals deny apr-3f0c7be1a2d4 --reason 'wrong customer' --json"
    })
final class DenyCommand extends ApprovalVerb {
  @Parameters(paramLabel = "ID", description = "Approval, as approvals list shows it.")
  private String id = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why; the agent is told. Some rules require it.")
  private String text = "";

  @Override
  protected void ask(ApprovalServiceBlockingStub stub) {
    Approval after = stub.denyCall(DenyCallRequest.newBuilder().setId(id).setReason(text).build());
    if (json()) {
      print(after);
    } else {
      out().println("Denied: " + after.getId() + ".");
    }
  }
}
