package io.tabellion.approval;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The wait of an exchange for a person. What ends it is told by other threads, and ends it at once:
 * nothing has to queue behind the walk that waits.
 *
 * <p>Thread-safe.
 */
public final class Waiting {

  /** What ends a wait. */
  public enum End {
    /** Somebody decided, or something else is new: look again. */
    NEWS,
    /** Nobody waits for the call any more: the client went away, or Envoy answered by itself. */
    GONE,
    /** This server stops; the client may come again, to another one. */
    DRAINED,
    /** The time is over. */
    TIME
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private @Nullable End end; // guarded by lock
  private boolean news; // guarded by lock

  /** Nobody waits for it any more. */
  public void gone() {
    end(End.GONE);
  }

  /** This server stops. */
  public void drained() {
    end(End.DRAINED);
  }

  /** The first end counts, and is for good. */
  private void end(End how) {
    lock.lock();
    try {
      end = end == null ? how : end;
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Something is new: whoever waits, or begins to wait next, looks again. */
  public void news() {
    lock.lock();
    try {
      news = true;
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits.
   *
   * @param longest how long; of nothing and less it only looks
   * @return what ended it; {@link End#NEWS} once for each {@link #news}, unless it is over for good
   */
  public End await(Duration longest) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = longest.toNanos();
      while (end == null && !news && left > 0) {
        left = ended.awaitNanos(left);
      }
      if (end != null) {
        return end;
      }
      boolean told = news;
      news = false;
      return told ? End.NEWS : End.TIME;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it is over for good. */
  public boolean isOver() {
    lock.lock();
    try {
      return end != null;
    } finally {
      lock.unlock();
    }
  }
}
