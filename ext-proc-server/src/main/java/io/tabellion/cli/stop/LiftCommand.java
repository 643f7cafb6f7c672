package io.tabellion.cli.stop;

import io.tabellion.stops.v1.LiftStopRequest;
import io.tabellion.stops.v1.Stop;
import io.tabellion.stops.v1.StopServiceGrpc.StopServiceBlockingStub;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code stop lift}: ends a stop. */
@Command(
    name = "lift",
    mixinStandardHelpOptions = true,
    description = {
      "Lift a stop. The policy decides again about what it stopped. The log records who did it, and"
          + " how many messages the stop refused.",
      "Needs a token or certificate with the role responder or admin."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion stop lift k7f2qd --token-file admin.token",
      "  ./tabellion stop lift k7f2qd --token-file admin.token --json"
    })
final class LiftCommand extends StopVerb {
  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "Id of the stop, as stop list shows it.")
  private String id = "";

  @Override
  protected void ask(StopServiceBlockingStub stub) {
    Stop stop = stub.liftStop(LiftStopRequest.newBuilder().setId(id).build());
    if (json()) {
      print(stop);
      return;
    }
    out()
        .printf(
            "Lifted: %s  %s. It refused %s.%n",
            stop.getId(), StopText.what(stop.getSelector()), StopText.refused(stop));
  }
}
