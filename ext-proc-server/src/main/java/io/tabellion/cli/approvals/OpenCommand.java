package io.tabellion.cli.approvals;

import io.tabellion.cli.audit.ApiVerb;
import io.tabellion.console.v1.ConsoleServiceGrpc;
import io.tabellion.console.v1.ConsoleServiceGrpc.ConsoleServiceBlockingStub;
import io.tabellion.console.v1.OpenConsoleRequest;
import io.tabellion.console.v1.OpenConsoleResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code approvals open}: a link to the page. Beside a demo it signs in the approver. */
@Command(
    name = "open",
    mixinStandardHelpOptions = true,
    description = {
      "Print a link to the approval page that signs you in there. It works once, for 60 seconds. Keep"
          + " it to yourself: whoever opens it first is signed in as you."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion approvals open",
      "  ./tabellion approvals open apr-3f0c7be1a2d4"
    })
final class OpenCommand extends ApiVerb<ConsoleServiceBlockingStub> {
  @Parameters(
      arity = "0..1",
      paramLabel = "ID",
      description = "Approval that is shown first, as approvals list shows it (default: the list).")
  private String id = "";

  OpenCommand() {
    super(ConsoleServiceGrpc::newBlockingStub, ApprovalVerb.TOKEN);
  }

  @Override
  protected String option(String field) {
    return field.equals("approval") ? "ID" : super.option(field);
  }

  @Override
  protected void ask(ConsoleServiceBlockingStub stub) {
    OpenConsoleResponse opened =
        stub.openConsole(OpenConsoleRequest.newBuilder().setApproval(id).build());
    if (json()) {
      print(opened);
    } else {
      out().println(opened.getLink());
      out().println("It signs in " + opened.getReader() + ", once, within 60 seconds.");
    }
  }
}
