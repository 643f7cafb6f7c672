package io.tabellion.cli.stop;

import io.tabellion.stops.v1.ListStopsRequest;
import io.tabellion.stops.v1.Stop;
import io.tabellion.stops.v1.StopServiceGrpc.StopServiceBlockingStub;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code stop list}: shows what is stopped now. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "List what is stopped now: since when, until when, by whom, why, how many messages each stop"
          + " refused so far, and how to lift it.",
      "Any role may look."
    },
    footer = {"%nExamples:", "  ./tabellion stop list", "  ./tabellion stop list --json"})
final class ListCommand extends StopVerb {
  @Override
  protected void ask(StopServiceBlockingStub stub) {
    List<Stop> stops = stub.listStops(ListStopsRequest.getDefaultInstance()).getStopsList();
    if (json()) {
      stops.forEach(this::print);
      return;
    }
    if (stops.isEmpty()) {
      out().println("Nothing is stopped.");
      return;
    }
    StopText text = new StopText(out(), zone(), Instant.now());
    for (int i = 0; i < stops.size(); i++) {
      if (i > 0) {
        out().println();
      }
      text.show(stops.get(i));
    }
  }
}
