package io.tabellion.cli;

import io.tabellion.cli.audit.AuditCommand;
import io.tabellion.cli.mask.DetectorsCommand;
import io.tabellion.cli.mask.MaskCommand;
import io.tabellion.cli.pins.PinsCommand;
import io.tabellion.cli.policy.PolicyCommand;
import io.tabellion.terminal.Mistakes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command line of the server's program. */
public final class CommandLines {
  private CommandLines() {}

  /** Returns it; {@code serve} runs {@code program}. */
  public static CommandLine of(ServeCommand.Program program) {
    return Mistakes.in(
        new CommandLine(new Root())
            .addSubcommand(new ServeCommand(program))
            .addSubcommand(new AuditCommand())
            .addSubcommand(new PinsCommand())
            .addSubcommand(new PolicyCommand())
            .addSubcommand(new MaskCommand())
            .addSubcommand(new DetectorsCommand())
            .addSubcommand(new VersionCommand())
            .addSubcommand(new HelpCommand()));
  }

  /** Only the frame: without a verb it shows the help. */
  @Command(
      name = "tabellion",
      description =
          "The notary for AI agents: judges MCP traffic behind Envoy and keeps a signed trail.",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class)
  private static final class Root implements Runnable {
    @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public void run() {
      if (spec != null) {
        spec.commandLine().usage(spec.commandLine().getOut());
      }
    }
  }

  /** {@code version}. */
  @Command(name = "version", description = "Print the version.")
  private static final class VersionCommand implements Runnable {
    @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public void run() {
      if (spec != null) {
        spec.root().commandLine().printVersionHelp(spec.commandLine().getOut());
      }
    }
  }
}
