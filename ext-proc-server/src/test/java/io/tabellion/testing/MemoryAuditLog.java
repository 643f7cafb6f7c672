package io.tabellion.testing;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditLog;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.AuditUnavailableException.Code;
import io.tabellion.audit.Entry;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.Receipt;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.checkpoint.Checkpoint;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.checkpoint.SigningKey;
import io.tabellion.audit.checkpoint.VerifierKey;
import io.tabellion.audit.merkle.ConsistencyProof;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.merkle.InclusionProof;
import io.tabellion.audit.merkle.Proofs;
import io.tabellion.audit.merkle.Subtrees;
import io.tabellion.secret.SecretBytes;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory, for tests of what reads one: real tree and signatures, no files. Its leaves are
 * stand-ins, not the format of docs/audit-format.md.
 *
 * <p>Thread-safe.
 */
public final class MemoryAuditLog implements AuditLog, AuditReader {
  public static final String ORIGIN = "test.example/log";

  private static final ByteString SALT = ByteString.copyFrom(new byte[Hash.SIZE]);

  private final InstantSource clock;
  private final SigningKey key =
      new SigningKey(
          ORIGIN,
          SecretBytes.copyOf(
              "0123456789abcdef0123456789abcdef"
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));

  /** Each append may wait on a thread of its own. */
  private final Executor writer = Thread::startVirtualThread;

  /** Guarded by this. */
  private final List<StoredEntry> entries = new ArrayList<>();

  private volatile boolean failing;
  private volatile Runnable reserved = () -> {};
  private volatile boolean waitsForRoom;
  private volatile Predicate<List<Entry>> refused = _ -> false;
  private volatile Runnable beforeAppend = () -> {};

  public MemoryAuditLog(InstantSource clock) {
    this.clock = clock;
  }

  /** From now on nothing can be appended. */
  public void fail() {
    failing = true;
  }

  /** From now on appends of such entries fail, as a write or fsync does, and all behind them. */
  public void failAt(Predicate<List<Entry>> entries) {
    refused = entries;
  }

  /** Runs before each append. */
  public void beforeAppend(Runnable action) {
    beforeAppend = action;
  }

  /** Appends one entry. */
  public Receipt append(Entry entry) {
    return append(List.of(entry)).getFirst();
  }

  /** Lets appends wait from now on, until the hold is {@link Hold#release released}. */
  public Hold hold() {
    Hold hold = new Hold();
    beforeAppend(hold::pass);
    return hold;
  }

  /** Appends that wait. Thread-safe. */
  public static final class Hold {
    private final Semaphore reached = new Semaphore(0);
    private final CountDownLatch released = new CountDownLatch(1);

    /** Waits until an append waits; called again, until one more does. */
    public void await() throws InterruptedException {
      reached.acquire();
    }

    public void release() {
      released.countDown();
    }

    private void pass() {
      reached.release();
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public List<Receipt> append(List<Entry> added) {
    beforeAppend.run();
    if (refused.test(added)) {
      failing = true;
    }
    if (failing) {
      throw new AuditUnavailableException(Code.FAILED, "log: failed (by the test)");
    }
    synchronized (this) {
      List<Receipt> receipts = added.stream().map(this::store).toList();
      notifyAll();
      return receipts;
    }
  }

  @Override
  public CompletableFuture<List<Receipt>> tryAppend(List<Entry> added) {
    return CompletableFuture.supplyAsync(() -> append(added), writer);
  }

  private Receipt store(Entry entry) {
    long index = entries.size();
    Leaf leaf = leaf(entry, index);
    ByteString bytes = ByteString.copyFromUtf8(leaf.toString());
    Entry.Content content = entry.content();
    StoredContent stored =
        content == null ? new StoredContent.None() : new StoredContent.Clear(content);
    entries.add(new StoredEntry(index, bytes, leaf, () -> stored));
    return new Receipt(entry.id(), index);
  }

  private Leaf leaf(Entry entry, long index) {
    Entry.Content content = entry.content();
    Hash stored = content == null ? Hash.ZERO : Hash.ofBytes(content.bytes());
    return new Leaf(
        ORIGIN,
        entry.id(),
        entry.kind(),
        clock.instant().truncatedTo(ChronoUnit.MICROS),
        index,
        "test",
        "boot-1",
        index + 1,
        index == 0 ? Hash.ZERO : Hash.ofLeaf(read(index - 1).bytes()),
        entry.facts(),
        content == null
            ? null
            : new Leaf.ContentMark(
                content.mediaType(), content.bytes().size(), stored, stored.hex()));
  }

  /**
   * From now on this runs before room is set aside: after a request is judged, before its entry.
   */
  public void beforeReserving(Runnable action) {
    reserved = action;
    waitsForRoom = true;
  }

  @Override
  public @Nullable Reservation tryReserve(long bytes) {
    return waitsForRoom ? null : reserve(bytes);
  }

  @Override
  public Reservation reserve(long bytes) {
    reserved.run();
    return new Reservation() {
      @Override
      public List<Receipt> append(List<Entry> added) {
        return MemoryAuditLog.this.append(added);
      }

      @Override
      public CompletableFuture<List<Receipt>> tryAppend(List<Entry> added) {
        return MemoryAuditLog.this.tryAppend(added);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public boolean writable() {
    return !failing;
  }

  @Override
  public synchronized long size() {
    return entries.size();
  }

  @Override
  public synchronized SignedCheckpoint head() {
    return new Checkpoint(ORIGIN, size(), Proofs.root(size(), subtrees())).sign(key);
  }

  @Override
  public VerifierKey key() {
    return key.verifier();
  }

  @Override
  public synchronized StoredEntry read(long index) {
    return entries.get(Math.toIntExact(index));
  }

  @Override
  public synchronized List<StoredEntry> read(long from, int most) {
    return List.copyOf(entries.subList((int) from, (int) Math.min(size(), from + most)));
  }

  @Override
  public Optional<ByteString> salt(long index) {
    return Optional.ofNullable(read(index).leaf().content()).map(content -> SALT);
  }

  @Override
  public synchronized InclusionProof prove(long index, long size) {
    return Proofs.inclusion(index, size, subtrees());
  }

  @Override
  public synchronized ConsistencyProof proveConsistency(long first, long second) {
    return Proofs.consistency(first, second, subtrees());
  }

  @Override
  public synchronized boolean awaitSize(long above, Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (entries.size() <= above) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  private Subtrees subtrees() {
    return this::root;
  }

  private Hash root(int level, long at) {
    return level == 0
        ? Hash.ofLeaf(read(at).bytes())
        : Hash.ofChildren(root(level - 1, 2 * at), root(level - 1, 2 * at + 1));
  }
}
