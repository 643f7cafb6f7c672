package io.tabellion.parties;

import io.tabellion.demo.EnvoyBinary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A running Envoy with a bootstrap of ours. Thread-safe. */
public final class Envoy implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);

  private static @Nullable Path binary; // guarded by the class

  private final Child process;

  private Envoy(Child process) {
    this.process = process;
  }

  /**
   * Starts Envoy and returns when its listeners accept connections.
   *
   * @param folder its working directory; it keeps the bootstrap and the log
   */
  public static Envoy start(String name, Path folder, EnvoyConfig config)
      throws InterruptedException {
    Child child = Child.startQuiet(name, folder, command(name, folder, config));
    return ready(child, config);
  }

  /** The same, with the access log in the log file. */
  public static Envoy startVerbose(String name, Path folder, EnvoyConfig config)
      throws InterruptedException {
    Child child = Child.start(name, folder, command(name, folder, config));
    return ready(child, config);
  }

  private static Envoy ready(Child child, EnvoyConfig config) throws InterruptedException {
    try {
      child.await(line -> line.contains("starting workers"), START);
      for (int port : config.listenerPorts()) {
        Checkout.awaitPort(port, START);
      }
      return new Envoy(child);
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

  public Child process() {
    return process;
  }

  @Override
  public void close() {
    process.close();
  }
}
