package io.tabellion.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest durable entries, in memory as they were appended, for what follows the record: the
 * index needs no disk, no key and no parser to see them, the tiles no second hash. Bounded; what is
 * not here any more is read from the disk.
 *
 * <p>Two stretches that end at the newest entry: leaves, and of some of them the whole entry with
 * its content in clear (as it was masked), until all who follow have taken it.
 *
 * <p>Thread-safe.
 */
public final class Recent {
  /** Entries of both stretches at most; a power of two. */
  private static final int ENTRIES = 8192;

  private final long most;
  private final @Nullable Slot[] slots = new @Nullable Slot[ENTRIES];
  private final List<Taker> takers = new ArrayList<>(); // guarded by this, as what follows
  private long leavesFrom;
  private long entriesFrom;
  private long end;
  private long leafBytes;
  private long contentBytes;

  /**
   * Makes an empty one.
   *
   * @param from index of the entry that comes first
   * @param most bytes of leaves, and bytes of contents
   */
  Recent(long from, long most) {
    this.leavesFrom = from;
    this.entriesFrom = from;
    this.end = from;
    this.most = most;
  }

  /**
   * An entry that is durable now.
   *
   * @param content as it was before it was encrypted; null if it has none
   */
  record Appended(ByteString bytes, Hash hash, Leaf leaf, Entry.@Nullable Content content) {

    private StoredEntry entry(long index) {
      StoredContent stored =
          content == null ? new StoredContent.None() : new StoredContent.Clear(content);
      return new StoredEntry(index, bytes, leaf, () -> stored);
    }

    private long contentSize() {
      return content == null ? 0 : content.bytes().size();
    }
  }

  /** What is left of an entry here; the entry itself is null once it was taken. */
  private record Slot(ByteString bytes, Hash hash, @Nullable Appended entry) {}

  /**
   * Adds what this process appended. Only the log's writer calls it.
   *
   * @param first index of the first; where others appended in between, what was here before is
   *     forgotten
   */
  synchronized void add(long first, List<Appended> appended) {
    if (first != end) {
      forget(first);
    }
    for (Appended entry : appended) {
      if (end - leavesFrom == ENTRIES) {
        dropLeaf();
      }
      slots[at(end++)] = new Slot(entry.bytes(), entry.hash(), entry);
      leafBytes += entry.bytes().size();
      contentBytes += entry.contentSize();
    }
    while (leafBytes > most) {
      dropLeaf();
    }
    while (contentBytes > most) {
      dropEntry();
    }
    if (takers.isEmpty()) {
      dropTaken();
    }
  }

  /** Begins to take entries, from the next one on that is added; others wait here until then. */
  synchronized Taker taker() {
    Taker taker = new Taker(end);
    takers.add(taker);
    return taker;
  }

  /** Somebody who takes entries in their order. An entry stays here until all of them have it. */
  final class Taker {
    private long next; // guarded by the monitor of Recent

    private Taker(long next) {
      this.next = next;
    }

    /**
     * Takes entries from {@code from} on: those before it will not be asked for again.
     *
     * @return at most {@code count} of them; none if the first is not here
     */
    List<StoredEntry> take(long from, int count) {
      return Recent.this.take(this, from, count);
    }

    void close() {
      remove(this);
    }
  }

  private synchronized List<StoredEntry> take(Taker taker, long from, int count) {
    taker.next = from;
    dropTaken();
    List<StoredEntry> taken = new ArrayList<>();
    for (long index = from; index >= entriesFrom && index < end && taken.size() < count; index++) {
      Slot slot = slots[at(index)];
      if (slot != null && slot.entry() != null) {
        taken.add(slot.entry().entry(index));
      }
    }
    return taken;
  }

  private synchronized void remove(Taker taker) {
    takers.remove(taker);
    dropTaken();
  }

  /** Drops entries that nobody will take any more. */
  private void dropTaken() {
    long wanted = end;
    for (Taker taker : takers) {
      wanted = Math.min(wanted, taker.next);
    }
    while (entriesFrom < wanted) {
      dropEntry();
    }
  }

  /** Returns the leaf, null if it is not here. */
  public synchronized @Nullable ByteString leaf(long index) {
    Slot slot = slot(index);
    return slot == null ? null : slot.bytes();
  }

  /** Returns the hash of the leaf, null if it is not here. */
  public synchronized @Nullable Hash hash(long index) {
    Slot slot = slot(index);
    return slot == null ? null : slot.hash();
  }

  private @Nullable Slot slot(long index) {
    return index >= leavesFrom && index < end ? slots[at(index)] : null;
  }

  private void forget(long next) {
    Arrays.fill(slots, null);
    leavesFrom = next;
    entriesFrom = next;
    end = next;
    leafBytes = 0;
    contentBytes = 0;
  }

  private void dropEntry() {
    Slot slot = slots[at(entriesFrom++)];
    if (slot != null && slot.entry() != null) {
      contentBytes -= slot.entry().contentSize();
      slots[at(entriesFrom - 1)] = new Slot(slot.bytes(), slot.hash(), null);
    }
  }

  private void dropLeaf() {
    if (entriesFrom == leavesFrom) {
      dropEntry();
    }
    Slot slot = slots[at(leavesFrom)];
    slots[at(leavesFrom++)] = null;
    leafBytes -= slot == null ? 0 : slot.bytes().size();
  }

  private static int at(long index) {
    return (int) (index & (ENTRIES - 1));
  }
}
