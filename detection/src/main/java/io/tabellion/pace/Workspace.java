package io.tabellion.pace;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Memory for what is made of messages while they are worked on, shared out before the work begins:
 * whoever finds none waits, so that many at once do not end the process.
 *
 * <p>Short messages have memory of their own and wait for each other only. Of long ones the callers
 * get some in turn, however many one of them has sent; one that needs more than there is gets all
 * of it, alone. What one message may be at most is somebody else's to see to: {@link #mostBytes}
 * and {@link #mostValues}.
 *
 * <p>Thread-safe; meant for virtual threads.
 */
public final class Workspace {
  /** Longer messages are long. */
  static final int SHORT = Turns.FREE;

  /** Bytes of memory for each byte of a message of nothing but small objects, measured. */
  static final int NEED = 36;

  /** The same of one long text. */
  private static final int NEED_OF_TEXT = 10;

  /** Bytes of memory for a value, beside those for its text: measured, of small objects. */
  private static final int NEED_OF_VALUE = 200;

  private static final int KIB = 1 << 10;

  private final long most;
  private final int mostShort; // KiB
  private final Semaphore ofShort; // KiB
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Object, Deque<Waiting>> waiting = new LinkedHashMap<>(); // guarded by lock
  private long left; // guarded by lock

  /**
   * @param bytes for long messages
   * @param bytesOfShort for short ones
   */
  public Workspace(long bytes, long bytesOfShort) {
    if (bytes < 1 || bytesOfShort < KIB) {
      throw new IllegalArgumentException(
          "memory: " + bytes + " and " + bytesOfShort + " bytes (expected: at least 1 and 1024)");
    }
    this.most = bytes;
    this.left = bytes;
    this.mostShort = (int) Math.min(Integer.MAX_VALUE, bytesOfShort / KIB);
    this.ofShort = new Semaphore(mostShort, true);
  }

  /**
   * A third of this process's heap for long messages, and a twelfth for short ones. Collectors can
   * use about two thirds of a heap for what is large; the rest is for what waits and what is kept.
   */
  public static Workspace ofThisProcess() {
    long heap = Runtime.getRuntime().maxMemory();
    return new Workspace(heap / 3, Math.max(KIB, heap / 12));
  }

  /** Bytes of the longest message for which a heap of this size suffices. */
  public static long mostBytes(long heap) {
    return heap / 6 / NEED_OF_TEXT;
  }

  /** Values of the message with the most values for which a heap of this size suffices. */
  public static long mostValues(long heap) {
    return heap / 6 / NEED_OF_VALUE;
  }

  /** Memory that was taken. Closing it gives it back; idempotent. */
  public interface Space extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Takes memory for the work on a message; waits until there is some.
   *
   * @param caller whose message it is, by {@code equals}
   * @param size its bytes
   */
  public Space take(Object caller, long size) {
    if (size <= SHORT) {
      int need = needOfShort(size);
      ofShort.acquireUninterruptibly(need);
      return new Taken(() -> ofShort.release(need));
    }
    long need = Math.min(most, size * NEED);
    takeLong(caller, need);
    return new Taken(() -> giveLong(need));
  }

  /**
   * Takes memory for the work on a short message without waiting.
   *
   * @param size its bytes
   * @return null if there is none now, or the message is long
   */
  public @Nullable Space tryTake(long size) {
    if (size > SHORT) {
      return null;
    }
    int need = needOfShort(size);
    return ofShort.tryAcquire(need) ? new Taken(() -> ofShort.release(need)) : null;
  }

  private int needOfShort(long size) {
    return (int) Math.min(mostShort, (size * NEED + KIB - 1) / KIB);
  }

  /** Gives back once. */
  private static final class Taken implements Space {
    private Runnable giving;

    Taken(Runnable giving) {
      this.giving = giving;
    }

    @Override
    public void close() {
      giving.run();
      giving = () -> {};
    }
  }

  /** A message that waits; all of it is guarded by the lock. */
  private static final class Waiting {
    private final long need;
    private final Condition called;
    private boolean served;

    Waiting(long need, Condition called) {
      this.need = need;
      this.called = called;
    }
  }

  private void takeLong(Object caller, long need) {
    lock.lock();
    try {
      Waiting own = new Waiting(need, lock.newCondition());
      waiting.computeIfAbsent(caller, _ -> new ArrayDeque<>()).addLast(own);
      serve();
      while (!own.served) {
        own.called.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void giveLong(long need) {
    lock.lock();
    try {
      left += need;
      serve();
    } finally {
      lock.unlock();
    }
  }

  /** Serves the first of each caller in turn; whoever needs much is not passed by others. */
  private void serve() {
    while (!waiting.isEmpty()) {
      Map.Entry<Object, Deque<Waiting>> first = waiting.entrySet().iterator().next();
      Object caller = first.getKey();
      Deque<Waiting> own = first.getValue();
      if (own.getFirst().need > left) {
        return;
      }
      waiting.remove(caller);
      Waiting next = own.removeFirst();
      if (!own.isEmpty()) {
        waiting.put(caller, own);
      }
      left -= next.need;
      next.served = true;
      next.called.signal();
    }
  }
}
