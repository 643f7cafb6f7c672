package io.tabellion.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;

/** A free port of loopback, whose every connection is served by a thread of its own. */
final class Connections implements AutoCloseable {
  private final ServerSocket listener;
  private final Consumer<Socket> serves;

  /**
   * Opens the port; {@link #start} has it take connections.
   *
   * @param serves each connection, and closes it
   */
  Connections(Consumer<Socket> serves) {
    this.serves = serves;
    try {
      listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void start() {
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket connection = listener.accept();
        Thread.ofVirtual().start(() -> serves.accept(connection));
      } catch (IOException e) {
        return;
      }
    }
  }
}
