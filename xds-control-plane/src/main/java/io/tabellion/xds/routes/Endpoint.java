package io.tabellion.xds.routes;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Envoy listens on or connects to: {@code HOST:PORT}, {@code [IPV6]:PORT} or {@code
 * unix:PATH}.
 */
public sealed interface Endpoint {

  /**
   * A TCP port.
   *
   * @param host a name, or an address without brackets
   * @param port 1 to 65535
   */
  record Tcp(String host, int port) implements Endpoint {
    private static final Pattern TEXT =
        Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([A-Za-z0-9._-]+)):(\\d{1,5})");

    public Tcp {
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("a port from 1 to 65535");
      }
    }

    /** Whether the host is an address, so that nobody has to be asked for one. */
    public boolean numeric() {
      try {
        InetAddress.ofLiteral(host);
        return true;
      } catch (IllegalArgumentException e) {
        return false;
      }
    }

    /** Whether it is a name of this machine's loopback interface (RFC 6761 §6.3). */
    public boolean localhost() {
      String name = host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
      return name.equals("localhost") || name.endsWith(".localhost");
    }

    @Override
    public boolean loopback() {
      return numeric() && InetAddress.ofLiteral(host).isLoopbackAddress();
    }

    @Override
    public String toString() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static Tcp parse(String text) {
      Matcher matcher = TEXT.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("HOST:PORT");
      }
      String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
      return new Tcp(
          host.equals("localhost") ? "127.0.0.1" : host, Integer.parseInt(matcher.group(3)));
    }
  }

  /** A Unix socket. */
  record Unix(Path path) implements Endpoint {
    /** Of its path, in bytes: what our server can listen on. */
    private static final int LONGEST = 106;

    @Override
    public boolean loopback() {
      return false;
    }

    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /** Whether every process of this machine, and none of another, can speak to it. */
  boolean loopback();

  /**
   * Reads the text form.
   *
   * @param file what a relative Unix path is relative to
   * @throws IllegalArgumentException if it is none; the message is what was expected
   */
  static Endpoint parse(String text, Path file) {
    if (text.startsWith("unix:") && text.length() > "unix:".length()) {
      String name = text.substring("unix:".length());
      Path path = file.toAbsolutePath().resolveSibling(name).normalize();
      int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
      if (length > Unix.LONGEST) {
        throw new IllegalArgumentException(
            "unix:PATH of at most %d bytes, not %d".formatted(Unix.LONGEST, length));
      }
      return new Unix(path);
    }
    return Tcp.parse(text);
  }
}
