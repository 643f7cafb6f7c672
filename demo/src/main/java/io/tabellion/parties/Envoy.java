package io.tabellion.parties;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tabellion.demo.EnvoyBinary;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A running Envoy with a bootstrap of ours. Thread-safe. */
public final class Envoy implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);

  private static @Nullable Path binary; // guarded by the class

  private final Child process;
  private final Path admin;

  private Envoy(Child process, Path admin) {
    this.process = process;
    this.admin = admin;
  }

  /**
   * Starts Envoy and returns when its listeners accept connections.
   *
   * @param folder its working directory; it keeps the bootstrap and the log
   */
  public static Envoy start(String name, Path folder, EnvoyConfig config)
      throws InterruptedException {
    Child child = Child.startQuiet(name, folder, command(name, folder, config));
    return ready(child, folder, config);
  }

  /** The same, with the access log in the log file. */
  public static Envoy startVerbose(String name, Path folder, EnvoyConfig config)
      throws InterruptedException {
    Child child = Child.start(name, folder, command(name, folder, config));
    return ready(child, folder, config);
  }

  private static Envoy ready(Child child, Path folder, EnvoyConfig config)
      throws InterruptedException {
    try {
      child.await(line -> line.contains("starting workers"), START);
      for (int port : config.listenerPorts()) {
        Checkout.awaitPort(port, START);
      }
      return new Envoy(child, folder.resolve("admin.sock"));
    } catch (IllegalStateException | InterruptedException e) {
      child.close();
      throw e;
    }
  }

  private static List<String> command(String name, Path folder, EnvoyConfig config)
      throws InterruptedException {
    Path file = config.write(folder.resolve(name + ".json"));
    return List.of(
        binary().toString(),
        "--config-path",
        file.toAbsolutePath().toString(),
        "--concurrency",
        "2",
        "--disable-hot-restart");
  }

  /** The Envoy to run, found as the demo finds it, once. */
  public static synchronized Path binary() throws InterruptedException {
    Path found = binary;
    if (found == null) {
      found = EnvoyBinary.find(Checkout.root());
      binary = found;
    }
    return found;
  }

  /**
   * Returns a counter or gauge of this Envoy, by its whole name.
   *
   * @throws IllegalStateException if it has none of the name
   */
  public long statistic(String name) throws IOException {
    return statistics(name)
        .filter(line -> line.startsWith(name + ": "))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 2)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(name + ": no such statistic of Envoy"));
  }

  private Stream<String> statistics(String name) throws IOException {
    return ask("/stats?filter=" + name).lines();
  }

  /** Returns this Envoy's whole configuration in JSON, as {@code /config_dump} gives it. */
  public String configDump() throws IOException {
    String answer = ask("/config_dump");
    StringBuilder dump = new StringBuilder();
    int at = answer.indexOf("\r\n\r\n") + 4;
    for (int size = -1; size != 0; at += size + 2) { // RFC 9112, 7.1: size, chunk, line end
      int end = answer.indexOf("\r\n", at);
      size = Integer.parseInt(answer.substring(at, end), 16);
      at = end + 2;
      dump.append(answer, at, at + size);
    }
    return dump.toString();
  }

  private String ask(String path) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nhost: admin\r\nconnection: close\r\n\r\n";
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(admin))) {
      channel.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
      // One char for each byte, so that the sizes of chunks count both.
      return new String(Channels.newInputStream(channel).readAllBytes(), ISO_8859_1);
    }
  }

  public Child process() {
    return process;
  }

  @Override
  public void close() {
    process.close();
  }
}
