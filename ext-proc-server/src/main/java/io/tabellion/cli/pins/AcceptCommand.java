package io.tabellion.cli.pins;

import io.tabellion.pins.v1.AcceptPinRequest;
import io.tabellion.pins.v1.Pin;
import io.tabellion.pins.v1.PinServiceGrpc.PinServiceBlockingStub;
import io.tabellion.terminal.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pins accept}: lets callers use the definition that waits. */
@Command(
    name = "accept",
    mixinStandardHelpOptions = true,
    description = {
      "Let callers use the definition that waits. The log records who did it.",
      "Needs a token or certificate with the role admin (api.tokens[].role or api.clients[].role in"
          + " the configuration). The role auditor can only look. A demo's admin token is"
          + " admin.token in its directory."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion pins accept crm refund 3f0c7be1a2d4... --token-file admin.token",
      "  ./tabellion pins accept crm 'Get Weather' 3f0c7be1a2d4... --token-file admin.token"
    })
final class AcceptCommand extends PinVerb {
  @Parameters(index = "0", paramLabel = "SERVER", description = "MCP server.")
  private String server = "";

  @Parameters(index = "1", paramLabel = "TOOL", description = "Tool.")
  private String tool = "";

  @Parameters(
      index = "2",
      paramLabel = "DIGEST",
      description = "Digest of the definition that you looked at, as pins diff shows it.")
  private String digest = "";

  @Option(
      names = "--caller",
      paramLabel = "DIGEST",
      description =
          "Caller, as pins list shows it, for a server where each caller has its own pins"
              + " (servers[].pins.scope: caller). The definition is accepted for every caller who"
              + " is shown it.")
  private String caller = "";

  @Override
  protected void ask(PinServiceBlockingStub stub) {
    Pin pin =
        stub.acceptPin(
            AcceptPinRequest.newBuilder()
                .setServer(server)
                .setTool(tool)
                .setDigest(digest)
                .setCaller(caller)
                .build());
    if (json()) {
      print(pin);
      return;
    }
    out().printf("Accepted: %s of %s.%n", Printable.of(tool), Printable.of(server));
  }
}
