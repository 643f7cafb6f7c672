package io.tabellion.pin;

import io.tabellion.audit.AuditReader;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.StoredEntry;
import io.tabellion.durable.Disk;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes the pins of the log at a start, and keeps a snapshot beside it, so that the next start need
 * not read all of a long log. A snapshot that is missing, damaged, of another log or ahead of it
 * does not count: then all entries are read.
 *
 * <p>It knows the pins by their entries, not by the memory of those who decide: what is saved
 * stands in the log, so that nothing beside the log can disagree with it. The one thing more is in
 * lists of which further revisions of MCP a definition was seen.
 *
 * <p>Files in its folder: {@code snapshot}, and {@code before} where pins are older than the
 * entries that tell of them: those of an earlier version, or of the log that this one succeeds.
 *
 * <p>Opened and closed by one thread; one of its own follows the log.
 */
public final class PinKeeper implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PinKeeper.class.getName());

  static final String SNAPSHOT = "snapshot";
  static final String BEFORE = "before";

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Between two snapshots, and so many times as long as the one before took. */
  private static final Duration REST = Duration.ofSeconds(3);

  private static final int REST_FACTOR = 20;

  /** After so many entries without a change the snapshot says that it goes so far. */
  private static final int FAR = 100_000;

  private static final int SLICE = 4_096;

  private final Disk disk;
  private final Path folder;
  private final AuditReader log;
  private final Pins pins;
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable Thread thread;

  // Of the thread, once there is one.

  private Map<String, Book> books = new HashMap<>();
  private long size;
  private long savedSize;
  private boolean changed;
  private boolean beforeUnsaved;
  private long clean = -1; // version of the pins up to which all was read
  private long restUntil = System.nanoTime();
  private @Nullable String said;

  private PinKeeper(Disk disk, Path folder, AuditReader log, Pins pins) {
    this.disk = disk;
    this.folder = folder;
    this.log = log;
    this.pins = pins;
  }

  /**
   * Makes the pins of a log, and follows it from then on.
   *
   * @param folder of its files, in the directory of the log
   * @param pins that know no tools yet
   * @throws IOException if the folder cannot be read, or what an earlier version or the log before
   *     left there is damaged
   * @throws io.tabellion.audit.AuditDamagedException if the log is
   */
  public static PinKeeper open(Disk disk, Path folder, AuditReader log, Pins pins)
      throws IOException, InterruptedException {
    PinKeeper keeper = new PinKeeper(disk, folder, log, pins);
    keeper.load();
    pins.begin(keeper.books);
    keeper.thread = Thread.ofPlatform().name("pins").daemon().start(keeper::follow);
    return keeper;
  }

  /** Saves a last time. Nothing is decided about pins any more. */
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
    PinSnapshot snapshot = saved(SNAPSHOT);
    PinSnapshot start = snapshot == null ? saved(BEFORE) : snapshot;
    if (start != null) {
      begin(start);
      read(log.size(), false);
    } else {
      boolean older = inherit();
      read(log.size(), older);
      if (older) {
        saveBefore();
      }
    }
    savedSize = snapshot == null ? -1 : snapshot.size();
  }

  private void begin(PinSnapshot snapshot) {
    books = new HashMap<>(snapshot.books());
    size = snapshot.size();
  }

  /** A file of this log; null if it does not count. */
  private @Nullable PinSnapshot saved(String name) throws IOException {
    Path file = folder.resolve(name);
    if (!disk.exists(file)) {
      return null;
    }
    try {
      PinSnapshot found = PinSnapshot.read(disk, file, pins.hash(), pins::emptyBook);
      if (found.isOf(log)) {
        return found;
      }
      LOG.log(Level.WARNING, "{0}: not of this log; all entries are read", file);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0}; all entries are read", e.getMessage());
    }
    return null;
  }

  /** Takes over what is older than the entries; false if there is nothing. */
  private boolean inherit() throws IOException {
    Optional<PinSnapshot> left = leftByPredecessor();
    left.ifPresent(snapshot -> books.putAll(snapshot.books()));
    Map<String, Book> older = PinFile.readAll(disk, folder, pins::emptyBook);
    older.forEach(books::putIfAbsent);
    return left.isPresent() || !older.isEmpty();
  }

  /** The snapshot of the log that this one succeeds. */
  private Optional<PinSnapshot> leftByPredecessor() throws IOException {
    String predecessor = predecessor();
    for (String name : List.of(SNAPSHOT, BEFORE)) {
      Path file = folder.resolve(name);
      if (predecessor != null && disk.exists(file)) {
        PinSnapshot found = PinSnapshot.read(disk, file, null, pins::emptyBook);
        if (found.log().equals(predecessor)) {
          return Optional.of(found);
        }
      }
    }
    return Optional.empty();
  }

  private @Nullable String predecessor() {
    StoredEntry first = log.size() == 0 ? null : log.read(0);
    String detail =
        first == null || first.leaf().kind() != EntryKind.FREEZE
            ? null
            : first.leaf().facts().text(Fact.DETAIL);
    return detail == null || !detail.startsWith("log=") || detail.indexOf(' ') < 0
        ? null
        : detail.substring("log=".length(), detail.indexOf(' '));
  }

  // Following.

  private void follow() {
    boolean last = false;
    while (!last) {
      try {
        last = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        catchUp();
        save(last);
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
      LOG.log(Level.WARNING, "{0}: no snapshot: {1}", folder, why);
      said = why;
    }
  }

  /** Reads what was appended, unless no pin can have changed. */
  private void catchUp() {
    long before = pins.version();
    boolean settled = !pins.isUnderWay();
    long end = log.size();
    // A pin's entry is appended after its change was made, and so after it was counted.
    if (pins.version() == clean) {
      size = end;
      return;
    }
    read(end, false);
    if (settled) {
      clean = before;
    }
  }

  /**
   * Reads entries.
   *
   * @param whole only those that tell all: earlier versions told the rest to their files
   */
  private void read(long end, boolean whole) {
    Fold fold = new Fold(books, pins::emptyBook);
    long at = size;
    while (at < end) {
      for (StoredEntry entry : log.read(at, (int) Math.min(SLICE, end - at))) {
        if (!whole || PinEntries.isWhole(entry)) {
          PinEntries.read(entry).ifPresent(fold::tell);
        }
        at++;
      }
    }
    size = at;
    Map<String, Book> news = fold.done();
    books.putAll(news);
    changed |= !news.isEmpty();
  }

  // Saving.

  private void save(boolean last) throws IOException {
    if (beforeUnsaved) {
      saveBefore();
    }
    boolean due = changed && System.nanoTime() - restUntil >= 0;
    boolean far = size - savedSize >= FAR;
    if (due || far || (last && (changed || size != savedSize))) {
      long began = System.nanoTime();
      snapshot().write(disk, folder.resolve(SNAPSHOT), pins.hash());
      changed = false;
      savedSize = size;
      long took = System.nanoTime() - began;
      restUntil = System.nanoTime() + Math.max(REST.toNanos(), took * REST_FACTOR);
    }
  }

  private PinSnapshot snapshot() {
    books.replaceAll((server, book) -> withRevisions(book, pins.book(server)));
    return PinSnapshot.of(log, size, books);
  }

  /**
   * The book, with the revisions of MCP in whose lists its definitions were seen since: that is not
   * entered, for the next list tells it again.
   */
  private static Book withRevisions(Book book, @Nullable Book seen) {
    Book.Draft draft = book.draft();
    if (seen != null) {
      book.pins()
          .forEach(pin -> {
            Pin now = seen.of(pin.caller()).named(pin.tool());
            List<Definition> more =
                pin.definitions().stream().map(one -> withRevisions(one, now)).toList();
            if (!more.equals(pin.definitions())) {
              draft.put(Book.with(pin, more, pin.pending()));
            }
          });
    }
    return draft.done();
  }

  private static Definition withRevisions(Definition definition, @Nullable Pin seen) {
    Definition more = definition;
    for (Definition now : seen == null ? List.<Definition>of() : seen.definitions()) {
      if (now.digest().equals(definition.digest())) {
        for (String revision : now.revisions()) {
          more = more.in(revision);
        }
      }
    }
    return more;
  }

  /** Keeps what no entry tells, for a start without snapshot; then its older files can go. */
  private void saveBefore() {
    beforeUnsaved = true;
    try {
      snapshot().write(disk, folder.resolve(BEFORE), pins.hash());
      snapshot().write(disk, folder.resolve(SNAPSHOT), pins.hash());
      for (String name : disk.list(folder)) {
        if (PinFile.isOfServer(name) || PinFile.isOfCaller(name)) {
          disk.delete(folder.resolve(name));
        }
      }
      disk.forceFolder(folder);
      beforeUnsaved = false;
    } catch (IOException e) {
      say(e);
    }
  }
}
