package io.tabellion.demo;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Where Envoy finds the server: the same text for the server's configuration and the routes. */
sealed interface ExtProcAddress {

  /**
   * A Unix socket in a folder that the server makes; only the person's own programs can connect.
   */
  record Socket(String path) implements ExtProcAddress {
    @Override
    public String yaml() {
      return "{address: \"unix:" + path + "\"}";
    }

    @Override
    public String words() {
      return path;
    }

    @Override
    public OptionalInt port() {
      return OptionalInt.empty();
    }
  }

  /** A port of loopback. */
  record Loopback(int number) implements ExtProcAddress {
    @Override
    public String yaml() {
      return "{address: \"127.0.0.1:%d\", insecure-loopback: true}".formatted(number);
    }

    @Override
    public String words() {
      return "port " + number;
    }

    @Override
    public OptionalInt port() {
      return OptionalInt.of(number);
    }
  }

  /**
   * A socket in the folder, relative to it; a port where there can be none: the path is too long,
   * or the file system has no sockets.
   */
  static ExtProcAddress in(Path folder, Ports ports) {
    return takesSockets(folder) ? new Socket("run/ext-proc.sock") : new Loopback(ports.extProc());
  }

  private static boolean takesSockets(Path folder) {
    Path trial = folder.resolve("run-ext-proc.sock"); // as long as the path in earnest
    try (var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Files.deleteIfExists(trial);
      channel.bind(UnixDomainSocketAddress.of(trial));
      Files.delete(trial);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** The value of {@code ext-proc} in both files. */
  String yaml();

  /** As the demo says it. */
  String words();

  /** Its port; none of a socket. */
  OptionalInt port();
}
