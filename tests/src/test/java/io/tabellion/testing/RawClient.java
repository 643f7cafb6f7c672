package io.tabellion.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.SocketFactory;
import javax.net.ssl.SSLException;

/**
 * A client that hides nothing: one connection for one request, no retry, and every byte that came
 * back, also of an answer that was cut. Stateless.
 */
public final class RawClient {

  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration BETWEEN = Duration.ofNanos(200_000);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int UNAVAILABLE = 503;

  private RawClient() {}

  /**
   * What came back.
   *
   * @param head status line and headers; empty if none came
   * @param body what came of the body, unchunked
   * @param ended whether the peer closed the connection; false if the patience ended first
   */
  public record Received(String head, String body, boolean ended) {
    /** The status, 0 if no answer came. */
    public int status() {
      return head.isEmpty() ? 0 : Integer.parseInt(head, 9, 12, 10);
    }

    /** The first header of this name (lower case), empty without one. */
    public String header(String name) {
      return head.lines()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse("");
    }
  }

  /**
   * Sends the request and takes what comes until the peer closes or {@code patience} has passed;
   * then closes.
   *
   * @throws IOException if there is no connection
   */
  public static Received send(int port, Request request, Duration patience) throws IOException {
    return send(SocketFactory.getDefault(), port, request, patience);
  }

  /** The same, so many bytes of the request at one time, in a packet of their own. */
  public static Received sendBy(int step, int port, Request request, Duration patience)
      throws IOException {
    return send(SocketFactory.getDefault(), port, request, step, patience);
  }

  /** The same over sockets of this factory, e.g. with TLS. */
  public static Received send(SocketFactory sockets, int port, Request request, Duration patience)
      throws IOException {
    return send(sockets, port, request, Integer.MAX_VALUE, patience);
  }

  private static Received send(
      SocketFactory sockets, int port, Request request, int step, Duration patience)
      throws IOException {
    try (Socket socket = sockets.createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      boolean ended =
          exchange(socket, request, step, bytes, System.nanoTime() + patience.toNanos());
      return received(bytes.toString(StandardCharsets.ISO_8859_1), ended);
    }
  }

  /** Waits until Envoy at {@code port} has reached the server behind it. */
  public static void awaitLine(int port) {
    awaitLine(SocketFactory.getDefault(), port);
  }

  /** The same over sockets of this factory. */
  public static void awaitLine(SocketFactory sockets, int port) {
    long deadline = System.nanoTime() + START.toNanos();
    while (!answers(sockets, port)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(port + ": only 503 (expected: an answer of the line)");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** Asks for what nobody gets: without the server behind it Envoy cannot even refuse it. */
  private static boolean answers(SocketFactory sockets, int port) {
    try {
      int status = send(sockets, port, Request.listen(), START).status();
      return status != 0 && status != UNAVAILABLE;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean exchange(
      Socket socket, Request request, int step, ByteArrayOutputStream bytes, long deadline)
      throws IOException {
    try {
      write(socket.getOutputStream(), request.bytes(), step);
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[8192];
      while (true) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        socket.setSoTimeout((int) left);
        int count = in.read(buffer);
        if (count < 0) {
          return true;
        }
        bytes.write(buffer, 0, count);
      }
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException | SSLException e) {
      return true; // reset: what came before it counts
    }
  }

  /**
   * Writes so many bytes at one time over a socket without delay, each a moment after those before:
   * the other side reads them one by one, if it is awake.
   */
  static void write(OutputStream out, byte[] bytes, int step) throws IOException {
    for (int at = 0; at < bytes.length; at += Math.min(step, bytes.length - at)) {
      out.write(bytes, at, Math.min(step, bytes.length - at));
      out.flush();
      if (step < bytes.length) {
        LockSupport.parkNanos(BETWEEN.toNanos());
      }
    }
  }

  /** Takes an answer apart, of which each character is one byte. */
  private static Received received(String text, boolean ended) {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return new Received("", "", ended);
    }
    String head = text.substring(0, end);
    String rest = text.substring(end + 4);
    boolean chunked = head.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked");
    byte[] body = (chunked ? unchunked(rest) : rest).getBytes(StandardCharsets.ISO_8859_1);
    return new Received(head, new String(body, StandardCharsets.UTF_8), ended);
  }

  /** As far as it goes: a cut body is what came of it. Each character is one byte. */
  private static String unchunked(String text) {
    StringBuilder body = new StringBuilder();
    int at = 0;
    while (true) {
      int lineEnd = text.indexOf("\r\n", at);
      if (lineEnd < 0) {
        return body.toString();
      }
      int from = lineEnd + 2;
      int to = from + Integer.parseInt(text, at, lineEnd, 16);
      body.append(text, from, Math.min(to, text.length()));
      if (to == from || to + 2 > text.length()) {
        return body.toString();
      }
      at = to + 2;
    }
  }
}
