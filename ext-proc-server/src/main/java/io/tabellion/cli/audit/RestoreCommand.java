package io.tabellion.cli.audit;

import io.tabellion.audit.LogFreeze;
import io.tabellion.audit.LogSettings;
import io.tabellion.audit.verify.Report;
import io.tabellion.audit.verify.Verification;
import io.tabellion.cli.Version;
import io.tabellion.durable.Disk;
import io.tabellion.durable.FileDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
            + " the same name. Keep the backup: it holds the entries until then.",
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

  @Option(
      names = "--into",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the new log; not there yet, or empty.")
  private Path into = Path.of("");

  @Option(
      names = "--origin",
      required = true,
      paramLabel = "ORIGIN",
      description = "Name of the new log, such as example.com/tabellion/2.")
  private String origin = "";

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
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    try {
      Report report = new Verification(backup, key, checkpoint, null, null, null).run();
      spec.commandLine().getOut().print(Printable.lines(report.text()));
      spec.commandLine().getOut().flush();
      if (!report.verified()) {
        return failed(backup + ": not verified (expected: an intact backup); nothing was made", 1);
      }
      LogFreeze.freeze(
          new FileDisk(),
          backup,
          LogSettings.of(into, origin, Version.text()),
          InstantSource.system());
    } catch (Disk.AlreadyLockedException e) {
      return failed(backup + ": a server has this log (expected: a backup)", 2);
    } catch (Verification.Impossible | IllegalArgumentException | IOException e) {
      return failed(String.valueOf(e.getMessage()), 2);
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%s succeeds %s.%nIn the configuration: log: {directory: %s, origin: %s}%n",
            into, backup, into, origin);
    return 0;
  }

  private int failed(String message, int status) {
    if (spec != null) {
      spec.commandLine().getErr().println(message);
    }
    return status;
  }
}
