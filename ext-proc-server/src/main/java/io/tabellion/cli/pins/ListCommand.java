package io.tabellion.cli.pins;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.pins.v1.Definition;
import io.tabellion.pins.v1.LeftOutItem;
import io.tabellion.pins.v1.ListPinsRequest;
import io.tabellion.pins.v1.ListPinsResponse;
import io.tabellion.pins.v1.Pin;
import io.tabellion.pins.v1.PinServiceGrpc.PinServiceBlockingStub;
import io.tabellion.terminal.Printable;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pins list}: shows the tools that were seen. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "List the tools that servers showed, and whether callers may use them. Then list the tools,"
          + " prompts, resources and templates that were left out of lists since the server"
          + " started, each with the reason."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion pins list --of crm",
      "  ./tabellion pins list --quarantined"
    })
final class ListCommand extends PinVerb {
  private static final int SHORT_DIGEST = 12;

  @Option(names = "--of", paramLabel = "SERVER", description = "Only tools of this MCP server.")
  private String server = "";

  @Option(
      names = "--quarantined",
      description = "Only tools that wait for an operator, and items that were left out.")
  private boolean quarantined;

  @Option(
      names = "--as-file",
      description = "Print what is accepted as the file that pins.file of the configuration names.")
  private boolean asFile;

  @Override
  protected void ask(PinServiceBlockingStub stub) {
    if (asFile) {
      out().println("pins:");
    }
    ListPinsRequest.Builder request =
        ListPinsRequest.newBuilder().setServer(server).setQuarantined(quarantined);
    ListPinsResponse page;
    do {
      page = stub.listPins(request.build());
      page.getPinsList().forEach(this::show);
      page.getLeftOutList().forEach(this::show);
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
  }

  private void show(Pin pin) {
    if (asFile) {
      showAsFile(pin);
    } else if (json()) {
      print(pin);
    } else {
      showRow(pin);
    }
  }

  private void show(LeftOutItem item) {
    if (asFile) {
      return;
    }
    if (json()) {
      print(item);
      return;
    }
    out()
        .printf(
            "%-11s  %-20s  %-32s  %s: %s%n",
            "LEFT OUT",
            Printable.of(item.getServer()),
            (item.getKind().equals("tool") ? "" : item.getKind() + " ")
                + Printable.of(item.getName()),
            item.getReason(),
            item.getDetail());
  }

  /** Names in double quotes: JSON strings are YAML, and a digest of digits only is no number. */
  private void showAsFile(Pin pin) {
    if (pin.hasAccepted() && pin.getCaller().isEmpty()) {
      showAsFile(pin, pin.getAccepted());
      pin.getVariantsList().forEach(variant -> showAsFile(pin, variant));
    }
  }

  private void showAsFile(Pin pin, Definition definition) {
    out()
        .printf(
            "  - {server: %s, tool: %s, digest: \"%s\"}%n",
            JsonWriter.toText(new Json.Text(pin.getServer())),
            JsonWriter.toText(new Json.Text(pin.getTool())),
            definition.getDigest());
  }

  private void showRow(Pin pin) {
    Definition current = pin.hasPending() ? pin.getPending() : pin.getAccepted();
    String digest = current.getDigest();
    out()
        .printf(
            "%-11s  %-20s  %-32s  %s  %s%n",
            state(pin),
            Printable.of(pin.getServer()),
            Printable.of(pin.getTool()),
            digest.substring(0, Math.min(SHORT_DIGEST, digest.length())),
            String.join("; ", notes(pin, current)));
  }

  private static String state(Pin pin) {
    if (pin.getQuarantined()) {
      return "QUARANTINED";
    }
    return pin.hasPending() ? "CHANGED" : "accepted";
  }

  private static List<String> notes(Pin pin, Definition current) {
    List<String> notes = new ArrayList<>();
    if (!pin.getCaller().isEmpty()) {
      notes.add("caller " + pin.getCaller());
    }
    if (!pin.getSameName().isEmpty()) {
      notes.add("its name cannot be told from " + Printable.of(pin.getSameName()));
    }
    if (current.getSuspicionsCount() > 0) {
      notes.add(String.join(", ", current.getSuspicionsList()));
    }
    return notes;
  }
}
