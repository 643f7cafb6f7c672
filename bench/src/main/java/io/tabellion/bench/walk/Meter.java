package io.tabellion.bench.walk;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * CPU time and allocated bytes of the current thread between {@link #start} and {@link #stop}, over
 * many times, without what the measuring itself takes.
 *
 * <p>Not thread-safe.
 */
final class Meter {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int TRIALS = 20_000;

  private static long ownNanos; // of one start and stop
  private static long ownBytes;

  private long nanos;
  private long bytes;
  private long startNanos;
  private long startBytes;

  /** Learns what measuring takes. To be called by the measuring thread, twice or more. */
  static void calibrate() {
    ownNanos = 0;
    ownBytes = 0;
    Meter empty = new Meter();
    for (int i = 0; i < TRIALS; i++) {
      empty.start();
      empty.stop();
    }
    ownNanos = empty.nanos / TRIALS;
    ownBytes = empty.bytes / TRIALS;
  }

  void start() {
    startBytes = THREADS.getCurrentThreadAllocatedBytes();
    startNanos = THREADS.getCurrentThreadCpuTime();
  }

  void stop() {
    nanos += THREADS.getCurrentThreadCpuTime() - startNanos - ownNanos;
    bytes += THREADS.getCurrentThreadAllocatedBytes() - startBytes - ownBytes;
  }

  /** What was measured so far, without the measuring of meters within. */
  Spent spent(long within) {
    return new Spent(nanos - 2 * within * ownNanos, bytes - within * ownBytes);
  }

  /** Forgets what was measured. */
  void reset() {
    nanos = 0;
    bytes = 0;
  }

  /** What something took. */
  record Spent(long nanos, long bytes) {
    Spent minus(Spent other) {
      return new Spent(nanos - other.nanos, bytes - other.bytes);
    }
  }
}
