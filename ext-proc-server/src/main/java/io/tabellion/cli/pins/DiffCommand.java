package io.tabellion.cli.pins;

import io.tabellion.cli.audit.Printable;
import io.tabellion.pins.v1.Definition;
import io.tabellion.pins.v1.GetPinRequest;
import io.tabellion.pins.v1.Pin;
import io.tabellion.pins.v1.PinServiceGrpc.PinServiceBlockingStub;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pins diff}: shows how the definition that waits differs from the accepted one. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description =
        "Show how the definition that waits differs from the accepted one, value by value."
            + " Characters that one cannot see are shown by their code.")
final class DiffCommand extends PinVerb {
  @Parameters(index = "0", paramLabel = "SERVER", description = "MCP server.")
  private String server = "";

  @Parameters(index = "1", paramLabel = "TOOL", description = "Tool.")
  private String tool = "";

  @Override
  protected void ask(PinServiceBlockingStub stub) {
    Pin pin = stub.getPin(GetPinRequest.newBuilder().setServer(server).setTool(tool).build());
    if (json()) {
      print(pin);
      return;
    }
    if (!pin.hasPending()) {
      out().println("Nothing waits: callers use the accepted definition.");
      show("accepted", pin.getAccepted());
      return;
    }
    show("accepted", pin.getAccepted());
    show("waiting", pin.getPending());
    out().println();
    Changes.between(pin.getAccepted().getJson(), pin.getPending().getJson())
        .forEach(line -> out().println(Printable.of(line)));
    out().println();
    out()
        .printf(
            "To let callers use it: ./tabellion pins accept %s %s %s%n",
            Printable.of(server), Printable.of(tool), pin.getPending().getDigest());
  }

  private void show(String name, Definition definition) {
    if (definition.getDigest().isEmpty()) {
      out().printf("%-9s none%n", name);
      return;
    }
    String suspicions =
        definition.getSuspicionsCount() == 0
            ? ""
            : "  suspicious: " + String.join(", ", definition.getSuspicionsList());
    out().printf("%-9s %s%s%n", name, definition.getDigest(), suspicions);
  }
}
