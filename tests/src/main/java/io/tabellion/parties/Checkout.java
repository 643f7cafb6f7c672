package io.tabellion.parties;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where we are: the checkout's files and this host's free ports. */
public final class Checkout {

  private Checkout() {}

  /**
   * Returns the checkout's root: the nearest folder at or above the working directory that has the
   * shipped Envoy configurations.
   */
  public static Path root() {
    Path here = Path.of("").toAbsolutePath();
    for (Path folder = here; folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("envoy-config/envoy.yaml"))) {
        return folder;
      }
    }
    throw new IllegalStateException(
        "working directory: " + here + " (expected: a folder of a Tabellion checkout)");
  }

  /** Returns the bootstrap that we ship. */
  public static EnvoyConfig envoyYaml() {
    return EnvoyConfig.read(root().resolve("envoy-config/envoy.yaml"));
  }

  /** Returns a loopback port that was free a moment ago. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
