package io.tabellion.cli.approvals;

import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.AskBackRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code approvals ask}: asks the requester something. */
@Command(
    name = "ask",
    mixinStandardHelpOptions = true,
    description = {
      "Ask the requester a question. Calls that wait end with it as their answer; you can still approve or deny."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion approvals ask apr-3f0c7be1a2d4 --question 'Which ticket is this for?'",
      "  ./tabellion approvals ask apr-3f0c7be1a2d4 --question 'Which ticket is this for?' --json"
    })
final class AskCommand extends ApprovalVerb {
  @Parameters(paramLabel = "ID", description = "Approval, as approvals list shows it.")
  private String id = "";

  @Option(
      names = "--question",
      required = true,
      paramLabel = "TEXT",
      description = "The question; the agent is told.")
  private String text = "";

  @Override
  protected void ask(ApprovalServiceBlockingStub stub) {
    Approval after = stub.askBack(AskBackRequest.newBuilder().setId(id).setQuestion(text).build());
    if (json()) {
      print(after);
    } else {
      out().println("Asked: " + after.getId() + ".");
    }
  }
}
