package io.tabellion.cli.stop;

import com.google.protobuf.util.Durations;
import io.tabellion.cli.audit.CliException;
import io.tabellion.stops.v1.Caller;
import io.tabellion.stops.v1.PreviewStopRequest;
import io.tabellion.stops.v1.PreviewStopResponse;
import io.tabellion.stops.v1.Selector;
import io.tabellion.stops.v1.SetStopRequest;
import io.tabellion.stops.v1.SetStopResponse;
import io.tabellion.stops.v1.StopServiceGrpc.StopServiceBlockingStub;
import io.tabellion.terminal.Printable;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stop}: stops somebody or something at once. */
@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    description = {
      "Stop a principal, a server, a tool, or everything, at once and before any rule of the policy:"
          + " from the next message on what matches is refused, held calls that match are cancelled,"
          + " and open event streams that match end. With several options only what matches all of"
          + " them is stopped. A stop never lets anything through.",
      "Needs a token or certificate with the role responder or admin (api.tokens[].role or"
          + " api.clients[].role in the configuration). A demo's admin token is admin.token in its"
          + " directory."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion stop --principal agent-7 --for 1h --reason 'deletes too much' --token-file admin.token",
      "  ./tabellion stop --tool 'delete_*' --mcp-server crm --reason 'ticket 4711' --dry-run --token-file admin.token"
    },
    subcommands = {ListCommand.class, LiftCommand.class})
public final class StopCommand extends StopVerb {
  @Option(
      names = "--principal",
      paramLabel = "NAME",
      description =
          "Whoever has this name as subject, workload, OAuth client, or as one of those who act for"
              + " somebody: a name with * and ?. To stop a person also stops the agents that act for"
              + " the person; to stop an agent stops it whoever it acts for.")
  private String principal = "";

  @Option(
      names = "--issuer",
      paramLabel = "ISSUER",
      description = "Only principals of this issuer (JWT iss, or trust domain); with --principal.")
  private String issuer = "";

  @Option(
      names = "--mcp-server",
      paramLabel = "NAME",
      description = "All messages to this MCP server: a name with * and ?.")
  private String server = "";

  @Option(
      names = "--tool",
      paramLabel = "NAME",
      description = "Calls of this tool: a name with * and ?.")
  private String tool = "";

  @Option(names = "--all", description = "All messages.")
  private boolean all;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "How long it holds, e.g. 30m or 2h (default: until somebody lifts it).")
  private String lasting = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description =
          "Required. Why, in a sentence. It is recorded and told to those who are stopped: no"
              + " secrets.")
  private String reason = "";

  @Option(
      names = "--dry-run",
      description =
          "Stop nothing; show how many exchanges are open now that it would match, and whose.")
  private boolean dryRun;

  @Override
  protected void ask(StopServiceBlockingStub stub) {
    Selector selector = selector();
    if (dryRun) {
      preview(
          stub.previewStop(PreviewStopRequest.newBuilder().setSelector(selector).build()),
          selector);
      return;
    }
    SetStopRequest.Builder request =
        SetStopRequest.newBuilder().setSelector(selector).setReason(reason);
    if (!lasting.isEmpty()) {
      Duration holds = duration();
      request.setDuration(Durations.fromNanos(holds.toNanos()));
    }
    if (reason.isBlank()) {
      throw new CliException("--reason: missing (expected: why, in a sentence)");
    }
    show(stub.setStop(request.build()));
  }

  private Selector selector() {
    if (!all && Stream.of(principal, server, tool).allMatch(String::isEmpty)) {
      throw new CliException(
          "stop what? (expected: --principal NAME, --mcp-server NAME, --tool NAME or --all; what is"
              + " stopped now: ./tabellion stop list)");
    }
    return Selector.newBuilder()
        .setPrincipal(principal)
        .setIssuer(issuer)
        .setServer(server)
        .setTool(tool)
        .setAll(all)
        .build();
  }

  private Duration duration() {
    try {
      return io.tabellion.yaml.Durations.parse(lasting);
    } catch (IllegalArgumentException e) {
      throw new CliException("--for: %s (expected: %s)".formatted(lasting, e.getMessage()), e);
    }
  }

  @Override
  protected String option(String field) {
    return switch (field) {
      case "principal", "issuer", "tool", "all", "reason" -> "--" + field;
      case "server" -> "--mcp-server";
      case "duration" -> "--for";
      default -> field;
    };
  }

  private void show(SetStopResponse set) {
    if (json()) {
      print(set);
      return;
    }
    out().print("STOPPED  ");
    new StopText(out(), zone(), Instant.now()).show(set.getStop());
    out().printf("Exchanges that were open and match: %d.%n", set.getOpenExchanges());
  }

  private void preview(PreviewStopResponse preview, Selector selector) {
    if (json()) {
      print(preview);
      return;
    }
    out()
        .printf(
            "Nothing was stopped. Open exchanges that match %s: %d.%n",
            StopText.what(selector), preview.getOpenExchanges());
    preview.getCallersList().forEach(this::show);
  }

  private void show(Caller caller) {
    String name = caller.getPrincipal().isEmpty() ? "(not identified)" : caller.getPrincipal();
    StringBuilder row = new StringBuilder("%6d  %s".formatted(caller.getOpenExchanges(), name));
    if (!caller.getIssuer().isEmpty()) {
      row.append(" of ").append(caller.getIssuer());
    }
    if (caller.getActorsCount() > 0) {
      row.append(", through ").append(String.join(", ", caller.getActorsList()));
    }
    out().println(Printable.of(row.toString()));
  }
}
