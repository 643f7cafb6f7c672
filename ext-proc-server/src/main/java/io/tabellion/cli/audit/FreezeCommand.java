package io.tabellion.cli.audit;

import io.tabellion.audit.files.LogFreeze;
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

  @Mixin private final SuccessorOptions successor = new SuccessorOptions();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    try {
      LogFreeze.freeze(new FileDisk(), log, successor.settings(), InstantSource.system());
    } catch (Disk.AlreadyLockedException e) {
      throw new CliException(log + ": a server has this log (expected: stop it, then freeze)", e);
    } catch (IllegalArgumentException e) {
      throw new CliException(String.valueOf(e.getMessage()), e);
    }
    Stream.of(successor.takePins(log), successor.takeStops(log))
        .filter(warning -> !warning.isEmpty())
        .forEach(spec.commandLine().getErr()::println);
    spec.commandLine().getOut().println(log + " is frozen; " + successor.succeeds(log));
    return 0;
  }
}
