package io.tabellion.cli.approvals;

import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.ApproveCallRequest;
import io.tabellion.approval.v1.Window;
import io.tabellion.terminal.Printable;
import io.tabellion.yaml.Durations;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code approvals approve}: lets one call on, once. */
@Command(
    name = "approve",
    mixinStandardHelpOptions = true,
    description = {
      "Approve one call as you saw it: it may be made once, by the same caller, with the same"
          + " arguments. The audit log records that you did it.",
      "The digest makes sure that you approve what you looked at. approvals show prints it, with the"
          + " command to type; its first 16 digits are enough."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion approvals approve apr-3f0c7be1a2d4 --digest 9c1e4f0a7b6d2233",
      "  ./tabellion approvals approve apr-3f0c7be1a2d4 --digest 9c1e4f0a7b6d2233 --reason 'INC-42'",
      "  ./tabellion approvals approve apr-3f0c7be1a2d4 --digest 9c1e4f0a7b6d2233 --for 1h --uses 5"
    })
final class ApproveCommand extends ApprovalVerb {
  private static final String GRANTED =
      "%nFurther calls are let on as well, once all who must approve allowed them:".formatted()
          + " ./tabellion approvals grants";

  @Parameters(paramLabel = "ID", description = "Approval, as approvals list shows it.")
  private String id = "";

  @Option(
      names = "--digest",
      required = true,
      paramLabel = "DIGEST",
      description = "Digest of the call that you looked at, as approvals show prints it.")
  private String digest = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why. Some rules require it.")
  private String reason = "";

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = {
        "Approve further calls as well, for so long (30m, 2h). Only where the rule has"
            + " approval.window, within its limits; approvals show tells them."
      })
  private @Nullable String lasting;

  @Option(
      names = "--uses",
      paramLabel = "N",
      description = "How many further calls, with --for (default: what the rule allows).")
  private int uses;

  private int status;

  @Override
  protected void ask(ApprovalServiceBlockingStub stub) {
    Approval looked = looked(stub, id, digest);
    if (looked == null) {
      status = 1;
      return;
    }
    ApproveCallRequest.Builder request =
        ApproveCallRequest.newBuilder().setId(id).setDigest(looked.getDigest()).setReason(reason);
    if (!window(request, looked)) {
      status = 1;
      return;
    }
    Approval approved = stub.approveCall(request.build());
    if (json()) {
      print(approved);
      return;
    }
    out()
        .println(
            approved.getState().equals("approved")
                ? "Approved: %s. The call may be made once.%s"
                    .formatted(approved.getId(), request.hasWindow() ? GRANTED : "")
                : "Your approval of %s counts: %d of %d."
                    .formatted(approved.getId(), approved.getVotesCount(), approved.getQuorum()));
  }

  /** Sets what further calls are approved; returns whether that can be meant. */
  private boolean window(ApproveCallRequest.Builder request, Approval looked) {
    if (lasting == null) {
      if (uses != 0) {
        err().println("--uses: without --for (expected: --for TIME, such as --for 1h)");
        return false;
      }
      return true;
    }
    try {
      request.setWindow(
          Window.newBuilder()
              .setSeconds(Durations.parse(lasting).toSeconds())
              .setUses(uses == 0 ? looked.getWindow().getUses() : uses));
      return true;
    } catch (IllegalArgumentException e) {
      err().println("--for: %s (expected: %s)".formatted(Printable.of(lasting), e.getMessage()));
      return false;
    }
  }

  @Override
  protected int status() {
    return status;
  }
}
