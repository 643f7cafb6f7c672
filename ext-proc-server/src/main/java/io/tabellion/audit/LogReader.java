package io.tabellion.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.checkpoint.Checkpoint;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.checkpoint.SigningKey;
import io.tabellion.audit.checkpoint.VerifierKey;
import io.tabellion.audit.merkle.ConsistencyProof;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.merkle.InclusionProof;
import io.tabellion.audit.merkle.Proofs;
import io.tabellion.audit.store.LogStore;
import io.tabellion.audit.store.StoredGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads the record out of its store. Thread-safe. */
final class LogReader implements AuditReader {
  private final LogStore store;
  private final Recent recent;
  private final Vault vault;
  private final VerifierKey key;
  private final SignedCheckpoint empty;

  LogReader(LogStore store, Recent recent, Vault vault, SigningKey key) {
    this.store = store;
    this.recent = recent;
    this.vault = vault;
    this.key = key.verifier();
    this.empty = new Checkpoint(this.key.name(), 0, Hash.ofEmptyTree()).sign(key);
  }

  @Override
  public long size() {
    return head().checkpoint().size();
  }

  @Override
  public SignedCheckpoint head() {
    SignedCheckpoint head = store.head().signed();
    return head == null ? empty : head;
  }

  @Override
  public VerifierKey key() {
    return key;
  }

  @Override
  public StoredEntry read(long index) {
    return read(Objects.checkIndex(index, size()), 1).getFirst();
  }

  @Override
  public List<StoredEntry> read(long from, int most) {
    long size = size();
    Objects.checkFromToIndex(0, from, size);
    if (from == size || most < 1) {
      return List.of();
    }
    StoredGroup group = reading(() -> store.groupOf(from));
    int first = (int) (from - group.firstIndex());
    int end = (int) Math.min(group.leaves().size(), first + (long) most);
    return IntStream.range(first, end).mapToObj(ordinal -> entry(group, ordinal)).toList();
  }

  @Override
  public Feed feed() {
    Recent.Taker taker = recent.taker();
    return new Feed() {
      @Override
      public List<StoredEntry> read(long from, int most) {
        Objects.checkFromToIndex(0, from, size());
        List<StoredEntry> newest = taker.take(from, most);
        return newest.isEmpty() ? LogReader.this.read(from, most) : newest;
      }

      @Override
      public void close() {
        taker.close();
      }
    };
  }

  @Override
  public Optional<ByteString> salt(long index) {
    Objects.checkIndex(index, size());
    StoredGroup group = reading(() -> store.groupOf(index));
    int ordinal = (int) (index - group.firstIndex());
    Leaf leaf = LeafParser.parse(group.leaves().get(ordinal));
    return vault.salt(leaf, reading(() -> group.sealed(ordinal)));
  }

  @Override
  public InclusionProof prove(long index, long size) {
    Objects.checkFromToIndex(0, size, size());
    return proving(() -> Proofs.inclusion(index, size, store));
  }

  @Override
  public ConsistencyProof proveConsistency(long first, long second) {
    Objects.checkFromToIndex(0, second, size());
    return proving(() -> Proofs.consistency(first, second, store));
  }

  @Override
  public boolean awaitSize(long above, Duration timeout) throws InterruptedException {
    return store.awaitSize(above, timeout);
  }

  private StoredEntry entry(StoredGroup group, int ordinal) {
    ByteString bytes = group.leaves().get(ordinal);
    Leaf leaf = LeafParser.parse(bytes);
    return new StoredEntry(
        group.firstIndex() + ordinal,
        bytes,
        leaf,
        () -> vault.open(leaf, reading(() -> group.sealed(ordinal))));
  }

  private static <T> T proving(Supplier<T> proof) {
    try {
      return proof.get();
    } catch (UncheckedIOException e) {
      throw unreadable(e);
    }
  }

  @FunctionalInterface
  private interface Read<T extends @Nullable Object> {
    T get() throws IOException;
  }

  private static <T extends @Nullable Object> T reading(Read<T> read) {
    try {
      return read.get();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static AuditDamagedException unreadable(Exception cause) {
    return new AuditDamagedException("log: cannot be read: " + cause.getMessage(), cause);
  }
}
