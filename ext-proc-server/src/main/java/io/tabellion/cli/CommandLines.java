package io.tabellion.cli;

import io.tabellion.cli.approvals.ApprovalsCommand;
import io.tabellion.cli.audit.AuditCommand;
import io.tabellion.cli.mask.DetectorsCommand;
import io.tabellion.cli.mask.MaskCommand;
import io.tabellion.cli.mesh.MeshCommand;
import io.tabellion.cli.pins.PinsCommand;
import io.tabellion.cli.policy.PolicyCommand;
import io.tabellion.cli.stop.StopCommand;
import io.tabellion.terminal.Mistakes;
import io.tabellion.version.Version;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command line of the server's program. */
public final class CommandLines {
  private static final String NAME = "tabellion";
  private static final String SERVE = "serve";

  /** What has verbs of its own. */
  static final Map<String, Class<?>> GROUPS =
      Map.of(
          "audit", AuditCommand.class,
          "approvals", ApprovalsCommand.class,
          "pins", PinsCommand.class,
          "stop", StopCommand.class,
          "policy", PolicyCommand.class,
          "detectors", DetectorsCommand.class,
          "mesh", MeshCommand.class);

  /** Verbs of no group that need nothing of the others. */
  static final Map<String, Class<?>> ALONE =
      Map.of(
          "health", HealthCommand.class,
          "mask", MaskCommand.class,
          "token", TokenCommand.class);

  private CommandLines() {}

  /** Returns it; {@code serve} runs {@code program}. */
  public static CommandLine of(ServeCommand.Program program) {
    return Mistakes.in(
        new CommandLine(new Root())
            .addSubcommand(new ServeCommand(program))
            .addSubcommand(new HealthCommand())
            .addSubcommand(new AuditCommand())
            .addSubcommand(new ApprovalsCommand())
            .addSubcommand(new PinsCommand())
            .addSubcommand(new StopCommand())
            .addSubcommand(new PolicyCommand())
            .addSubcommand(new MaskCommand())
            .addSubcommand(new DetectorsCommand())
            .addSubcommand(new TokenCommand())
            .addSubcommand(new MeshCommand())
            .addSubcommand(new VersionCommand())
            .addSubcommand(new HelpCommand()));
  }

  static CommandLine serve(ServeCommand.Program program) {
    return Mistakes.in(new CommandLine(new ServeCommand(program)))
        .setCommandName("%s %s".formatted(NAME, SERVE));
  }

  /**
   * Runs a command line; returns its exit status. Of {@code serve}, {@code audit search} and the
   * like only that verb is made: making all of them takes more CPU than most of them need.
   */
  public static int execute(ServeCommand.Program program, String... args) {
    if (args.length > 0 && args[0].equals(SERVE)) {
      return serve(program).execute(Arrays.copyOfRange(args, 1, args.length));
    }
    CommandLine verb = verb(args);
    return verb == null
        ? of(program).execute(args)
        : verb.execute(Arrays.copyOfRange(args, words(args), args.length));
  }

  /**
   * Returns the verb that the first argument, or a group and the second, name, as it is in the
   * whole command line; null if they name none.
   */
  static @Nullable CommandLine verb(String... args) {
    Class<?> verb = verbClass(args);
    return verb == null
        ? null
        : Mistakes.in(new CommandLine(verb))
            .setCommandName(NAME + " " + String.join(" ", Arrays.copyOf(args, words(args))));
  }

  /** Returns how many arguments name a verb that is made by itself. */
  private static int words(String... args) {
    return ALONE.containsKey(args[0]) ? 1 : 2;
  }

  private static @Nullable Class<?> verbClass(String... args) {
    Class<?> alone = args.length == 0 ? null : ALONE.get(args[0]);
    Class<?> group = args.length < 2 ? null : GROUPS.get(args[0]);
    return group == null ? alone : verb(group, args[1]);
  }

  private static @Nullable Class<?> verb(Class<?> group, String name) {
    for (Class<?> verb : group.getAnnotation(Command.class).subcommands()) {
      if (verb.getAnnotation(Command.class).name().equals(name)) {
        return verb;
      }
    }
    return null;
  }

  /** Only the frame: without a verb it shows the help. */
  @Command(
      name = NAME,
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
