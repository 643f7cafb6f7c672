package io.tabellion.cli.audit;

import io.tabellion.audit.LogFreeze;
import io.tabellion.audit.LogSettings;
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
import picocli.CommandLine.Spec;

/** {@code audit freeze}: ends a damaged log, and starts one that names it. */
@Command(
    name = "freeze",
    mixinStandardHelpOptions = true,
    description =
        "End a log that the server refuses to open, and start a new one whose first entry names the"
            + " damaged one, its checkpoint and a digest of its segments. Keep the damaged directory:"
            + " it is evidence.")
final class FreezeCommand implements Callable<Integer> {
  @Option(
      names = "--log",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the damaged log.")
  private Path log = Path.of("");

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

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    try {
      LogFreeze.freeze(
          new FileDisk(),
          log,
          LogSettings.of(into, origin, Version.text()),
          InstantSource.system());
    } catch (Disk.AlreadyLockedException e) {
      return failed(log + ": a server has this log (expected: stop it, then freeze)");
    } catch (IllegalArgumentException | IOException e) {
      return failed(String.valueOf(e.getMessage()));
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%s is frozen; %s succeeds it.%nIn the configuration: log: {directory: %s, origin: %s}%n",
            log, into, into, origin);
    return 0;
  }

  private int failed(String message) {
    if (spec != null) {
      spec.commandLine().getErr().println(message);
    }
    return 2;
  }
}
