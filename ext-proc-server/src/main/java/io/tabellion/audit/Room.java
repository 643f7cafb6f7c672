package io.tabellion.audit;

import io.tabellion.audit.AuditUnavailableException.Code;
import io.tabellion.audit.store.LogStore;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who may use the space that is already on the disk. The sum of what is held never exceeds it, so
 * an outcome whose room was held always finds its place.
 *
 * <p>Thread-safe; {@link #hold} blocks while the store makes more.
 */
final class Room {
  /** Kept for the log's own entries: heartbeats, clock steps, the end of orphans, stop. */
  private static final long OWN = 1L << 20;

  /** Less than a call needs. */
  private static final long LEAST = 256L << 10;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** While room is being made again and again, and others are faster. */
  private static final long MOST_PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();

  /** Looks until room that was needed once is not kept any more, at most twice as many: minutes. */
  private static final int LOOKS = 300;

  private final LogStore store;
  private final long largest;
  private final ReentrantLock lock = new ReentrantLock();
  private long held; // guarded by lock
  private long most; // guarded by lock: that was held at a time, in these looks
  private long mostBefore; // guarded by lock: in those before
  private int looks; // guarded by lock

  /** What the last one wanted who got nothing; 0 when somebody got something since. */
  private volatile long missed;

  /**
   * Shares out the room of {@code store}.
   *
   * @param largest bytes of a group at most
   */
  Room(LogStore store, long largest) {
    this.store = store;
    this.largest = largest;
  }

  /**
   * Holds bytes until they are released.
   *
   * @throws AuditUnavailableException if they are not there and cannot be made
   */
  void hold(long bytes) throws InterruptedException {
    long begun = System.nanoTime();
    boolean more = true;
    while (!tryHold(bytes)) {
      if (!more) {
        missed = bytes;
        throw new AuditUnavailableException(
            Code.FULL, "room: none for " + bytes + " bytes (expected: space on the disk)");
      }
      // Where none can be made others may have given some back meanwhile.
      more = System.nanoTime() - begun < MOST_PATIENCE_NANOS && store.grow(PATIENCE);
    }
    missed = 0;
  }

  /** Holds bytes if they are there; never waits for more. */
  boolean tryHold(long bytes) {
    lock.lock();
    try {
      if (free() < bytes) {
        return false;
      }
      held += bytes;
      most = Math.max(most, held);
      return true;
    } finally {
      lock.unlock();
    }
  }

  void release(long bytes) {
    lock.lock();
    try {
      held -= bytes;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives room back to the disk that was not needed for minutes, a little at a time. Called once a
   * second.
   */
  void look() {
    lock.lock();
    try {
      looks++;
      if (looks > LOOKS) {
        looks = 0;
        mostBefore = most;
        most = held;
      }
      store.shrink(Math.max(most, mostBefore) + OWN, largest);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a call would be let in, now or after the store has grown. */
  boolean isThere() {
    return !store.isFull() || free() >= Math.max(LEAST, missed);
  }

  private long free() {
    lock.lock();
    try {
      return store.room(largest) - OWN - held;
    } finally {
      lock.unlock();
    }
  }
}
