package io.tabellion.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server listens: {@code HOST:PORT}, {@code [IPV6]:PORT} or {@code unix:PATH}. The host is
 * an address, not a name, so that a name service cannot move it; {@code localhost} is 127.0.0.1.
 */
public sealed interface Address {

  /** A TCP port; port 0 takes a free one. */
  record Tcp(String host, int port) implements Address {

    /** The same as a socket address. */
    public InetSocketAddress socket() {
      return new InetSocketAddress(literal(host), port);
    }

    @Override
    public boolean loopback() {
      return literal(host).isLoopbackAddress();
    }

    @Override
    public String toString() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /** A Unix socket; made with mode 0600. */
  record Unix(Path path) implements Address {
    @Override
    public boolean loopback() {
      return false;
    }

    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /** Whether only this machine can reach it over TCP. */
  boolean loopback();

  /** What the text form looks like. */
  String EXPECTED = "HOST:PORT with a numeric host, or unix:PATH";

  /**
   * Reads the text form.
   *
   * @param file what a relative Unix path is relative to
   * @throws IllegalArgumentException if it is none; the message is what was expected
   */
  static Address parse(String text, Path file) {
    if (text.startsWith("unix:") && text.length() > "unix:".length()) {
      String path = text.substring("unix:".length());
      return new Unix(file.toAbsolutePath().resolveSibling(path).normalize());
    }
    Matcher matcher =
        Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([^:\\[\\]]+)):(\\d{1,5})").matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > 65_535) {
      throw new IllegalArgumentException(EXPECTED);
    }
    String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    var tcp =
        new Tcp(host.equals("localhost") ? "127.0.0.1" : host, Integer.parseInt(matcher.group(3)));
    literal(tcp.host());
    return tcp;
  }

  private static InetAddress literal(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(EXPECTED, e);
    }
  }
}
