package io.tabellion.cli.approvals;

import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.Grant;
import io.tabellion.approval.v1.ListGrantsRequest;
import io.tabellion.approval.v1.Vote;
import io.tabellion.terminal.Printable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code approvals grants}: shows what further calls are let on. */
@Command(
    name = "grants",
    mixinStandardHelpOptions = true,
    description = {
      "List the grants for further calls that are not over: whose calls, to which tool, how many are"
          + " left, until when. approvals revoke ends one at once."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion approvals grants",
      "  ./tabellion approvals revoke grt-3f0c7be1a2d4 --reason 'the job is done'"
    })
final class GrantsCommand extends ApprovalVerb {
  @Override
  protected void ask(ApprovalServiceBlockingStub stub) {
    List<Grant> grants = stub.listGrants(ListGrantsRequest.getDefaultInstance()).getGrantsList();
    if (json()) {
      grants.forEach(this::print);
      return;
    }
    if (grants.isEmpty()) {
      out().println("No further calls are let on.");
      return;
    }
    out().printf("%-16s  %-9s  %-10s  %-24s  %s%n", "GRANT", "CALLS", "TIME LEFT", "TOOL", "FOR");
    for (Grant grant : grants) {
      Duration left =
          Duration.between(Instant.now(), Instant.ofEpochSecond(grant.getExpires().getSeconds()));
      out()
          .printf(
              "%-16s  %-9s  %-10s  %-24s  %s, by %s%s%n",
              grant.getId(),
              (grant.getUses() - grant.getUsed()) + " of " + grant.getUses(),
              Sheet.text(left),
              Printable.of(grant.getTool()) + " of " + Printable.of(grant.getServer()),
              Printable.of(grant.getSubject()),
              Printable.of(
                  String.join(", ", grant.getVotesList().stream().map(Vote::getSubject).toList())),
              grant.getIdentical() ? " (same arguments)" : "");
    }
  }
}
