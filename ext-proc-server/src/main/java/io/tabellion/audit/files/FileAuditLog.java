package io.tabellion.audit.files;

import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.AuditLog;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.Entry;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.LogKeys;
import io.tabellion.audit.Opening;
import io.tabellion.audit.Receipt;
import io.tabellion.audit.Recovered;
import io.tabellion.audit.StoredAuditLog;
import io.tabellion.audit.checkpoint.SigningKey;
import io.tabellion.audit.checkpoint.VerifierKey;
import io.tabellion.audit.follow.Follower;
import io.tabellion.audit.store.DamagedException;
import io.tabellion.durable.Disk;
import io.tabellion.durable.FileDisk;
import io.tabellion.metrics.Metrics;
import io.tabellion.secret.Drbg;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.KeyedHash;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The record in files of one directory (docs/audit-format.md), written by this process alone: how
 * it is opened and recovered, and what goes on in the background. The log itself is a {@link
 * StoredAuditLog}.
 *
 * <p>Thread-safe.
 */
public final class FileAuditLog implements AuditLog, Closeable {
  private static final System.Logger LOG = System.getLogger(FileAuditLog.class.getName());

  /** Between two times that what the next start must know is saved. */
  private static final Duration SAVING = Duration.ofSeconds(1);

  /** Between two rests of the verification of the past. */
  private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final LogSettings settings;
  private final LogFolder folder;
  private final LogKeys keys;
  private final Past past;
  private final FileStore store;
  private final StoredAuditLog log;
  private final Closeable lock;
  private final ExecutorService background;
  private final Follower publishing;
  private final CountDownLatch closing = new CountDownLatch(1);

  private volatile long unverified; // entries of the past that were not read
  private boolean saveFailed; // of the thread that saves
  private long restedAt = System.nanoTime(); // of the thread that verifies the past

  private FileAuditLog(
      LogSettings settings,
      LogFolder folder,
      LogKeys keys,
      Past past,
      FileStore store,
      StoredAuditLog log,
      Closeable lock,
      ExecutorService background) {
    this.settings = settings;
    this.folder = folder;
    this.keys = keys;
    this.past = past;
    this.store = store;
    this.log = log;
    this.lock = lock;
    this.background = background;
    this.publishing =
        new Follower(
            "tiles",
            "what is published of the log (checkpoint, tiles)",
            log.reader(),
            new Publisher(folder.disk(), folder.path(), store, log.recent()),
            Thread.ofPlatform().name("audit-tiles").daemon().factory());
    this.unverified = past.unread() == null ? 0 : past.unread().frontier().size();
  }

  /**
   * What a log stands on; tests put other parts under it.
   *
   * @param background whether threads of its own make segments, publish and beat
   */
  record Parts(
      Disk disk, InstantSource wall, LongSupplier nanos, SecureRandom random, boolean background) {}

  /**
   * What was there before.
   *
   * @param scan what was read
   * @param recovered what was learnt of it
   * @param resume keeps what the next start must know
   * @param unread what was not read, for it was saved; null if all was
   */
  private record Past(
      LogScan scan,
      Recovered recovered,
      ResumeFiles resume,
      ResumeFiles.@Nullable Resumed unread) {}

  /**
   * Opens the log of a directory, or makes a new one in an empty directory. It is recovered, and
   * open intents of earlier runs have their outcome, on return.
   *
   * @throws Disk.AlreadyLockedException if another process has it
   * @throws AuditDamagedException if it is damaged, or a key is missing; nothing was changed
   * @throws IOException if the disk fails
   */
  public static FileAuditLog open(LogSettings settings, InstantSource wall, Metrics metrics)
      throws IOException {
    return open(settings, new FileDisk(), wall, metrics);
  }

  /** The same over another disk. */
  public static FileAuditLog open(
      LogSettings settings, Disk disk, InstantSource wall, Metrics metrics) throws IOException {
    return open(settings, new Parts(disk, wall, System::nanoTime, new Drbg(), true), metrics);
  }

