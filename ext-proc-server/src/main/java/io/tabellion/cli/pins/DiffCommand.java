package io.tabellion.cli.pins;

import io.tabellion.pins.v1.Change;
import io.tabellion.pins.v1.Definition;
import io.tabellion.pins.v1.GetPinRequest;
import io.tabellion.pins.v1.Pin;
import io.tabellion.pins.v1.PinServiceGrpc.PinServiceBlockingStub;
import io.tabellion.terminal.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code pins diff}: shows how the definition that waits differs from the accepted one. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = {
      "Show how the definition that waits differs from the accepted one: each member that means"
          + " something else, and how grave that is, the gravest first.",
      "grave: an argument more, a claim of less harm, words that speak to the model. notable: other"
          + " words, types or values. minor: icons, results, claims of more harm.",
      "Characters that one cannot see are shown by their code."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion pins diff crm refund",
      "  ./tabellion pins diff crm 'Get Weather' --json"
    })
final class DiffCommand extends PinVerb {
  private static final JsonMapper JSON = new JsonMapper();

  @Parameters(index = "0", paramLabel = "SERVER", description = "MCP server.")
  private String server = "";

  @Parameters(index = "1", paramLabel = "TOOL", description = "Tool.")
  private String tool = "";

  @Option(
      names = "--caller",
      paramLabel = "DIGEST",
      description =
          "Caller, as pins list shows it, for a server where each caller has its own pins"
              + " (servers[].pins.scope: caller).")
  private String caller = "";

  @Override
  protected void ask(PinServiceBlockingStub stub) {
    Pin pin =
        stub.getPin(
            GetPinRequest.newBuilder().setServer(server).setTool(tool).setCaller(caller).build());
    if (json()) {
      print(pin);
      return;
    }
    if (!pin.hasPending()) {
      out().println("Nothing waits: callers use the accepted definition.");
    }
    show("accepted", pin.getAccepted());
    pin.getVariantsList().forEach(variant -> show("accepted", variant));
    if (pin.hasPending()) {
      show("waiting", pin.getPending());
      showChanges(pin);
    }
  }

  private void showChanges(Pin pin) {
    if (!pin.getSameName().isEmpty()) {
      out()
          .printf(
              "%nIts name cannot be told from that of %s. If you accept it, %s waits instead.%n",
              Printable.of(pin.getSameName()), Printable.of(pin.getSameName()));
    }
    out().println();
    if (pin.getChangesCount() == 0) {
      JSON.readTree(pin.getPending().getJson())
          .properties()
          .forEach(member -> line("+", "/" + member.getKey(), member.getValue().toString()));
    }
    pin.getChangesList().forEach(this::show);
    out().println();
    out()
        .printf(
            "To let callers use it (role admin): ./tabellion pins accept %s%s %s %s%n",
            caller.isEmpty() ? "" : "--caller " + quoted(caller) + " ",
            quoted(pin.getServer()),
            quoted(pin.getTool()),
            pin.getPending().getDigest());
  }

  private void show(Change change) {
    String where =
        switch (change.getWhat()) {
          case "masked" -> "in a value that is masked in what is kept";
          case "unknown" -> "unknown: of the accepted definition only the digest is kept";
          default -> change.getWhat();
        };
    out().printf("%-7s  %s%n", change.getGrade(), where);
    if (!change.getBefore().isEmpty()) {
      line("-", change.getPlace(), change.getBefore());
    }
    if (!change.getAfter().isEmpty()) {
      line("+", change.getPlace(), change.getAfter());
    }
  }

  private void line(String sign, String place, String value) {
    out().println(Printable.of(sign + " " + place + ": " + value));
  }

  /** As a shell takes it for one word. */
  private static String quoted(String word) {
    String shown = Printable.of(word);
    return shown.matches("[A-Za-z0-9_./:@%+=-]+") ? shown : "'" + shown.replace("'", "'\\''") + "'";
  }

  private void show(String name, Definition definition) {
    if (definition.getDigest().isEmpty()) {
      out().printf("%-9s none%n", name);
      return;
    }
    StringBuilder line = new StringBuilder("%-9s %s".formatted(name, definition.getDigest()));
    if (definition.getRevisionsCount() > 0) {
      line.append("  in lists of ").append(String.join(", ", definition.getRevisionsList()));
    }
    if (definition.getSuspicionsCount() > 0) {
      line.append("  suspicious: ").append(String.join(", ", definition.getSuspicionsList()));
    }
    out().println(Printable.of(line.toString()));
  }
}
