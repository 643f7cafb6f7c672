package io.tabellion.cli.audit;

import io.tabellion.audit.files.LogFreeze;
import io.tabellion.audit.verify.Verification;
import io.tabellion.durable.Disk;
import io.tabellion.durable.FileDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code audit restore}: verifies a backup, and starts a log that names and succeeds it. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description =
        "Verify a backup, and start a new log that succeeds it: its first entry names the backup, its"
            + " checkpoint and a digest of its segments, and the accepted tools (pins) are taken"
            + " over. A copy never goes on under its own key: that would be a second history with"
            + " the same name. Keep the backup: it holds the entries until then, and nothing in it is"
            + " changed.",
    footer = {
      "",
      "Examples:",
      "  ./tabellion audit restore /backup/tuesday --into /srv/log-2 --origin example.com/tabellion/2",
      "  ./tabellion audit restore /backup/tuesday --checkpoint kept.checkpoint --into /srv/log-2 \\",
      "      --origin example.com/tabellion/2"
    })
final class RestoreCommand implements Callable<Integer> {
  @Parameters(paramLabel = "BACKUP", description = "Directory that audit backup made.")
  private Path backup = Path.of("");

  @Mixin private final SuccessorOptions successor = new SuccessorOptions();

  @Option(
      names = "--key",
      paramLabel = "VKEY|FILE",
      description = "Public key of the log, from elsewhere (default: the one in the backup).")
  private @Nullable String key;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description = "Checkpoint from elsewhere: detects a backup that was cut or changed.")
  private @Nullable Path checkpoint;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    int status =
        Reports.print(
            spec, false, () -> new Verification(backup, key, checkpoint, null, null, null).run());
    if (spec == null || status != 0) {
      return failed(status);
    }
    try {
      LogFreeze.restore(new FileDisk(), backup, successor.settings(), InstantSource.system());
    } catch (Disk.AlreadyLockedException e) {
      throw new CliException(backup + ": a server has this log (expected: a backup)", e);
    } catch (IllegalArgumentException e) {
      throw new CliException(String.valueOf(e.getMessage()), e);
    }
    Stream.of(successor.takePins(backup), successor.takeStops(backup))
        .filter(warning -> !warning.isEmpty())
        .forEach(spec.commandLine().getErr()::println);
    spec.commandLine().getOut().println(successor.succeeds(backup));
    return 0;
  }

  private int failed(int status) {
    if (spec != null && status == 1) {
      spec.commandLine()
          .getErr()
          .println(backup + ": not verified (expected: an intact backup); nothing was made");
    }
    return status;
  }
}
