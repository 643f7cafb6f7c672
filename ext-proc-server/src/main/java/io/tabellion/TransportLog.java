package io.tabellion;

import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What gRPC says of connections that fail: by itself some twenty lines each, with the bytes that
 * came. Anybody who reaches a port could fill the log with them, and with content; so one line is
 * left, with the kind of the failure.
 *
 * <p>Thread-safe.
 */
final class TransportLog {
  /** Held here, because the log manager holds loggers weakly. */
  private static final Logger CONNECTIONS =
      Logger.getLogger("io.grpc.netty.NettyServerTransport.connections");

  private TransportLog() {}

  /** Shortens what is said from now on. */
  static void shorten() {
    CONNECTIONS.setFilter(TransportLog::shortened);
  }

  private static boolean shortened(LogRecord line) {
    Throwable thrown = line.getThrown();
    if (thrown != null) {
      line.setThrown(null);
      line.setMessage("a connection failed: " + thrown.getClass().getSimpleName());
    }
    return true;
  }
}
