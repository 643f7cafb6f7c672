package io.tabellion.cli.mesh;

import io.tabellion.mesh.Filters;
import io.tabellion.mesh.attach.Place;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mesh attach}: the manifests that put Tabellion before an MCP server. */
@Command(
    name = "attach",
    mixinStandardHelpOptions = true,
    description = "Print the manifests that put Tabellion before an MCP server.")
final class AttachCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--to", paramLabel = "PLACE", required = true, description = "Where.")
  private Place place = Place.SIDECAR;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().getOut().println("# " + place + ": " + Filters.ORDER);
    }
  }
}
