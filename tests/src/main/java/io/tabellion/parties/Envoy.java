package io.tabellion.parties;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A running Envoy with a bootstrap of ours. Thread-safe. */
public final class Envoy implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);

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

  private static List<String> command(String name, Path folder, EnvoyConfig config) {
    Path file = config.write(folder.resolve(name + ".json"));
    return List.of(
        binary().toString(),
        "--config-path",
        file.toAbsolutePath().toString(),
        "--concurrency",
        "2",
        "--disable-hot-restart");
  }

  /**
   * Finds the Envoy to run: {@code $TABELLION_ENVOY}, {@code envoy} on the PATH, else the one that
   * the demo put into the checkout.
   *
   * @throws IllegalStateException if there is none
   */
  public static Path binary() {
    return Stream.of(named(), onPath(), inCheckout())
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "envoy: not found (expected: TABELLION_ENVOY, envoy on the PATH, or a checkout"
                    + " in which `./tabellion demo` has run)"));
  }

  private static Optional<Path> named() {
    return Optional.ofNullable(System.getenv("TABELLION_ENVOY")).map(Path::of);
  }

  private static Optional<Path> onPath() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "envoy"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Optional<Path> inCheckout() {
    return Optional.of(Checkout.root().resolve(".tabellion/envoy/bin/envoy"))
        .filter(Files::isExecutable);
  }

  public Child process() {
    return process;
  }

  @Override
  public void close() {
    process.close();
  }
}
