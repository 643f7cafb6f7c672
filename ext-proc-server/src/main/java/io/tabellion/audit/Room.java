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

  private final LogStore store;
  private final long largest;
  private final ReentrantLock lock = new ReentrantLock();
  private long held; // guarded by lock

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
    while (!tryHold(bytes)) {
      if (!store.grow(PATIENCE)) {
        missed = bytes;
        throw new AuditUnavailableException(
            Code.FULL, "room: none for " + bytes + " bytes (expected: space on the disk)");
      }
    }
    missed = 0;
  }

  void release(long bytes) {
    lock.lock();
    try {
      held -= bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a call would be let in, now or after the store has grown. */
  boolean isThere() {
    return !store.isFull() || free() >= Math.max(LEAST, missed);
  }

  private boolean tryHold(long bytes) {
    lock.lock();
    try {
      if (free() < bytes) {
        return false;
      }
      held += bytes;
      return true;
    } finally {
      lock.unlock();
    }
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
