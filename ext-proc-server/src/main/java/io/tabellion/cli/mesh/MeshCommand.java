package io.tabellion.cli.mesh;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mesh}: puts Tabellion into a service mesh. Without a verb it shows the help. */
@Command(
    name = "mesh",
    mixinStandardHelpOptions = true,
    description = "Put Tabellion before the MCP servers of a service mesh.",
    subcommands = {
      AttachCommand.class,
      CheckCommand.class,
      ProveCommand.class,
    })
public final class MeshCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }
}
