package io.tabellion.audit.files;

import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.store.LogStore;
import io.tabellion.durable.Disk;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Empty segments, made ahead: room that is really there.
 *
 * <p>Thread-safe. Segments are made one at a time on the executor, with no lock held.
 */
final class SegmentPool {
  private static final System.Logger LOG = System.getLogger(SegmentPool.class.getName());

  /** After a failure, how long no other segment is tried. */
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Left on the disk for others, e.g. the search index. */
  private static final long SPARED = 4L << 20;

  private final Disk disk;
  private final Path folder;
  private final Hash origin;
  private final long size;
  private final Executor executor;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Segment> spares = new ArrayDeque<>(); // guarded by lock
  private long nextNumber; // guarded by lock
  private int wanted; // guarded by lock: spares to have
  private boolean busy; // guarded by lock: one is made or removed
  private long made; // guarded by lock: how many
  private long failures; // guarded by lock
  private long failedAt; // guarded by lock

  SegmentPool(Disk disk, Path folder, Hash origin, long size, Executor executor, long nextNumber) {
    this.disk = disk;
    this.folder = folder;
    this.origin = origin;
    this.size = size;
    this.executor = executor;
    this.nextNumber = nextNumber;
  }

  void add(Collection<Segment> found) {
    lock.lock();
    try {
      spares.addAll(found);
    } finally {
      lock.unlock();
    }
  }

  /** Bytes for groups in spare segments, less {@code waste} in each. */
  long room(long waste) {
    lock.lock();
    try {
      return spares.stream().mapToLong(spare -> room(spare, waste)).sum();
    } finally {
      lock.unlock();
    }
  }

  private static long room(Segment spare, long waste) {
    return Math.max(0, spare.size() - Segment.PAGE - waste);
  }

  /** Has at least {@code count} spares made in the background, as long as the disk has room. */
  void want(int count) {
    lock.lock();
    try {
      wanted = Math.max(wanted, count);
      startMaking();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the last attempt to make a segment failed. */
  boolean failed() {
    lock.lock();
    try {
      return failures > 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns the next segment, waiting for one to be made.
   *
   * @throws LogStore.NoRoomException if none can be made
   */
  Segment take(long bytes) throws IOException {
    lock.lock();
    try {
      if (spares.isEmpty()) {
        wanted = Math.max(wanted, 1);
        awaitSpare();
      }
      Segment next = spares.pollFirst();
      if (next == null) {
        throw new LogStore.NoRoomException(bytes);
      }
      wanted = Math.max(1, wanted - 1);
      startMaking();
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until one more is made; false if that fails or lasts. */
  boolean grow(Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      wanted = Math.max(wanted, spares.size() + 1);
      long madeBefore = made;
      long before = failures;
      startMaking();
      long left = timeout.toNanos();
      while (made == madeBefore && busy && failures == before && left > 0) {
        left = changed.awaitNanos(left);
      }
      return made > madeBefore;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Removes a spare in the background, if there are others, and if it is not needed for this much
   * room.
   *
   * @param waste as in {@link #room}
   */
  void shrink(long needed, long waste) {
    lock.lock();
    try {
      if (busy || spares.size() < 2) {
        return;
      }
      Segment last = spares.getLast();
      if (room(waste) - room(last, waste) < needed) {
        return;
      }
      // The last, so that their numbers go on without a gap.
      spares.removeLast();
      nextNumber = last.number();
      wanted = spares.size();
      busy = true;
      executor.execute(() -> remove(last));
    } finally {
      lock.unlock();
    }
  }

  private void remove(Segment segment) {
    try {
      disk.delete(folder.resolve(segment.name()));
      disk.forceFolder(folder);
    } catch (IOException e) {
      // The next one takes its name, and so its place.
      LOG.log(Level.WARNING, "cannot remove segment {0}: {1}", segment.name(), e.toString());
    }
    lock.lock();
    try {
      busy = false;
      startMaking();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitSpare() {
    long before = failures;
    startMaking();
    while (spares.isEmpty() && busy && failures == before) {
      changed.awaitUninterruptibly();
    }
  }

  // Called with the lock held.
  private void startMaking() {
    boolean resting = failures > 0 && System.nanoTime() - failedAt < RETRY_NANOS;
    if (busy || resting || spares.size() >= wanted) {
      return;
    }
    busy = true;
    long number = nextNumber;
    executor.execute(() -> make(new Segment(number, size)));
  }

  private void make(Segment segment) {
    IOException failure = null;
    try {
      if (disk.usable(folder) < segment.size() + SPARED) {
        throw new LogStore.NoRoomException(segment.size());
      }
      makeDurably(disk, folder, segment, origin);
    } catch (IOException e) {
      failure = e;
      LOG.log(Level.WARNING, "cannot make segment {0}: {1}", segment.name(), e.toString());
    }
    lock.lock();
    try {
      busy = false;
      finish(segment, failure);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // Called with the lock held.
  private void finish(Segment segment, @Nullable IOException failure) {
    if (failure != null) {
      failures++;
      failedAt = System.nanoTime();
      return;
    }
    failures = 0;
    made++;
    spares.addLast(segment);
    nextNumber = segment.number() + 1;
    startMaking();
  }

  /** Makes an empty segment; where that fails nothing of it is left. */
  static void makeDurably(Disk disk, Path folder, Segment segment, Hash origin) throws IOException {
    Path temporary = folder.resolve(segment.name() + ".tmp");
    try {
      Segment.writeEmpty(disk, temporary, segment, origin);
      disk.rename(temporary, folder.resolve(segment.name()));
      disk.forceFolder(folder);
    } catch (IOException e) {
      disk.delete(temporary);
      throw e;
    }
  }
}
