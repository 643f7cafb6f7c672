package io.tabellion.cli.audit;

import io.tabellion.audit.files.LogSettings;
import io.tabellion.version.Version;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The new log that succeeds another one. */
final class SuccessorOptions {
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

  LogSettings settings() {
    return LogSettings.of(into, origin, Version.text());
  }

  /** Says that it is there, and how a server gets it. */
  String succeeds(Path before) {
    return "%s succeeds %s.%nIn the configuration: log: {directory: %s, origin: %s}"
        .formatted(into, before, into, origin);
  }
}
