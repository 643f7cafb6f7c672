package io.tabellion.cli.policy;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code policy}: reads policy files. Without a verb it shows the help. */
@Command(
    name = "policy",
    mixinStandardHelpOptions = true,
    description = "Check, test, try and explain policy files, replay recorded traffic.",
    subcommands = {
      CheckCommand.class,
      TestCommand.class,
      TryCommand.class,
      ReplayCommand.class,
      ExplainCommand.class,
      InitCommand.class
    })
public final class PolicyCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }
}
