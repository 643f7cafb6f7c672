package io.tabellion.cli.approvals;

import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.ListApprovalsRequest;
import io.tabellion.approval.v1.ListApprovalsResponse;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code approvals list}: shows the calls that wait. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "List the calls that wait for a decision, and approved calls that were not made yet, oldest"
          + " first. What ended more than 10 minutes ago is in the audit log only."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion approvals list --mine",
      "  ./tabellion approvals list --of crm --state denied --state expired"
    })
final class ListCommand extends ApprovalVerb {
  @Option(names = "--of", paramLabel = "SERVER", description = "Only calls to this MCP server.")
  private String server = "";

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description =
          "Only calls in this state: pending, approved, consumed, completed, failed-upstream,"
              + " outcome-unknown, denied, expired, cancelled, revoked or superseded (default:"
              + " pending and approved). May be given several times.")
  private List<String> states = List.of();

  @Option(
      names = "--unreviewed",
      description =
          "Only calls that were let on by approvals break-glass and that nobody reviewed, in any"
              + " state.")
  private boolean unreviewed;

  @Option(names = "--mine", description = "Only calls that you may decide about, or may review.")
  private boolean mine;

  @Override
  protected void ask(ApprovalServiceBlockingStub stub) {
    ListApprovalsRequest.Builder request =
        ListApprovalsRequest.newBuilder()
            .setServer(server)
            .addAllStates(states)
            .setMine(mine)
            .setUnreviewed(unreviewed);
    ListApprovalsResponse page;
    boolean titled = json();
    do {
      page = stub.listApprovals(request.build());
      for (Approval approval : page.getApprovalsList()) {
        if (!titled) {
          out().println(Sheet.titles());
          titled = true;
        }
        line(approval);
      }
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    if (!titled) {
      out().println(unreviewed ? "No call waits for a review." : "No call waits for a decision.");
    }
  }

  private void line(Approval approval) {
    if (json()) {
      print(approval);
    } else {
      out().println(Sheet.line(approval).stripTrailing());
    }
  }
}
