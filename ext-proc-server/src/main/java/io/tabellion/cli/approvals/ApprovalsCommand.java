package io.tabellion.cli.approvals;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code approvals}: calls that wait for a person. Without a verb it shows the help. */
@Command(
    name = "approvals",
    mixinStandardHelpOptions = true,
    description = {
      "Calls that wait for a person: list them, look at one, approve or deny it.",
      "list, show, watch, grants and open need the role approver, auditor, responder or admin. The"
          + " other verbs need the role approver or admin, and the policy must name you as an approver of the call"
          + " (approval.approvers). Nobody can decide about a call of their own."
    },
    subcommands = {
      ListCommand.class,
      ShowCommand.class,
      OpenCommand.class,
      WatchCommand.class,
      ApproveCommand.class,
      DenyCommand.class,
      AskCommand.class,
      RevokeCommand.class,
      GrantsCommand.class,
      BreakGlassCommand.class,
      ReviewCommand.class,
      UndeliveredCommand.class
    })
public final class ApprovalsCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }
}
