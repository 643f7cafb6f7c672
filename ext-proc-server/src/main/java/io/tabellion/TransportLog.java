package io.tabellion;

import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What gRPC says of connections that fail: by itself some twenty lines each, with the bytes that
 * came. Anybody who reaches a port could fill the log with them, and with content; so one line is
 * left, with the kind of the failure. And of each connection over a Unix socket Netty would say
 * that it takes an option of TCP, which gRPC sets, for unknown.
 *
 * <p>Thread-safe.
 */
final class TransportLog {
  /** Held here, because the log manager holds loggers weakly. */
  private static final Logger CONNECTIONS =
      Logger.getLogger("io.grpc.netty.NettyServerTransport.connections");

  private static final Logger OPTIONS = Logger.getLogger("io.netty.bootstrap.ServerBootstrap");

  private TransportLog() {}

  /** Shortens what is said from now on. */
  static void shorten() {
    CONNECTIONS.setFilter(TransportLog::shortened);
    OPTIONS.setFilter(line -> !String.valueOf(line.getMessage()).contains("'SO_KEEPALIVE'"));
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
