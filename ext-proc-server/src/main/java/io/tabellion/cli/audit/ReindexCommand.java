package io.tabellion.cli.audit;

import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.audit.files.LogSettings;
import io.tabellion.audit.index.IndexException;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.durable.Disk;
import io.tabellion.metrics.Metrics;
import io.tabellion.version.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code audit reindex}: drops the search index of a log and builds it anew. It opens the log as
 * the server does, with its lock: so it is refused while a server runs, and stands in the trail as
 * a start and a stop.
 */
@Command(
    name = "reindex",
    mixinStandardHelpOptions = true,
    description = "Build the search index of a log anew, while no server has the log.")
final class ReindexCommand implements Callable<Integer> {
  @Mixin private final LogOptions log = new LogOptions();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    try {
      Path directory = directory();
      long entries = rebuild(directory);
      spec.commandLine().getOut().println(directory + ": " + entries + " entries indexed anew");
      return 0;
    } catch (CliException | AuditDamagedException | IndexException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return 2;
    }
  }

  private static long rebuild(Path directory) {
    try (FileAuditLog opened =
        FileAuditLog.open(settings(directory), InstantSource.system(), new Metrics())) {
      return SearchIndex.rebuild(directory, opened.reader(), opened.keyedHash());
    } catch (Disk.AlreadyLockedException e) {
      throw new CliException(
          directory + ": a server has this log (expected: stop it, then reindex)", e);
    } catch (IOException e) {
      throw new CliException(directory + ": " + e.getMessage(), e);
    }
  }

  private static LogSettings settings(Path directory) throws IOException {
    Path format = directory.resolve("format");
    List<String> lines = Files.exists(format) ? Files.readAllLines(format) : List.of();
    if (lines.size() != 2) {
      throw new CliException(directory + ": no log (expected: a directory with segments/)");
    }
    return LogSettings.of(directory, lines.get(1), Version.text());
  }

  private Path directory() {
    Path found = log.directory();
    if (found == null) {
      throw new CliException("no log (expected: --log DIR)");
    }
    return found;
  }
}
