package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.StoredEntry;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import io.tabellion.secret.KeyedHash;
import io.tabellion.secret.Sha256;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds at a start the entries whose subjects are not over, without reading all of a long log: a
 * file beside the log lists their positions, up to a size of the log; what follows is read. A file
 * that is missing, altered, of another log or ahead of it does not count: then all entries are
 * read.
 *
 * <p>The file holds, line by line: HMAC-SHA256 of all that follows under a key of the log, hex; a
 * label; the log's origin; how many entries it covers; SHA-256 of the last of them, hex; then one
 * position a line.
 *
 * <p>Opened and closed by one thread; one of its own follows the log.
 */
public final class OpenEntries implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(OpenEntries.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration QUIET = Duration.ofMinutes(1);
  private static final int LARGEST = 256 << 20;
  private static final int HEAD_LINES = 5;
  private static final int SLICE = 4_096;

  /** After so many entries without a change the file says that it goes so far. */
  private static final int FAR = 100_000;

  private final Disk disk;
  private final Path file;
  private final AuditReader log;
  private final KeyedHash hash;
  private final Meaning meaning;
  private final LongSupplier steps;
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable Thread thread;

  // Of the thread, once there is one.

  private final Map<String, List<Long>> open = new LinkedHashMap<>();
  private long size;
  private long savedSize = -1;
  private long stepsSeen = -1;
  private long quietSince = System.nanoTime();
  private boolean changed;
  private @Nullable String said;

  /** What entries mean. Pure. */
  public interface Meaning {

    /** Tells this kind of subjects from others, in one word. */
    String label();

    /** What the entry is about; null if it is about none of these subjects. */
    @Nullable String subject(StoredEntry entry);

    /** Whether the subject is over with the entry. */
    boolean ends(StoredEntry entry);
  }

  private OpenEntries(
      Disk disk, Path file, AuditReader log, KeyedHash hash, Meaning meaning, LongSupplier steps) {
    this.disk = disk;
    this.file = file;
    this.log = log;
    this.hash = hash;
    this.meaning = meaning;
    this.steps = steps;
  }

  /**
   * Reads what is open, and follows the log from then on.
   *
   * @param file in a folder of the log's directory
   * @param steps grows before such an entry is appended
   * @throws IOException if the folder cannot be used
   * @throws io.tabellion.audit.AuditDamagedException if the log is damaged
   */
  public static OpenEntries open(
      Disk disk, Path file, AuditReader log, KeyedHash hash, Meaning meaning, LongSupplier steps)
      throws IOException {
    OpenEntries entries = new OpenEntries(disk, file, log, hash, meaning, steps);
    entries.load();
    return entries;
  }

  /** The entries of the subjects that are not over, in the order of the log. */
  public List<StoredEntry> entries() {
    return open.values().stream().flatMap(List::stream).sorted().map(log::read).toList();
  }

  /** Follows the log from now on. Called once, when {@link #entries} is no longer asked. */
  public OpenEntries follow() {
    thread = Thread.ofPlatform().name("open-" + meaning.label()).daemon().start(this::run);
    return this;
  }

  /** Saves a last time. */
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

  private void load() throws IOException {
    Path folder = file.getParent();
    if (folder != null) {
      disk.createFolder(folder, Disk.Access.SECRET);
    }
    try {
      if (disk.exists(file)) {
        restore(lines());
        savedSize = size;
      }
    } catch (IOException | RuntimeException e) {
      open.clear();
      size = 0;
      LOG.log(Level.WARNING, "{0}: {1}; all entries are read", file, e.getMessage());
    }
    read(log.size());
  }

  private List<String> lines() throws IOException {
    ByteString all = Durably.read(disk, file, LARGEST);
    String text = all.toStringUtf8();
    int end = text.indexOf('\n');
    String rest = end < 0 ? "" : text.substring(end + 1);
    if (end < 0 || !text.substring(0, end).equals(hash.of(meaning.label(), rest))) {
      throw new IOException("altered, or of another log (expected: as this program writes it)");
    }
    return List.of(rest.split("\n", -1));
  }

  private void restore(List<String> lines) throws IOException {
    boolean ours =
        lines.size() >= HEAD_LINES
            && lines.get(0).equals(meaning.label())
            && lines.get(1).equals(log.key().name());
    long covers = ours ? Long.parseLong(lines.get(2)) : -1;
    if (covers < 0 || covers > log.size() || !lines.get(3).equals(last(covers))) {
      throw new IOException("not of this log (expected: one of its beginnings)");
    }
    for (String line : lines.subList(HEAD_LINES - 1, lines.size() - 1)) {
      note(log.read(Long.parseLong(line)));
    }
    size = covers;
  }

  private String last(long covers) {
    return covers == 0 ? "" : Sha256.hex(log.read(covers - 1).bytes());
  }

  private void read(long end) {
    while (size < end) {
      for (StoredEntry entry : log.read(size, (int) Math.min(SLICE, end - size))) {
        note(entry);
        size++;
      }
    }
  }

  private void note(StoredEntry entry) {
    String subject = meaning.subject(entry);
    if (subject == null) {
      return;
    }
    changed = true;
    if (meaning.ends(entry)) {
      open.remove(subject);
    } else {
      open.computeIfAbsent(subject, _ -> new ArrayList<>()).add(entry.index());
    }
  }

  private void run() {
    boolean last = false;
    while (!last) {
      try {
        last = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        catchUp();
        if (changed || size - savedSize >= FAR || (last && size != savedSize)) {
          save();
        }
        said = null;
      } catch (IOException | RuntimeException e) {
        say(e);
      } catch (InterruptedException e) {
        last = true;
      }
    }
  }

  /**
   * Reads what was appended. Where nothing is open and no step was taken for a while, nothing can
   * have ended: what is appended then is not looked at.
   */
  private void catchUp() {
    long now = steps.getAsLong();
    if (now != stepsSeen) {
      stepsSeen = now;
      quietSince = System.nanoTime();
    }
    long end = log.size();
    if (open.isEmpty() && System.nanoTime() - quietSince > QUIET.toNanos()) {
      size = end;
    } else {
      read(end);
    }
  }

  private void save() throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(meaning.label()).append('\n').append(log.key().name()).append('\n');
    text.append(size).append('\n').append(last(size)).append('\n');
    open.values().stream()
        .flatMap(List::stream)
        .sorted()
        .forEach(index -> text.append(index).append('\n'));
    String rest = text.toString();
    String all = hash.of(meaning.label(), rest) + "\n" + rest;
    Durably.replace(disk, file, ByteString.copyFromUtf8(all), Disk.Access.SECRET);
    changed = false;
    savedSize = size;
  }

  /** Once for each reason: the log goes on, and the next start reads more of it. */
  private void say(Exception e) {
    String why = e.toString();
    if (!why.equals(said)) {
      LOG.log(Level.WARNING, "{0}: not saved: {1}", file, why);
      said = why;
    }
  }
}
