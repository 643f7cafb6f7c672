package io.tabellion;

import java.util.logging.LogManager;

/**
 * A {@code LogManager} whose handlers last until the process is gone. The JDK's closes them as soon
 * as a signal comes, so that a server could not say what its stop waits for. Named in {@code
 * java.util.logging.manager} before anything of {@code java.util.logging} is used, this class
 * included.
 *
 * <p>Thread-safe.
 */
public final class LastingLogs extends LogManager {
  private static volatile boolean lasting;

  /** For the JDK, which makes one by its name. */
  public LastingLogs() {}

  /** From now on handlers stay, whatever the JDK's hook for the end of the process does. */
  static void keep() {
    lasting = true;
  }

  @Override
  public void reset() {
    if (!lasting) {
      super.reset();
    }
  }
}
