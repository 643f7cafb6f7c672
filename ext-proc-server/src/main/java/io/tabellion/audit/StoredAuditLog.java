package io.tabellion.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditUnavailableException.Code;
import io.tabellion.audit.store.LogStore;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Metrics;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.KeyedHash;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The record, in whatever store it lies.
 *
 * <p>Callers encrypt and commit on their own threads and wait on a future; one writer thread
 * numbers, chains, hashes, signs and writes (docs/concurrency.md, audit).
 *
 * <p>Thread-safe.
 */
public final class StoredAuditLog implements AuditLog, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StoredAuditLog.class.getName());
  private static final int MAX_LEAF = 65_535;
  private static final int CLOSINGS_AT_ONCE = 256;
  private static final Duration WATCH = Duration.ofSeconds(1);

  /** After so many entries, or so long, what the next start must know is noted again. */
  private static final int NOTE_ENTRIES = 4096;

  private static final long NOTE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Memory for what the index has not taken yet, and the same again for leaves. */
  private static final long RECENT_BYTES = 16L << 20;

  private final WriterSettings settings;
  private final LogStore store;
  private final LeafText text;
  private final LogClock clock;
  private final Metrics metrics;
  private final Tallies tallies;
  private final Recovered recovered;
  private final KeyedHash keyedHash;
  private final Vault vault;
  private final Recent recent;
  private final LogReader reader;
  private final Room room;
  private final Writer writer;
  private final Thread writerThread;
  private final @Nullable ExecutorService background;
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Entries of the start that found no room yet, in their order; guarded by itself. */
  private final Deque<List<Entry>> owed = new ArrayDeque<>();

  private volatile boolean owes; // whether there are any; written under owed

  private int sinceNote; // entries; owned by the writer, as what follows
  private long notedAt;

  private final AtomicLong heartbeats = new AtomicLong();

  StoredAuditLog(Opening opening, LogStore store) {
    this.settings = opening.settings();
    this.store = store;
    this.text = opening.text();
    this.clock = opening.clock();
    this.metrics = opening.parts().metrics();
    this.tallies = new Tallies(metrics);
    this.recovered = opening.recovered();
    LogKeys keys = opening.keys();
    this.keyedHash = new HmacKeyedHash(keys.digest());
    this.vault = new Vault(keys.kek(), opening.parts().random());
    this.recent = new Recent(opening.head().size(), RECENT_BYTES);
    this.reader = new LogReader(store, recent, vault, keys.signing());
    this.room = new Room(store, settings.largestAppend());
    this.writer =
        new Writer(
            store,
            keys.signing(),
            opening.chain(),
            clock,
            settings.largestAppend(),
            recent,
            this::follow,
            metrics);
    this.writerThread = Thread.ofPlatform().name("audit-writer").daemon().unstarted(writer);
    this.background =
        opening.parts().background()
            ? Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("audit-background-", 1).daemon().factory())
            : null;
  }

  /**
   * Appends the entries of the start.
   *
   * @param birth the first entries of a new log; null if it is not new
   */
  void begin(@Nullable List<Entry> birth) throws IOException {
    writerThread.start();
    try {
      appendStart(birth);
    } catch (IOException | RuntimeException e) {
      writer.end().join();
      throw e;
    }
    if (background != null) {
      background.execute(this::beat);
      background.execute(this::watch);
    }
  }

  private void appendStart(@Nullable List<Entry> birth) throws IOException {
    try {
      if (birth != null) {
        append(birth);
      }
      appendFirst(starting());
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
    if (isOwnRoom(entries)) {
      return await(writer.submit(draft.drafts(), draft.bytes()));
    }
    requireAppending();
    room.hold(draft.bytes());
    return await(releasing(writer.submit(draft.drafts(), draft.bytes()), draft.bytes()));
  }

  @Override
  public @Nullable CompletableFuture<List<Receipt>> tryAppend(List<Entry> entries) {
    requireNothingOwed();
    if (entries.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    Draft draft = draft(entries);
    if (isOwnRoom(entries)) {
      return counting(writer.submit(draft.drafts(), draft.bytes()));
    }
    requireAppending();
    return room.tryHold(draft.bytes())
        ? counting(releasing(writer.submit(draft.drafts(), draft.bytes()), draft.bytes()))
        : null;
  }

  @Override
  public @Nullable Reservation tryReserve(long bytes) {
    requireAppending();
    requireNothingOwed();
    long room = callRoom(bytes);
    return this.room.tryHold(room) ? new Held(room) : null;
  }

  /** What is set aside for a call. */
  private long callRoom(long bytes) {
    return 2 * outcomeRoom() + store.cost(0, bytes, 2);
  }

  @Override
  public Reservation reserve(long bytes) {
    requireAppending();
    requireNothingOwed();
    long room = callRoom(bytes);
    try {
      this.room.hold(room);
      return new Held(room);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AuditUnavailableException(Code.CLOSED, "reserve: interrupted", e);
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

  /** The newest leaves, in memory. */
  public Recent recent() {
    return recent;
  }

  /**
   * Appends no more, and says why to people: what was appended is lost or damaged, though no append
   * failed yet.
   */
  public void lose(IOException reason) {
    writer.fail(reason);
  }

  /** Appends {@code stop} and lets what is queued end. The store stays open. Idempotent. */
  @Override
  public void close() {
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
    if (background != null) {
      background.close();
    }
    store.note(recovered.memory());
  }

  /** Appends a heartbeat now; the log does so by itself. */
  public void heartbeat() throws InterruptedException {
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
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Learns from what is durable now, for the next start. On the writer's thread. */
  private void follow(List<Recent.Appended> appended) {
    for (Recent.Appended entry : appended) {
      recovered.follow(entry.leaf(), entry.hash());
      tallies.count(entry.leaf());
    }
    sinceNote += appended.size();
    long now = System.nanoTime();
    if (sinceNote >= NOTE_ENTRIES || now - notedAt > NOTE_NANOS) {
      store.note(recovered.memory());
      sinceNote = 0;
      notedAt = now;
    }
  }

  /**
   * One look at the store: what is owed is appended, if there is room now, and room that was not
   * needed for minutes is given back. The log does so by itself once a second.
   */
  public void lookAround() throws InterruptedException {
    try {
      store.requireInPlace();
    } catch (IOException e) {
      writer.fail(e);
    }
    if (owes && writer.isAppending() && pay()) {
      LOG.log(Level.INFO, "the entries of the start are in the log; calls are admitted");
    }
    room.look();
  }

  /** The start; and that the clock was set back since the newest entry, if it was. */
  private List<Entry> starting() {
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
    long bytes = store.cost(leaves, contents, entries.size());
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

  /**
   * Whether the entries may use room that is held for others: outcomes, and the log's own, of which
   * there are few. Heartbeats never end, so on a full disk there are none.
   */
  private static boolean isOwnRoom(List<Entry> entries) {
    return entries.stream()
        .allMatch(entry ->
            switch (entry.kind()) {
              case CALL_OUTCOME,
                  APPROVAL_COMPLETED,
                  APPROVAL_FAILED,
                  APPROVAL_UNKNOWN,
                  COMMITMENTS,
                  START,
                  STOP,
                  STOP_SET,
                  STOP_LIFTED,
                  STOP_ENDED,
                  KEY_CREATED,
                  CLOCK_STEP,
                  GAP ->
                  true;
              case APPROVAL_REQUESTED,
                  APPROVAL_VOTE,
                  APPROVAL_QUESTION,
                  APPROVAL_APPROVED,
                  APPROVAL_CONSUMED,
                  APPROVAL_DENIED,
                  APPROVAL_EXPIRED,
                  APPROVAL_CANCELLED,
                  APPROVAL_REVOKED,
                  APPROVAL_SUPERSEDED,
                  APPROVAL_ESCALATED,
                  APPROVAL_BREAK_GLASS,
                  APPROVAL_REVIEWED,
                  APPROVAL_GRANT,
                  APPROVAL_GRANT_USED,
                  APPROVAL_GRANT_ENDED,
                  CALL_INTENT,
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

  private CompletableFuture<List<Receipt>> counting(CompletableFuture<List<Receipt>> appended) {
    return appended.whenComplete((_, failure) -> {
      if (failure != null) {
        metrics.increment(Counter.AUDIT_FAILURES);
      }
    });
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
  private long outcomeRoom() {
    return store.cost(MAX_LEAF, 0, 1);
  }

  /** Room that was set aside for a call. */
  private final class Held implements Reservation {
    private long left; // guarded by this
    private boolean closed; // guarded by this

    Held(long left) {
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
    public @Nullable CompletableFuture<List<Receipt>> tryAppend(List<Entry> entries) {
      if (entries.isEmpty()) {
        return CompletableFuture.completedFuture(List.of());
      }
      Draft draft = draft(entries);
      long own = claim(entries, draft.bytes());
      if (own < draft.bytes() && !isOwnRoom(entries)) {
        if (!room.tryHold(draft.bytes() - own)) {
          giveBack(own);
          return null;
        }
        own = draft.bytes();
      }
      return counting(releasing(writer.submit(draft.drafts(), draft.bytes()), own));
    }

    /** What was claimed, and not used: whoever comes back for it finds it. */
    private synchronized void giveBack(long claimed) {
      if (closed) {
        room.release(claimed);
      } else {
        left += claimed;
      }
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        room.release(left);
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
      return own;
    }
  }
}
