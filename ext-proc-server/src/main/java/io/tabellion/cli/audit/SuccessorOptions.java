package io.tabellion.cli.audit;

import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.audit.files.LogCopy;
import io.tabellion.audit.files.LogSettings;
import io.tabellion.durable.Disk;
import io.tabellion.durable.FileDisk;
import io.tabellion.metrics.Metrics;
import io.tabellion.pin.PinHandOver;
import io.tabellion.stop.Stop;
import io.tabellion.stop.StopHandOver;
import io.tabellion.version.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
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

  /**
   * Sets the stops of the log before, which have no end, in the new one.
   *
   * @return what a person must know, empty if all went well
   */
  String takeStops(Path before) {
    Disk disk = new FileDisk();
    try {
      LogCopy log = LogCopy.open(disk, before);
      List<Stop> stops = StopHandOver.find(log::read);
      if (!stops.isEmpty()) {
        InstantSource clock = InstantSource.system();
        try (FileAuditLog successor = FileAuditLog.open(settings(), disk, clock, new Metrics())) {
          StopHandOver.set(stops, log.origin(), successor, clock);
        }
      }
      return "";
    } catch (IOException
        | UncheckedIOException
        | AuditDamagedException
        | AuditUnavailableException e) {
      return "stops: not all were taken along; set them again (./tabellion stop): "
          + e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "stops: not taken along; set them again (./tabellion stop)";
    }
  }

  /** Says that it is there, and how a server gets it. */
  String succeeds(Path before) {
    return "%s succeeds %s.%nIn the configuration: log: {directory: %s, origin: %s}"
        .formatted(into, before, into, origin);
  }
}
