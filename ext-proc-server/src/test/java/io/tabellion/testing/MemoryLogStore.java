package io.tabellion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.checkpoint.TreeHead;
import io.tabellion.audit.checkpoint.VerifierKey;
import io.tabellion.audit.merkle.Frontier;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.store.LogStore;
import io.tabellion.audit.store.Row;
import io.tabellion.audit.store.Sealed;
import io.tabellion.audit.store.StoredGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory that several writers share, as a database would be. It checks each group that
 * it takes: the head must be signed, and be of the tree that it has with these leaves.
 *
 * <p>Thread-safe.
 */
public final class MemoryLogStore implements LogStore {
  private final VerifierKey key;
  private final List<Row> rows = new ArrayList<>(); // guarded by this, as what follows
  private final List<Integer> groups = new ArrayList<>(); // the index of each one's first row
  private TreeHead head = TreeHead.EMPTY;
  private final AtomicInteger conflicts = new AtomicInteger();
  private volatile Runnable beforeAppend = () -> {};

  public MemoryLogStore(VerifierKey key) {
    this.key = key;
  }

  /** Has something happen on the thread that appends, before its head is compared. */
  public void beforeAppend(Runnable action) {
    beforeAppend = action;
  }

  /** How often a group was refused. */
  public int conflicts() {
    return conflicts.get();
  }

  @Override
  public synchronized TreeHead head() {
    return head;
  }

  @Override
  public void append(TreeHead expected, List<Row> added, TreeHead next) throws ConflictException {
    beforeAppend.run();
    take(expected, added, next);
  }

  private synchronized void take(TreeHead expected, List<Row> added, TreeHead next)
      throws ConflictException {
    if (!expected.equals(head)) {
      conflicts.incrementAndGet();
      throw new ConflictException(expected.size(), head.size());
    }
    Frontier frontier = head.frontier();
    for (Row row : added) {
      assertThat(row.hash()).isEqualTo(Hash.ofLeaf(row.leaf()));
      frontier = frontier.append(row.hash());
    }
    SignedCheckpoint signed = Objects.requireNonNull(next.signed());
    assertThat(SignedCheckpoint.open(signed.note(), key)).contains(signed);
    assertThat(next).isEqualTo(TreeHead.of(frontier, signed));
    groups.add(rows.size());
    rows.addAll(added);
    head = next;
    notifyAll();
  }

  @Override
  public void note(ByteString memory) {
    assertThat(memory).isNotEmpty();
  }

  @Override
  public void requireInPlace() {}

  @Override
  public long cost(long leaves, long contents, int entries) {
    return leaves + contents;
  }

  @Override
  public long room(long largest) {
    return Long.MAX_VALUE / 2;
  }

  @Override
  public boolean grow(Duration timeout) {
    return true;
  }

  @Override
  public boolean isFull() {
    return false;
  }

  @Override
  public synchronized StoredGroup groupOf(long index) {
    Objects.checkIndex(index, rows.size());
    int group = groups.size() - 1;
    while (groups.get(group) > index) {
      group--;
    }
    int end = group + 1 == groups.size() ? rows.size() : groups.get(group + 1);
    return new Stored(groups.get(group), List.copyOf(rows.subList(groups.get(group), end)));
  }

  private record Stored(long firstIndex, List<Row> rows) implements StoredGroup {
    @Override
    public List<ByteString> leaves() {
      return rows.stream().map(Row::leaf).toList();
    }

    @Override
    public @Nullable Sealed sealed(int ordinal) {
      return rows.get(ordinal).sealed();
    }
  }

  @Override
  public synchronized Hash root(int level, long number) {
    Frontier frontier = Frontier.EMPTY;
    for (Row row : rows.subList((int) (number << level), (int) ((number + 1) << level))) {
      frontier = frontier.append(row.hash());
    }
    return frontier.root();
  }

  @Override
  public synchronized boolean awaitSize(long above, Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    long left = timeout.toNanos();
    while (rows.size() <= above && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = deadline - System.nanoTime();
    }
    return rows.size() > above;
  }
}
