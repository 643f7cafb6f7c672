package io.tabellion.cli.pins;

import io.tabellion.cli.audit.Printable;
import io.tabellion.pins.v1.AcceptPinRequest;
import io.tabellion.pins.v1.Pin;
import io.tabellion.pins.v1.PinServiceGrpc.PinServiceBlockingStub;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pins accept}: lets callers use the definition that waits. */
@Command(
    name = "accept",
    mixinStandardHelpOptions = true,
    description = "Let callers use the definition that waits. It is recorded who did.")
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

  @Override
  protected void ask(PinServiceBlockingStub stub) {
    Pin pin =
        stub.acceptPin(
            AcceptPinRequest.newBuilder()
                .setServer(server)
                .setTool(tool)
                .setDigest(digest)
                .build());
    if (json()) {
      print(pin);
      return;
    }
    out().printf("Accepted: %s of %s.%n", Printable.of(tool), Printable.of(server));
  }
}
