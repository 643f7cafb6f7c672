package io.tabellion.cli.approvals;

import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.WatchApprovalsRequest;
import io.tabellion.approval.v1.WatchApprovalsResponse;
import io.tabellion.terminal.Numbers;
import java.util.Iterator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code approvals watch}: follows the calls that wait. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = {
      "Show the calls that wait, and then each change, until Ctrl-C. That you watch is recorded."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion approvals watch",
      "  ./tabellion approvals watch --count 1 --json"
    })
final class WatchCommand extends ApprovalVerb {
  @Option(
      names = "--count",
      paramLabel = "N",
      converter = Numbers.LongFromOne.class,
      description = "End after so many lines.")
  private long count = Long.MAX_VALUE;

  @Override
  protected void ask(ApprovalServiceBlockingStub stub) {
    if (!json()) {
      out().println(Sheet.titles());
      out().flush();
    }
    Iterator<WatchApprovalsResponse> changes =
        stub.watchApprovals(WatchApprovalsRequest.getDefaultInstance());
    for (long shown = 0; shown < count && changes.hasNext(); shown++) {
      Approval approval = changes.next().getApproval();
      if (json()) {
        print(approval);
      } else {
        out().println(Sheet.line(approval).stripTrailing());
      }
      out().flush();
    }
  }
}