  static FileAuditLog open(LogSettings settings, Parts parts, Metrics metrics) throws IOException {
    parts.disk().createFolder(settings.directory(), Disk.Access.SECRET);
    Disk.Lock lock = parts.disk().lock(settings.directory().resolve("lock"));
    ExecutorService background =
        Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().name("audit-files-", 1).daemon().factory());
    try {
      return start(settings, parts, metrics, lock, background);
    } catch (DamagedException e) {
      background.shutdown();
      lock.close();
      throw new AuditDamagedException(String.valueOf(e.getMessage()), e);
    } catch (IOException | RuntimeException e) {
      background.shutdown();
      lock.close();
      throw e;
    }
  }

  private static FileAuditLog start(
      LogSettings settings,
      Parts parts,
      Metrics metrics,
      Disk.Lock lock,
      ExecutorService background)
      throws IOException {
    LogFolder folder = new LogFolder(parts.disk(), settings.directory(), settings.origin());
    LogKeys keys = folder.keys(parts.random());
    Past past = past(settings, folder, keys);
    LogScan scan = past.scan();
    folder.requireAllIsThere(scan);
    Opening opening =
        new Opening(
            settings.ofWriter(),
            keys,
            past.recovered(),
            scan.head(),
            new Opening.Parts(
                parts.wall(), parts.nanos(), parts.random(), metrics, parts.background()));
    FileStore store =
        FileStore.open(
            parts.disk(),
            folder.segments(),
            lock,
            scan,
            settings.segmentSize(),
            parts.background() ? background : Runnable::run,
            scan.dropped().map(dropped -> opening.gap(gap(dropped))).orElse(null),
            past.resume(),
            metrics);
    StoredAuditLog log = null;
    try {
      folder.requirePrefix(store, keys.signing().verifier());
      log = open(settings, opening, store, scan.head().size() == 0);
      folder.writeFormat();
      FileAuditLog opened =
          new FileAuditLog(settings, folder, keys, past, store, log, lock, background);
      if (parts.background()) {
        opened.serveBackground();
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      if (log != null) {
        log.close();
      }
      store.close();
      throw e;
    }
  }

  private static StoredAuditLog open(
      LogSettings settings, Opening opening, FileStore store, boolean isNew) throws IOException {
    LogFreeze.Frozen frozen = settings.frozen();
    if (!isNew) {
      return opening.open(store);
    }
    return frozen == null
        ? opening.openNew(store)
        : opening.openSuccessor(store, frozen.detail(), frozen.checkpoint());
  }

  /**
   * Reads the log: what stands behind the state that was saved last, or all of it where none can be
   * trusted.
   */
  private static Past past(LogSettings settings, LogFolder folder, LogKeys keys)
      throws IOException {
    VerifierKey key = keys.signing().verifier();
    ResumeFiles resume =
        new ResumeFiles(
            folder.disk(),
            folder.path().resolve("resume"),
            new HmacKeyedHash(keys.digest()),
            settings.writer() + "\n" + LogKeys.fingerprint(LogKeys.KEK, keys.kek()));
    ResumeFiles.Resumed saved = resume.load(key).orElse(null);
    if (saved != null) {
      Recovered recovered = recovered(settings, keys);
      try {
        recovered.remember(saved.memory());
        LogScan scan = LogScan.after(saved, folder.disk(), folder.segments(), key, recovered);
        return new Past(scan, recovered, resume, saved);
      } catch (DamagedException e) {
        LOG.log(Level.WARNING, "{0}; the whole log is read", e.getMessage());
      }
    }
    Recovered recovered = recovered(settings, keys);
    LogScan scan = LogScan.of(folder.disk(), folder.segments(), key, recovered);
    if (saved != null && scan.head().size() < saved.frontier().size()) {
      LOG.log(
          Level.WARNING,
          "{0}: {1} entries, and {2} were durable when resume/state was saved: the end was lost, or"
              + " these are older files",
          folder.segments(),
          scan.head().size(),
          saved.frontier().size());
    }
    resume.forget(); // what was saved is wrong, if there is any
    return new Past(scan, recovered, resume, null);
  }

  /** The lock on the directory says that no other writer is there, whatever names it had before. */
  private static Recovered recovered(LogSettings settings, LogKeys keys) {
    return new Recovered(settings.origin(), settings.writer(), true, keys);
  }

  /** What the first entry says after a start that dropped something. */
  private static Facts gap(Dropped dropped) {
    String detail =
        "segment="
            + dropped.place().segment()
            + " offset="
            + dropped.place().offset()
            + " sha256="
            + dropped.sha256().hex();
    return Facts.builder().put(Fact.BYTES, dropped.length()).put(Fact.DETAIL, detail).build();
  }

  private void serveBackground() {
    background.execute(this::saveNowAndThen);
    background.execute(() -> verifyPast(this::rest));
    publishing.start();
  }

  @Override
  public List<Receipt> append(List<Entry> entries) throws InterruptedException {
    return log.append(entries);
  }

  @Override
  public void appendFirst(List<Entry> entries) throws InterruptedException {
    log.appendFirst(entries);
  }

  @Override
  public @Nullable CompletableFuture<List<Receipt>> tryAppend(List<Entry> entries) {
    return log.tryAppend(entries);
  }

  @Override
  public @Nullable Reservation tryReserve(long bytes) {
    return log.tryReserve(bytes);
  }

  @Override
  public Reservation reserve(long bytes) {
    return log.reserve(bytes);
  }

  @Override
  public boolean writable() {
    return log.writable();
  }

  /** As {@link StoredAuditLog#problem}. */
  public @Nullable String problem() {
    return log.problem();
  }

  /** As {@link StoredAuditLog#isLost}. */
  public boolean isLost() {
    return log.isLost();
  }

  public AuditReader reader() {
    return log.reader();
  }

  /** Keyed digests under this log's own key. */
  public KeyedHash keyedHash() {
    return log.keyedHash();
  }

  /**
   * Lets a provider in machine code sign the log's heads, where one can be used ({@link
   * SigningKey#useNative}).
   *
   * @return whose code signs now, in words for people
   */
  public String useNativeSignatures() {
    return keys.signing().useNative();
  }

  /** Writes tiles and {@code checkpoint}. */
  public Follower publishing() {
    return publishing;
  }

  /** Entries of earlier runs that were not read at the start and not verified since. */
  public long unverified() {
    return unverified;
  }

  /** Bytes of the files with entries. */
  public long bytes() {
    return store.bytes();
  }

  /** Bytes for entries in files that are made already. */
  public long roomMade() {
    return store.made();
  }

  /** Bytes that the disk has for more files; NaN if it does not say. */
  public double diskFree() {
    try {
      return store.usable();
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /** Appends {@code stop}, lets what is queued end, and gives the directory free. Idempotent. */
  @Override
  public void close() throws IOException {
    if (closing.getCount() == 0) {
      return;
    }
    log.close();
    closing.countDown();
    publishing.close();
    store.close();
    background.close();
    saveResume();
    lock.close();
  }

  void heartbeat() throws InterruptedException {
    log.heartbeat();
  }

  void lookAround() throws InterruptedException {
    log.lookAround();
  }

  private void saveNowAndThen() {
    try {
      while (!closing.await(SAVING.toNanos(), TimeUnit.NANOSECONDS)) {
        saveResume();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Saves what the next start must know, as far as it was noted. One thread at a time. */
  private void saveResume() {
    try {
      store.requireNewestInPlace(); // else a folder that was removed would be made anew
      past.resume().save(store);
      saveFailed = false;
    } catch (IOException | RuntimeException e) {
      if (!saveFailed) {
        LOG.log(
            Level.WARNING,
            "what a start need not read cannot be saved, the next one may take longer: {0}",
            e.toString());
      }
      saveFailed = true;
    }
  }

  /**
   * Reads what the start did not read. If it is not what was signed, nothing is appended any more,
   * and the next start reads it all and refuses.
   *
   * @param rest is run now and then
   */
  void verifyPast(Runnable rest) {
    ResumeFiles.Resumed unread = past.unread();
    if (unread == null) {
      return;
    }
    try {
      LogScan.verify(
          unread,
          folder.disk(),
          folder.segments(),
          keys.signing().verifier(),
          recovered(settings, keys),
          rest);
      unverified = 0;
    } catch (CancellationException _) {
      LOG.log(Level.DEBUG, "closed before all entries of earlier runs were verified");
    } catch (IOException | RuntimeException e) {
      past.resume().distrust();
      LOG.log(Level.ERROR, "the log is damaged; no call is admitted", e);
      log.lose(new IOException("damaged: " + e.getMessage(), e));
    }
  }

  /** Keeps the verification of the past to a fifth of a processor. */
  private void rest() {
    long now = System.nanoTime();
    long worked = now - restedAt;
    if (worked < WORK_NANOS) {
      return;
    }
    try {
      if (closing.await(4 * Math.min(worked, 10 * WORK_NANOS), TimeUnit.NANOSECONDS)) {
        throw new CancellationException();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException();
    }
    restedAt = System.nanoTime();
  }
}
