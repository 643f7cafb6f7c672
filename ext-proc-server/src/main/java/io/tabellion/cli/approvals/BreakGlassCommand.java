package io.tabellion.cli.approvals;

import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.BreakGlassRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code approvals break-glass}: lets one call on without approval. */
@Command(
    name = "break-glass",
    mixinStandardHelpOptions = true,
    description = {
      "Let one call on at once, without the approval that its rule asks for. Only where the rule"
          + " names you (approval.breakGlass.who).",
      "It is logged as a warning, and another person must review it afterwards: approvals review."
          + " While a review is overdue, nobody can break the glass by that rule."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion approvals break-glass apr-3f0c7be1a2d4 --digest 9c1e4f0a7b6d2233 \\",
      "    --reason 'outage INC-42, nobody of finance answers'"
    })
final class BreakGlassCommand extends ApprovalVerb {
  @Parameters(paramLabel = "ID", description = "Approval, as approvals list shows it.")
  private String id = "";

  @Option(
      names = "--digest",
      required = true,
      paramLabel = "DIGEST",
      description = "Digest of the call that you looked at, as approvals show prints it.")
  private String digest = "";

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why it cannot wait.")
  private String reason = "";

  private int status;

  @Override
  protected void ask(ApprovalServiceBlockingStub stub) {
    Approval looked = looked(stub, id, digest);
    if (looked == null) {
      status = 1;
      return;
    }
    Approval broken =
        stub.breakGlass(
            BreakGlassRequest.newBuilder()
                .setId(id)
                .setDigest(looked.getDigest())
                .setReason(reason)
                .build());
    if (json()) {
      print(broken);
      return;
    }
    out()
        .printf(
            "Let on without approval: %s. The call may be made once.%n"
                + "Another person must review it: ./tabellion approvals review %s --reason 'WHAT YOU FOUND'%n",
            broken.getId(), broken.getId());
  }

  @Override
  protected int status() {
    return status;
  }
}
