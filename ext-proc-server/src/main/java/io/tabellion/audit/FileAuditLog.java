package io.tabellion.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditUnavailableException.Code;
import io.tabellion.audit.checkpoint.Checkpoint;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.checkpoint.SigningKey;
import io.tabellion.audit.checkpoint.VerifierKey;
import io.tabellion.audit.merkle.Frontier;
import io.tabellion.audit.store.DamagedException;
import io.tabellion.audit.store.Dropped;
import io.tabellion.audit.store.FileStore;
import io.tabellion.audit.store.LogScan;
import io.tabellion.audit.store.ResumeFiles;
import io.tabellion.audit.store.Row;
import io.tabellion.durable.Disk;
import io.tabellion.durable.FileDisk;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Metrics;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.KeyedHash;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The record in files of one directory (docs/audit-format.md), written by this process alone.
 *
 * <p>Callers encrypt and commit on their own threads and wait on a future; one writer thread
 * numbers, chains, hashes, signs and writes (docs/concurrency.md, audit).
 *
 * <p>Thread-safe.
 */
public final class FileAuditLog implements AuditLog, Closeable {
  private static final System.Logger LOG = System.getLogger(FileAuditLog.class.getName());
  private static final int MAX_LEAF = 65_535;
  private static final int CLOSINGS_AT_ONCE = 256;
  private static final Duration WATCH = Duration.ofSeconds(1);

  /** After so many entries, or so long, what the next start must know is noted again. */
  private static final int NOTE_ENTRIES = 4096;

  private static final long NOTE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Between two rests of the verification of the past. */
  private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Memory for what the index has not taken yet, and the same again for leaves. */
  private static final long RECENT_BYTES = 16L << 20;

  private final LogSettings settings;
  private final LogFolder folder;
  private final LeafText text;
  private final LogClock clock;
  private final Metrics metrics;
  private final LogKeys keys;
  private final Past past;
  private final KeyedHash keyedHash;
  private final Vault vault;
  private final FileStore store;
  private final Recent recent;
  private final LogReader reader;
  private final Room room;
  private final Budgets budgets;
  private final Writer writer;
  private final Thread writerThread;
  private final Closeable lock;
  private final ExecutorService background;
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Entries of the start that found no room yet, in their order; guarded by itself. */
  private final Deque<List<Entry>> owed = new ArrayDeque<>();

  private volatile boolean owes; // whether there are any; written under owed

  private int sinceNote; // entries; owned by the writer, as what follows
  private long notedAt;

  private volatile long unverified; // entries of the past that were not read
  private boolean saveFailed; // of the thread that saves
  private long restedAt = System.nanoTime(); // of the thread that verifies the past
  private final AtomicLong heartbeats = new AtomicLong();

  private FileAuditLog(
      LogSettings settings,
      Parts parts,
      Metrics metrics,
      Closeable lock,
      LogKeys keys,
      Boot boot,
      FileStore store,
      ExecutorService background,
      LogFolder folder) {
    this.folder = folder;
    this.settings = settings;
    this.text = boot.text();
    this.clock = boot.clock();
    this.metrics = metrics;
    this.lock = lock;
    this.keyedHash = new HmacKeyedHash(keys.digest());
    this.vault = boot.vault();
    this.store = store;
    this.background = background;
    this.recent = new Recent(boot.frontier().size(), RECENT_BYTES);
    this.reader = new LogReader(store, recent, vault, keys.signing());
    this.room = new Room(store, settings.largestAppend());
    this.budgets = new Budgets(settings.account(), settings.server(), parts.nanos());
    this.keys = keys;
    this.past = boot.past();
    this.unverified = past.unread() == null ? 0 : past.unread().frontier().size();
    this.writer =
        new Writer(
            store,
            keys.signing(),
            boot.chain(),
            clock,
            boot.frontier(),
            settings.largestAppend(),
            recent,
            this::follow);
    this.writerThread = Thread.ofPlatform().name("audit-writer").daemon().unstarted(writer);
  }

