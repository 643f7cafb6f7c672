package io.tabellion.stop;

import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.AuditLog;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.StoredEntry;
import io.tabellion.durable.Disk;
import io.tabellion.secret.KeyedHash;
import io.tabellion.state.Changes;
import io.tabellion.state.StaleException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the stops of the log at a start, ends them when their time is over, and keeps a snapshot
 * beside the log, so that the next start need not read all of a long one. A snapshot that is
 * missing, damaged, of another log or ahead of it does not count: then all entries are read.
 *
 * <p>What the snapshot says is where entries stand; the stops themselves are read in the log.
 *
 * <p>Opened and closed by one thread; one of its own follows the log.
 */
public final class StopKeeper implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StopKeeper.class.getName());

  static final String SNAPSHOT = "snapshot";

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Between two snapshots. */
  private static final Duration REST = Duration.ofSeconds(3);

  /** After so many entries that tell nothing the snapshot says that it goes so far. */
  private static final int FAR = 100_000;

  private static final int SLICE = 4_096;

  private final Disk disk;
  private final Path folder;
  private final AuditReader log;
  private final AuditLog appended;
  private final KeyedHash hash;
  private final Stops stops;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable Thread thread;

  // Of the thread, once there is one.

  private Told told = new Told();
  private long size;
  private long savedSize = -1;
  private boolean changed;
  private boolean behind;
  private long restUntil = System.nanoTime();
  private @Nullable String said;

  private StopKeeper(
      Disk disk, Path folder, Source source, KeyedHash hash, Stops stops, InstantSource clock) {
    this.disk = disk;
    this.folder = folder;
    this.log = source.reader();
    this.appended = source.log();
    this.hash = hash;
    this.stops = stops;
    this.clock = clock;
  }

  /**
   * The log.
   *
   * @param reader of it
   * @param log takes the entries that stops ended
   */
  public record Source(AuditReader reader, AuditLog log) {}

  /**
   * Puts the stops of a log in force, and follows it from then on.
   *
   * @param folder of its snapshot, in the directory of the log
   * @param hash under the log's digest key
   * @param stops of which none is in force yet
   * @throws IOException if the folder cannot be used, or an entry sets a stop that this version
   *     does not understand: then nobody can say what is stopped
   * @throws AuditDamagedException if the log is
   */
  public static StopKeeper open(
      Disk disk, Path folder, Source source, KeyedHash hash, Stops stops, InstantSource clock)
      throws IOException {
    StopKeeper keeper = new StopKeeper(disk, folder, source, hash, stops, clock);
    keeper.load();
    keeper.thread = Thread.ofPlatform().name("stops").daemon().start(keeper::follow);
    return keeper;
  }

  /** Saves a last time. No message is decided any more. */
  @Override
  public void close() {
    closing.countDown();
    try {
      if (thread != null) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // The start.

  private void load() throws IOException {
    disk.createFolder(folder, Disk.Access.SECRET);
    if (!begin()) {
      told = new Told();
      size = 0;
      savedSize = -1;
    }
    read(log.size());
    for (Told.Open open : told.open()) {
      stops.remember(open.stop().id(), open.refused());
    }
    if (!told.isEmpty()) {
      stops.remember(new InForce(told.open().stream().map(Told.Open::stop).toList()));
      LOG.log(Level.WARNING, "stops in force: {0} (./tabellion stop list)", told.open().size());
    }
  }

  /** Begins with the snapshot; false if it does not count. */
  private boolean begin() {
    Path file = folder.resolve(SNAPSHOT);
    try {
      if (!disk.exists(file)) {
        return false;
      }
      StopSnapshot found = StopSnapshot.read(disk, file, hash);
      if (!found.isOf(log)) {
        LOG.log(Level.WARNING, "{0}: not of this log; all entries are read", file);
        return false;
      }
      for (StopSnapshot.Set set : found.stops()) {
        told.begin(log.read(set.entry()), set.refused());
      }
      size = found.size();
      savedSize = size;
      return true;
    } catch (IOException | IllegalArgumentException e) {
      LOG.log(Level.WARNING, "{0}; all entries are read", e.getMessage());
      return false;
    }
  }

  private void read(long end) throws IOException {
    long at = size;
    while (at < end) {
      for (StoredEntry entry : log.read(at, (int) Math.min(SLICE, end - at))) {
        try {
          changed |= told.tell(entry);
        } catch (IllegalArgumentException e) {
          throw new IOException(
              "entry %d sets a stop that this version does not understand: %s"
                  .formatted(entry.index(), e.getMessage()),
              e);
        }
        at++;
      }
    }
    size = at;
  }

  // Following.

  private void follow() {
    boolean last = false;
    while (!last) {
      try {
        last = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        if (!last) {
          endThoseThatAreOver();
        }
        catchUp();
        if (knowsAll()) {
          save(last);
          behind = false;
        } else if (behind || last) {
          startOver();
        } else {
          behind = true; // Its entry may be on its way.
        }
        said = null;
      } catch (IOException | RuntimeException e) {
        say(e);
      } catch (InterruptedException e) {
        last = true;
      }
    }
  }

  /** Once for each reason: the log goes on, and the next start reads more of it. */
  private void say(Exception e) {
    String why = e.toString();
    if (!why.equals(said)) {
      LOG.log(Level.WARNING, "{0}: {1}", folder, why);
      said = why;
    }
  }

  private void endThoseThatAreOver() throws InterruptedException {
    for (Stop stop : stops.look().stops()) {
      if (!stop.holds(clock.instant())) {
        end(stop);
      }
    }
  }

  /** Tried again a second later where it cannot be written, or others are faster. */
  private void end(Stop stop) throws InterruptedException {
    long refused = stops.refused(stop.id());
    Changes changes = stops.changes();
    Stops.end(stop, refused, changes);
    try {
      stops
          .state()
          .commit(changes.list(), appended, List.of(StopEntries.ended(stop, refused, clock)));
    } catch (StaleException | AuditUnavailableException e) {
      say(e);
    } finally {
      stops.look();
    }
  }

  /** Reads what was appended, unless no entry can tell of a stop that has no end. */
  private void catchUp() throws IOException {
    long end = log.size();
    // A stop is in force before its entry is appended, and until that of its end is.
    if (told.isEmpty() && stops.look().stops().isEmpty()) {
      size = end;
    } else {
      read(end);
    }
  }

  /** Whether all that is in force was read. */
  private boolean knowsAll() {
    return stops.look().stops().stream().allMatch(told::knows);
  }

  /**
   * Reads everything again, and says nothing beside the log until then. What was skipped had an end
   * that could not be written after all.
   */
  private void startOver() throws IOException {
    Path file = folder.resolve(SNAPSHOT);
    if (disk.exists(file)) {
      disk.delete(file);
      disk.forceFolder(folder);
    }
    told = new Told();
    size = 0;
    savedSize = -1;
    read(log.size());
  }

  private void save(boolean last) throws IOException {
    boolean due = changed && System.nanoTime() - restUntil >= 0;
    boolean far = size - savedSize >= FAR || savedSize < 0;
    if (due || far || (last && size != savedSize)) {
      StopSnapshot.of(log, size, told).write(disk, folder.resolve(SNAPSHOT), hash);
      changed = false;
      savedSize = size;
      restUntil = System.nanoTime() + REST.toNanos();
    }
  }
}
