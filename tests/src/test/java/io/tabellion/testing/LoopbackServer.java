package io.tabellion.testing;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** An HTTP server on a free port of loopback, whose every request goes to one handler. */
public class LoopbackServer implements AutoCloseable {
  private final HttpServer server;

  protected LoopbackServer(HttpHandler handler) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", handler);
    server.start();
  }

  public final int port() {
    return server.getAddress().getPort();
  }

  @Override
  public final void close() {
    server.stop(0);
  }
}