  /**
   * What a log stands on; tests put other parts under it.
   *
   * @param background whether threads of its own make segments, publish and beat
   */
  record Parts(
      Disk disk, InstantSource wall, LongSupplier nanos, SecureRandom random, boolean background) {}

  /** What the start hands to the log. */
  private record Boot(
      LeafText text, LogClock clock, Vault vault, Chain chain, Frontier frontier, Past past) {}

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
    return open(
        settings, new Parts(disk, wall, System::nanoTime, new SecureRandom(), true), metrics);
  }

  static FileAuditLog open(LogSettings settings, Parts parts, Metrics metrics) throws IOException {
    parts.disk().createFolder(settings.directory(), Disk.Access.SECRET);
    Disk.Lock lock = parts.disk().lock(settings.directory().resolve("lock"));
    ExecutorService background =
        Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().name("audit-background-", 1).daemon().factory());
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
    Disk disk = parts.disk();
    LogFolder folder = new LogFolder(disk, settings.directory(), settings.origin());
    LogKeys keys = folder.keys(parts.random());
    Vault vault = new Vault(keys.kek(), parts.random());
    Past past = past(settings, folder, keys, vault);
    LogScan scan = past.scan();
    Recovered recovered = past.recovered();
    folder.requireAllIsThere(scan);
    LogClock clock = new LogClock(parts.wall(), parts.nanos());
    LeafText text =
        new LeafText(settings.origin(), settings.writer(), UUID.randomUUID().toString());
    Chain chain = new Chain(text, recovered.prev());
    FileStore.@Nullable Gap gap =
        scan.dropped()
            .map(dropped -> gap(dropped, chain, clock, scan, keys.signing()))
            .orElse(null);
    boolean isNew = scan.head() == null;
    Frontier frontier = scan.frontier();
    if (gap != null) {
      Row row = gap.rows().getFirst();
      frontier = frontier.append(row.hash());
      recovered.follow(LeafParser.parse(row.leaf()), row.hash());
    }
    FileStore store =
        FileStore.open(
            disk,
            folder.segments(),
            lock,
            scan,
            settings.segmentSize(),
            parts.background() ? background : Runnable::run,
            gap);
    FileAuditLog log =
        new FileAuditLog(
            settings,
            parts,
            metrics,
            lock,
            keys,
            new Boot(text, clock, vault, chain, frontier, past),
            store,
            background,
            folder);
    log.writerThread.start();
    try {
      folder.requirePrefix(log.reader);
      log.begin(isNew ? keys : null, recovered, folder);
      if (parts.background()) {
        log.serveBackground(folder);
      }
      return log;
    } catch (IOException | RuntimeException e) {
      log.writer.end().join();
      store.close();
      throw e;
    }
  }

  /**
   * Reads the log: what stands behind the state that was saved last, or all of it where none can be
   * trusted.
   */
  private static Past past(LogSettings settings, LogFolder folder, LogKeys keys, Vault vault)
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
      Recovered recovered = new Recovered(settings.origin(), settings.writer(), keys, vault);
      try {
        recovered.remember(saved.memory());
        LogScan scan = LogScan.after(saved, folder.disk(), folder.segments(), key, recovered);
        return new Past(scan, recovered, resume, saved);
      } catch (DamagedException e) {
        LOG.log(Level.WARNING, "{0}; the whole log is read", e.getMessage());
      }
    }
    Recovered recovered = new Recovered(settings.origin(), settings.writer(), keys, vault);
    LogScan scan = LogScan.of(folder.disk(), folder.segments(), key, recovered);
    if (saved != null && scan.frontier().size() < saved.frontier().size()) {
      LOG.log(
          Level.WARNING,
          "{0}: {1} entries, and {2} were durable when resume/state was saved: the end was lost, or"
              + " these are older files",
          folder.segments(),
          scan.frontier().size(),
          saved.frontier().size());
    }
    resume.forget(); // what was saved is wrong, if there is any
    return new Past(scan, recovered, resume, null);
  }

  /** The first entry after a start that dropped something; alone in its group, within a page. */
  private static FileStore.Gap gap(
      Dropped dropped, Chain chain, LogClock clock, LogScan scan, SigningKey key) {
    String detail =
        "segment="
            + dropped.place().segment()
            + " offset="
            + dropped.place().offset()
            + " sha256="
            + dropped.sha256().hex();
    Facts facts =
        Facts.builder().put(Fact.BYTES, dropped.length()).put(Fact.DETAIL, detail).build();
    Row row =
        chain
            .next(
                Chain.Draft.of(new Entry(clock.nextId(), EntryKind.GAP, facts, null)), clock.now())
            .row();
    Frontier after = scan.frontier().append(row.hash());
    SignedCheckpoint head =
        new Checkpoint(key.verifier().name(), after.size(), after.root()).sign(key);
    return new FileStore.Gap(List.of(row), head);
  }

  private void begin(@Nullable LogKeys created, Recovered recovered, LogFolder folder)
      throws IOException {
    try {
      if (created != null) {
        append(birth(created));
      }
      appendFirst(starting(recovered));
      folder.writeFormat();
      List<Entry> closings = recovered.closings(clock::nextId);
      for (int i = 0; i < closings.size(); i += CLOSINGS_AT_ONCE) {
        appendFirst(closings.subList(i, Math.min(closings.size(), i + CLOSINGS_AT_ONCE)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("start: interrupted", e);
    } catch (AuditUnavailableException e) {
      throw new IOException("start: cannot append", e);
    }
  }

  private void serveBackground(LogFolder folder) {
    background.execute(this::beat);
    background.execute(this::watch);
    background.execute(() -> verifyPast(this::rest));
    background.execute(new Integrator(folder.disk(), folder.path(), store, recent, closing::await));
  }

  @Override
  public void appendFirst(List<Entry> entries) throws InterruptedException {
    synchronized (owed) {
      owed.add(List.copyOf(entries));
      owes = true;
      if (owed.size() > 1 || !pay()) {
        LOG.log(
            Level.WARNING,
            "no room on the disk for the entries of the start; no call is admitted before there is");
      }
    }
  }

  /** Appends what is owed, as far as there is room; whether nothing is owed any more. */
  private boolean pay() throws InterruptedException {
    synchronized (owed) {
      try {
        while (!owed.isEmpty()) {
          appendNow(owed.getFirst());
          owed.removeFirst();
        }
        owes = false;
      } catch (AuditUnavailableException e) {
        if (e.code() != Code.FULL) {
          throw e;
        }
      }
      return !owes;
    }
  }

  private void requireNothingOwed() {
    if (owes) {
      metrics.increment(Counter.AUDIT_FAILURES);
      throw new AuditUnavailableException(Code.FULL, "room: none for the entries of the start");
    }
  }

  @Override
  public List<Receipt> append(List<Entry> entries) throws InterruptedException {
    requireNothingOwed();
    return appendNow(entries);
  }

  private List<Receipt> appendNow(List<Entry> entries) throws InterruptedException {
    if (entries.isEmpty()) {
      return List.of();
    }
    Draft draft = draft(entries);
    charge(entries);
    if (isOwnRoom(entries)) {
      return await(writer.submit(draft.drafts(), draft.bytes()));
    }
    requireAppending();
    room.hold(draft.bytes());
    return await(releasing(writer.submit(draft.drafts(), draft.bytes()), draft.bytes()));
  }

  @Override
  public Reservation reserve(String account, String server, long bytes) {
    requireAppending();
    requireNothingOwed();
    budgets.take(account, server, bytes);
    long room = 2 * outcomeRoom() + FileStore.cost(0, bytes, 2);
    try {
      this.room.hold(room);
      return new Held(account, server, bytes, room);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      budgets.giveBack(account, server, bytes);
      throw new AuditUnavailableException(Code.CLOSED, "reserve: interrupted", e);
    } catch (AuditUnavailableException e) {
      budgets.giveBack(account, server, bytes);
      throw e;
    }
  }

  @Override
  public boolean writable() {
    return problem() == null;
  }

  /** Returns why no call is admitted, in words for people; null if calls are. Never blocks. */
  public @Nullable String problem() {
    String why = writer.problem();
    if (closing.getCount() == 0) {
      return "closed";
    }
    if (why != null) {
      return why + "; nothing is appended before a restart";
    }
    if (owes) {
      return "no room on the disk for the entries of the start";
    }
    return room.isThere() ? null : "no room on the disk for another call";
  }

  /**
   * Whether segment or lock were found removed, replaced or unmounted, or an append failed: the log
   * is lost to this process.
   */
  public boolean isLost() {
    return closing.getCount() > 0 && !writer.isAppending();
  }

  public AuditReader reader() {
    return reader;
  }

  /** Keyed digests under this log's own key. */
  public KeyedHash keyedHash() {
    return keyedHash;
  }

  /** Appends {@code stop}, lets what is queued end, and gives the directory free. Idempotent. */
  @Override
  public void close() throws IOException {
    if (closing.getCount() == 0) {
      return;
    }
    try {
      append(List.of(own(EntryKind.STOP, counters())));
    } catch (AuditUnavailableException e) {
      LOG.log(Level.WARNING, "stop is not recorded: {0}", e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    closing.countDown();
    writer.end().join();
    store.close();
    background.close();
    store.note(past.resume(), past.recovered().memory());
    saveResume();
    lock.close();
  }

  /** Appends a heartbeat now; the log does so by itself. */
  void heartbeat() throws InterruptedException {
    append(List.of(own(EntryKind.HEARTBEAT, counters())));
    heartbeats.incrementAndGet();
  }

  private void beat() {
    try {
      while (!closing.await(settings.heartbeat().toNanos(), TimeUnit.NANOSECONDS)) {
        try {
          heartbeat();
        } catch (AuditUnavailableException e) {
          LOG.log(Level.WARNING, "heartbeat is not recorded: {0}", e.getMessage());
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Looks now and then whether the log is still where it was opened, so that a log which is idle
   * says so too. Each group is looked at before it is acknowledged, whatever this finds.
   */
  private void watch() {
    try {
      while (!closing.await(WATCH.toNanos(), TimeUnit.NANOSECONDS)) {
        lookAround();
        saveResume();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Learns from what is durable now, for the next start. On the writer's thread. */
  private void follow(List<Recent.Appended> appended) {
    appended.forEach(entry -> past.recovered().follow(entry.leaf(), entry.hash()));
    sinceNote += appended.size();
    long now = System.nanoTime();
    if (sinceNote >= NOTE_ENTRIES || now - notedAt > NOTE_NANOS) {
      store.note(past.resume(), past.recovered().memory());
      sinceNote = 0;
      notedAt = now;
    }
  }

  /** Saves what the next start must know, as far as it was noted. One thread at a time. */
  private void saveResume() {
    try {
      store.requireInPlace(); // else a folder that was removed would be made anew
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

  /** Entries of earlier runs that were not read at the start and not verified since. */
  public long unverified() {
    return unverified;
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
      Recovered again = new Recovered(settings.origin(), settings.writer(), keys, vault);
      LogScan.verify(
          unread, folder.disk(), folder.segments(), keys.signing().verifier(), again, rest);
      unverified = 0;
    } catch (CancellationException _) {
      LOG.log(Level.DEBUG, "closed before all entries of earlier runs were verified");
    } catch (IOException | RuntimeException e) {
      past.resume().distrust();
      LOG.log(Level.ERROR, "the log is damaged; no call is admitted", e);
      writer.fail(new IOException("damaged: " + e.getMessage(), e));
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

  /** One look; and what is owed is appended, if there is room now. */
  void lookAround() throws InterruptedException {
    try {
      store.requireAllInPlace();
    } catch (IOException e) {
      writer.fail(e);
    }
    if (owes && writer.isAppending() && pay()) {
      LOG.log(Level.INFO, "the entries of the start are in the log; calls are admitted");
    }
  }

  /** The start; and that the clock was set back since the newest entry, if it was. */
  private List<Entry> starting(Recovered recovered) {
    List<Entry> entries = new ArrayList<>();
    entries.add(own(EntryKind.START, Facts.builder().put(Fact.VERSION, settings.version())));
    Duration back =
        recovered.newest().equals(Instant.MIN)
            ? Duration.ZERO
            : Duration.between(clock.now().wall(), recovered.newest());
    if (back.compareTo(LogClock.STEP) > 0) {
      LOG.log(
          Level.WARNING,
          "the clock was set back by {0} since the newest entry ({1}); times in the log go backwards"
              + " here, the order of its entries does not",
          back,
          recovered.newest());
      entries.add(
          own(
              EntryKind.CLOCK_STEP,
              Facts.builder()
                  .put(Fact.REASON, "start")
                  .put(Fact.DETAIL, "step_ms=-" + back.toMillis())));
    }
    return entries;
  }

  private Facts.Builder counters() {
    List<String> counters = new ArrayList<>();
    counters.add("heartbeat=" + (heartbeats.get() + 1));
    Arrays.stream(Counter.values())
        .map(counter -> counter.text() + "=" + metrics.get(counter))
        .forEach(counters::add);
    return Facts.builder().put(Fact.COUNTERS, counters);
  }

  /** The first entries of a log: whom it succeeds, and its keys. */
  private List<Entry> birth(LogKeys keys) {
    List<Entry> entries = new ArrayList<>();
    if (settings.frozen() != null) {
      entries.add(frozen(settings.frozen()));
    }
    entries.add(created(KeyUse.LOG, keys.signing().verifier().text()));
    entries.add(created(KeyUse.KEK, LogKeys.fingerprint(LogKeys.KEK, keys.kek())));
    entries.add(created(KeyUse.DIGEST, LogKeys.fingerprint(LogKeys.DIGEST, keys.digest())));
    return entries;
  }

  private Entry frozen(LogFreeze.Frozen damaged) {
    Facts facts = Facts.builder().put(Fact.DETAIL, damaged.detail()).build();
    Entry.Content checkpoint =
        damaged.checkpoint().isEmpty()
            ? null
            : new Entry.Content("text/plain", damaged.checkpoint());
    return new Entry(clock.nextId(), EntryKind.FREEZE, facts, checkpoint);
  }

  private Entry created(KeyUse use, String detail) {
    return own(
        EntryKind.KEY_CREATED, Facts.builder().put(Fact.REASON, use).put(Fact.DETAIL, detail));
  }

  private Entry own(EntryKind kind, Facts.Builder facts) {
    return new Entry(clock.nextId(), kind, facts.build(), null);
  }

  /** Entries as the writer takes them, and the bytes that they need alone in a group. */
  private record Draft(List<Chain.Draft> drafts, long bytes) {}

  private Draft draft(List<Entry> entries) {
    List<Chain.Draft> drafts = new ArrayList<>(entries.size());
    long leaves = 0;
    long contents = 0;
    for (Entry entry : entries) {
      Entry.Content content = entry.content();
      if (content != null && content.bytes().size() > settings.largestAppend()) {
        throw tooLarge("content: " + content.bytes().size() + " bytes");
      }
      Vault.Kept kept = content == null ? null : vault.seal(entry.id(), content);
      ByteString end = LeafText.end(entry.facts(), kept == null ? null : kept.mark());
      int leaf = text.mostBytes(entry.kind(), end);
      if (leaf > MAX_LEAF) {
        throw tooLarge("leaf: " + leaf + " bytes");
      }
      leaves += leaf;
      contents += kept == null ? 0 : kept.sealed().frame().size();
      drafts.add(new Chain.Draft(entry, end, kept));
    }
    long bytes = FileStore.cost(leaves, contents, entries.size());
    if (bytes > settings.largestAppend()) {
      throw tooLarge("append: " + bytes + " bytes");
    }
    return new Draft(drafts, bytes);
  }

  private AuditUnavailableException tooLarge(String what) {
    metrics.increment(Counter.AUDIT_FAILURES);
    return new AuditUnavailableException(
        Code.TOO_LARGE,
        what
            + " (expected: leaves up to 65535, an append up to "
            + settings.largestAppend()
            + " bytes)");
  }

  private void charge(List<Entry> entries) {
    for (Entry entry : entries) {
      String owner = entry.facts().text(Fact.OWNER);
      String server = entry.facts().text(Fact.SERVER);
      Entry.Content content = entry.content();
      if (owner != null && server != null && content != null) {
        budgets.giveBack(owner, server, -content.bytes().size());
      }
    }
  }

  /**
   * Whether the entries may use room that is held for others: outcomes, and the log's own, of which
   * there are few. Heartbeats never end, so on a full disk there are none.
   */
  private static boolean isOwnRoom(List<Entry> entries) {
    return entries.stream()
        .allMatch(entry ->
            switch (entry.kind()) {
              case CALL_OUTCOME, COMMITMENTS, START, STOP, KEY_CREATED, CLOCK_STEP, GAP -> true;
              case CALL_INTENT,
                  STREAM_OPEN,
                  STREAM_EVENT,
                  REFUSED,
                  POLICY_LOADED,
                  PIN_SEEN,
                  PIN_CHANGED,
                  PIN_RESTORED,
                  PIN_ACCEPTED,
                  ACCESS_READ,
                  HEARTBEAT,
                  FREEZE,
                  ERASURE ->
                  false;
            });
  }

  private void requireAppending() {
    if (!writer.isAppending() || closing.getCount() == 0) {
      metrics.increment(Counter.AUDIT_FAILURES);
      throw new AuditUnavailableException(
          closing.getCount() == 0 ? Code.CLOSED : Code.FAILED, "log: does not append any more");
    }
  }

  private CompletableFuture<List<Receipt>> releasing(
      CompletableFuture<List<Receipt>> appended, long bytes) {
    return appended.whenComplete((_, _) -> room.release(bytes));
  }

  private List<Receipt> await(CompletableFuture<List<Receipt>> appended)
      throws InterruptedException {
    try {
      return appended.get();
    } catch (ExecutionException e) {
      metrics.increment(Counter.AUDIT_FAILURES);
      if (e.getCause() instanceof AuditUnavailableException unavailable) {
        throw new AuditUnavailableException(
            unavailable.code(), String.valueOf(unavailable.getMessage()), unavailable);
      }
      throw new AuditUnavailableException(Code.FAILED, "append: failed", e);
    }
  }

  /** Room of an entry without content, alone in a group. */
  private static long outcomeRoom() {
    return FileStore.cost(MAX_LEAF, 0, 1);
  }

  /** Room and budget that were set aside for a call. */
  private final class Held implements Reservation {
    private final String account;
    private final String server;
    private long bytes; // guarded by this: of the budget
    private long left; // guarded by this: of the room
    private boolean closed; // guarded by this

    Held(String account, String server, long bytes, long left) {
      this.account = account;
      this.server = server;
      this.bytes = bytes;
      this.left = left;
    }

    @Override
    public List<Receipt> append(List<Entry> entries) throws InterruptedException {
      if (entries.isEmpty()) {
        return List.of();
      }
      Draft draft = draft(entries);
      long own = claim(entries, draft.bytes());
      try {
        if (own < draft.bytes() && !isOwnRoom(entries)) {
          room.hold(draft.bytes() - own);
          own = draft.bytes();
        }
      } catch (AuditUnavailableException | InterruptedException e) {
        room.release(own);
        throw e;
      }
      return await(releasing(writer.submit(draft.drafts(), draft.bytes()), own));
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        room.release(left);
        budgets.giveBack(account, server, bytes);
      }
    }

    /** Takes what the entries need out of this room, but what the outcome needs stays. */
    private synchronized long claim(List<Entry> entries, long wanted) {
      if (closed) {
        return 0;
      }
      boolean outcome = entries.stream().anyMatch(e -> e.kind() == EntryKind.CALL_OUTCOME);
      long own = Math.clamp(left - (outcome ? 0 : outcomeRoom()), 0, wanted);
      left -= own;
      for (Entry entry : entries) {
        Entry.Content content = entry.content();
        bytes -= content == null ? 0 : content.bytes().size();
      }
      return own;
    }
  }
}
