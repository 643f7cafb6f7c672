package io.tabellion.cli.audit;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a log is that is read from its files: options, else the newest demo of this checkout. */
public final class LogOptions {
  @Option(
      names = "--log",
      paramLabel = "DIR",
      description = "Directory of the log (default: that of the newest demo).")
  private @Nullable Path log;

  @Option(names = "--dir", paramLabel = "DIR", description = "Directory of a demo, for its log.")
  private @Nullable Path dir;

  /** Returns the directory that {@code --log} names; null if it was left out. */
  @Nullable Path named() {
    return log;
  }

  /**
   * Returns the directory of the log; null if there is none.
   *
   * @throws CliException if the configuration of {@code --dir} cannot be read
   */
  public @Nullable Path directory() {
    return log == null ? Pointer.of(dir).log() : log;
  }
}
