package io.tabellion.cli.audit;

import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.files.LogCopy;
import io.tabellion.audit.files.LogSettings;
import io.tabellion.durable.Disk;
import io.tabellion.durable.FileDisk;
import io.tabellion.pin.PinHandOver;
import io.tabellion.version.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The new log that succeeds another one. */
final class SuccessorOptions {
  private static final String PINS = "pins";

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

  /**
   * Takes the pins of the log before along: its snapshot, and what its entries behind that tell.
   *
   * @return what a person must know, empty if all went well
   */
  String takePins(Path before) {
    Disk disk = new FileDisk();
    try {
      LogCopy log = LogCopy.open(disk, before);
      PinHandOver.handOver(
          disk, before.resolve(PINS), log.origin(), log.keyedHash(), log::read, into.resolve(PINS));
      return "";
    } catch (IOException | UncheckedIOException | AuditDamagedException e) {
      return "pins: only those of the last snapshot are taken along: " + e.getMessage();
    }
  }

  /** Says that it is there, and how a server gets it. */
  String succeeds(Path before) {
    return "%s succeeds %s.%nIn the configuration: log: {directory: %s, origin: %s}"
        .formatted(into, before, into, origin);
  }
}
