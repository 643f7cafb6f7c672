package io.tabellion.logs;

import java.util.logging.LogManager;

/**
 * The JDK's log manager, which here goes on while the process ends: by itself it takes all handlers
 * away as soon as a signal comes, and with them what a server says while it stops.
 *
 * <p>Thread-safe.
 */
public final class LastingLogManager extends LogManager {
  private static volatile boolean lasting;

  /** Handlers stay from now on. */
  static void last() {
    lasting = true;
  }

  @Override
  public void reset() {
    if (!lasting) {
      super.reset();
    }
  }
}
