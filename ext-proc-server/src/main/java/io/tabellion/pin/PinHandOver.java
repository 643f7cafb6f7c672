package io.tabellion.pin;

import io.tabellion.audit.StoredEntry;
import io.tabellion.durable.Disk;
import io.tabellion.pin.Pin.OnChange;
import io.tabellion.secret.KeyedHash;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Gives the pins of a log to the one that succeeds it: its snapshot, and what its entries behind
 * that tell. The successor takes them over as it starts.
 */
public final class PinHandOver {
  private static final System.Logger LOG = System.getLogger(PinHandOver.class.getName());

  private PinHandOver() {}

  /** The entries of the log. */
  @FunctionalInterface
  public interface Entries {
    /** Reads the entries from an index on, as far as they can be read. */
    void read(long from, Consumer<StoredEntry> entries) throws IOException;
  }

  /**
   * Writes the snapshot that a successor finds. Pin files of earlier versions are not taken away:
   * what they say is in it.
   *
   * @param folder of the log's pins
   * @param origin of the log
   * @param hash under the log's digest key
   * @param into folder of the successor's pins
   * @throws IOException if a disk fails, or a pin file of an earlier version is damaged
   */
  public static void handOver(
      Disk disk, Path folder, String origin, KeyedHash hash, Entries entries, Path into)
      throws IOException {
    Function<String, Book> empty = server -> Book.empty(server, OnChange.QUARANTINE, hash);
    PinSnapshot start = start(disk, folder, origin, hash, empty);
    boolean older = start.size() < 0;
    long[] size = {Math.max(0, start.size())};
    Map<String, Book> books = new HashMap<>(start.books());
    Fold fold = new Fold(books, empty);
    entries.read(
        size[0],
        entry -> {
          size[0] = entry.index() + 1;
          if (!older || PinEntries.isWhole(entry)) {
            PinEntries.read(entry).ifPresent(fold::tell);
          }
        });
    books.putAll(fold.done());
    if (!books.isEmpty()) {
      disk.createFolder(into, Disk.Access.SECRET);
      new PinSnapshot(origin, size[0], "", books)
          .write(disk, into.resolve(PinKeeper.SNAPSHOT), hash);
    }
  }

  /** What the entries are read on top of; of size -1 where only those that tell all count. */
  private static PinSnapshot start(
      Disk disk, Path folder, String origin, KeyedHash hash, Function<String, Book> empty)
      throws IOException {
    for (String name : List.of(PinKeeper.SNAPSHOT, PinKeeper.BEFORE)) {
      Path file = folder.resolve(name);
      if (disk.exists(file)) {
        try {
          PinSnapshot found = PinSnapshot.read(disk, file, null, empty);
          // That of a log before, which this one succeeded and did not take over yet: all counts.
          return found.log().equals(origin)
              ? PinSnapshot.read(disk, file, hash, empty)
              : new PinSnapshot(origin, 0, "", found.books());
        } catch (IOException e) {
          LOG.log(Level.WARNING, "{0}; all entries are read", e.getMessage());
        }
      }
    }
    Map<String, Book> older = PinFile.readAll(disk, folder, empty);
    return new PinSnapshot(origin, older.isEmpty() ? 0 : -1, "", older);
  }
}
