package io.tabellion.parties;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Loopback ports for processes that are told beforehand where to listen.
 *
 * <p>They lie below the ports that operating systems give to connections and to whoever binds port
 * 0 (Linux: from 32768), and none is given twice before all were. So nothing takes one between the
 * moment when it is given and the moment when its process listens. Thread-safe.
 */
final class FreePorts {
  static final int FIRST = 20_000;
  static final int COUNT = 7_000;

  /** Processes that run at the same time begin at different places. */
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

  private FreePorts() {}

  /**
   * Returns a port on which nothing listens.
   *
   * @throws IllegalStateException if something listens on each of them
   */
  static int next() {
    for (int tries = 0; tries < COUNT; tries++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
      if (free(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "ports " + FIRST + " to " + (FIRST + COUNT - 1) + ": all taken (expected: a free one)");
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException _) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
