package io.tabellion.cli.audit;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code audit}: asks the trail. Without a verb it shows the help. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = "Ask the trail: search, read, follow and prove it.",
    subcommands = {
      SearchCommand.class,
      ShowCommand.class,
      WhyCommand.class,
      TailCommand.class,
      TimelineCommand.class,
      CheckpointCommand.class,
      VerifyCommand.class,
      ProveOriginalCommand.class,
      ReindexCommand.class,
      FreezeCommand.class,
      BackupCommand.class,
      RestoreCommand.class
    })
public final class AuditCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }
}
