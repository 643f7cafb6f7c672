package io.tabellion.stop;

import io.tabellion.audit.AuditLog;
import io.tabellion.audit.StoredEntry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/** Gives the stops of a log that have no end to the one that succeeds it. */
public final class StopHandOver {
  private StopHandOver() {}

  /** The entries of the log before. */
  @FunctionalInterface
  public interface Entries {
    /** Reads the entries from an index on, as far as they can be read. */
    void read(long from, Consumer<StoredEntry> entries) throws IOException;
  }

  /**
   * Finds them.
   *
   * @throws IOException if a disk fails, or an entry sets a stop that this version does not
   *     understand
   */
  public static List<Stop> find(Entries before) throws IOException {
    Told told = new Told();
    try {
      before.read(0, told::tell);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    return told.open().stream().map(Told.Open::stop).toList();
  }

  /**
   * Sets them in the successor, by whom they were set before.
   *
   * @param origin of the log before
   */
  public static void set(List<Stop> stops, String origin, AuditLog successor, InstantSource clock)
      throws InterruptedException {
    for (Stop stop : stops) {
      successor.append(List.of(StopEntries.set(stop, "log=" + origin, clock)));
    }
  }
}
