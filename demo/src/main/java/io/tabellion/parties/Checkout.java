package io.tabellion.parties;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Where we are: the checkout's files and this host's free ports. */
public final class Checkout {
  private static final Duration POLL = Duration.ofMillis(20);

  private Checkout() {}

  /**
   * Returns the checkout's root: what {@code ./tabellion} says it is, else the nearest folder at or
   * above the working directory that has the shipped Envoy configurations.
   */
  public static Path root() {
    String home = System.getProperty("tabellion.home");
    return home == null ? above() : Path.of(home);
  }

  private static Path above() {
    Path here = Path.of("").toAbsolutePath();
    for (Path folder = here; folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("envoy-config/envoy.yaml"))) {
        return folder;
      }
    }
    throw new IllegalStateException(
        "working directory: " + here + " (expected: a folder of a Tabellion checkout)");
  }

  /** Returns the argument that gives a JVM the options of the server that we ship. */
  public static String serveOptions() {
    return "@" + root().resolve("ext-proc-server/serve.options");
  }

  /** Returns the argument that gives a JVM the options of {@code audit verify}. */
  public static String verifyOptions() {
    return "@" + root().resolve("ext-proc-server/verify.options");
  }

  /** Returns the bootstrap that we ship, with more time to connect on a machine that is busy. */
  public static EnvoyConfig envoyYaml() {
    return bootstrap("envoy.yaml");
  }

  /** The same with TLS on every leg. */
  public static EnvoyConfig envoyMtlsYaml() {
    return bootstrap("envoy-mtls.yaml");
  }

  /** The bootstrap that another checkout ships, with the same change. */
  public static EnvoyConfig envoyYamlOf(Path checkout) {
    return EnvoyConfig.read(checkout.resolve("envoy-config/envoy.yaml"))
        .set("connect_timeout", "10s");
  }

  private static EnvoyConfig bootstrap(String file) {
    return EnvoyConfig.read(root().resolve("envoy-config").resolve(file))
        .set("connect_timeout", "10s");
  }

  /**
   * Returns a loopback port for a process that is told beforehand where to listen. Nothing listens
   * there, and nothing else is given it.
   *
   * @throws IllegalStateException if none is free
   */
  public static int freePort() {
    return FreePorts.next();
  }

  /**
   * Waits until something accepts connections on a loopback port.
   *
   * @throws IllegalStateException if nothing does in time
   */
  public static void awaitPort(int port, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!accepts(port)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(port + ": no connection (expected: a listener)");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
