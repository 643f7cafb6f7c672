package io.tabellion.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that hides nothing: it answers each request with bytes that the test gives, whatever
 * they are, and closes the connection. Thread-safe.
 */
public final class RawServer implements AutoCloseable {
  private final ServerSocket listener;
  private final AtomicInteger requests = new AtomicInteger();
  private volatile String answer = "";

  public RawServer() {
    try {
      listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** How many requests came so far. */
  public int requests() {
    return requests.get();
  }

  /** What is answered from now on. */
  public void answer(String bytes) {
    answer = bytes;
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
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      if (read(client.getInputStream())) {
        requests.incrementAndGet();
        client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        client.shutdownOutput();
        client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
      }
    } catch (IOException e) {
      // Envoy hung up: nothing more to say.
    }
  }

  /** Whether a whole request came, as Envoy writes one to HTTP/1.1 when it replaced the body. */
  private static boolean read(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[8192];
    while (!text.toString().endsWith("\r\n0\r\n\r\n")) {
      int count = in.read(buffer);
      if (count < 0) {
        return false;
      }
      text.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
    }
    return true;
  }
}
