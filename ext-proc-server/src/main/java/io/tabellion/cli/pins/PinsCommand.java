package io.tabellion.cli.pins;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code pins}: definitions of tools. Without a verb it shows the help. */
@Command(
    name = "pins",
    mixinStandardHelpOptions = true,
    description = {
      "Definitions of tools: list them, compare a changed one, accept it.",
      "list and diff need the role auditor or admin, accept needs the role admin."
    },
    subcommands = {ListCommand.class, DiffCommand.class, AcceptCommand.class})
public final class PinsCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }
}
