package io.tabellion.pace;

import java.util.concurrent.ThreadFactory;

/**
 * Platform threads of the lowest priority. Virtual threads have none, and whoever waits for a short
 * answer should not wait for a slice of the processor's time.
 *
 * <p>Linux heeds the priority only if the JVM was started with {@code -XX:ThreadPriorityPolicy=1},
 * as {@code ./tabellion serve} does; to lower one needs no rights.
 */
@SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: others only wait less
public final class LowPriority {
  private LowPriority() {}

  /**
   * Returns a factory of such threads, which end with the process; thread-safe.
   *
   * @param prefix of their names, with a number behind it
   */
  public static ThreadFactory threads(String prefix) {
    return Thread.ofPlatform().name(prefix, 0).daemon().priority(Thread.MIN_PRIORITY).factory();
  }
}
