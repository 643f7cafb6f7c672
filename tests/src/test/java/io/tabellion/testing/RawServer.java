package io.tabellion.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that hides nothing: it answers each request with bytes that the test gives, whatever
 * they are, and closes the connection. Thread-safe.
 */
public final class RawServer implements AutoCloseable {
  private final Connections connections = new Connections(this::serve);
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private volatile String answer = "";
  private volatile int step = Integer.MAX_VALUE;

  public RawServer() {
    connections.start();
  }

  /** Returns an answer of HTTP 200, with its length; one byte a character of the body. */
  public static String ok(String type, String body) {
    return "HTTP/1.1 200 OK\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n%s"
        .formatted(type, body.length(), body);
  }

  /** Returns the same in one chunk, without a length before it. */
  public static String chunked(String type, String body) {
    return "HTTP/1.1 200 OK\r\ncontent-type: %s\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
        .formatted(type, body.length(), body);
  }

  public int port() {
    return connections.port();
  }

  /** How many requests came since {@link #forget}. */
  public int requests() {
    return seen.size();
  }

  /** Bodies of requests, and headers of MCP before them, that came since {@link #forget}. */
  public String seen() {
    return String.join("\n", seen);
  }

  /** Request lines and headers of all requests since {@link #forget}, as they came. */
  public List<String> heads() {
    return List.copyOf(heads);
  }

  public void forget() {
    seen.clear();
    heads.clear();
  }

  /** What is answered from now on, one byte a character. */
  public void answer(String bytes) {
    answer = bytes;
  }

  /** From now on so many bytes are sent at one time, in a packet of their own. */
  public void step(int bytes) {
    step = bytes;
  }

  @Override
  public void close() {
    connections.close();
  }

  private void serve(Socket client) {
    try (client) {
      seen.add(read(client.getInputStream()));
      client.setTcpNoDelay(true);
      RawClient.write(client.getOutputStream(), answer.getBytes(StandardCharsets.ISO_8859_1), step);
      client.shutdownOutput();
      client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      // Envoy hung up: nothing more to say.
    }
  }

  private String read(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[8192];
    while (!isWhole(text)) {
      int count = in.read(buffer);
      if (count < 0) {
        throw new IOException("request: cut (expected: a whole one)");
      }
      text.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
    }
    int end = text.indexOf("\r\n\r\n");
    heads.add(text.substring(0, end));
    StringBuilder told = new StringBuilder();
    text.substring(0, end)
        .lines()
        .filter(line -> line.startsWith("mcp-") && !line.startsWith("mcp-session-id"))
        .forEach(line -> told.append(line).append('\n'));
    return told.append(text, end, text.length()).toString();
  }

  private static boolean isWhole(StringBuilder text) {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    String head = text.substring(0, end).toLowerCase(Locale.ROOT);
    return !head.contains("transfer-encoding: chunked")
        || text.substring(text.length() - 5).equals("0\r\n\r\n");
  }
}
