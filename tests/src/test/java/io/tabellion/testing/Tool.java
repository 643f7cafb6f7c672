package io.tabellion.testing;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Programs of others, run to their end. */
public final class Tool {
  public static final Path NODE = Checkout.root().resolve("tests/node");
  public static final Path NODE_BINARY = NODE.resolve("node_modules/.bin/node");

  private Tool() {}

  /**
   * What a program did.
   *
   * @param status its exit status, null if it did not end in time
   */
  public record Ran(@Nullable Integer status, List<String> lines) {
    public String text() {
      return String.join("\n", lines);
    }
  }

  /** Runs it in {@code folder} and waits for its end; kills it when that takes too long. */
  public static Ran run(String name, Path folder, Duration patience, List<String> command)
      throws InterruptedException {
    try (Child child = Child.start(name, folder, command)) {
      Integer status = child.awaitExit(patience);
      child.awaitOutput();
      return new Ran(status, child.lines());
    }
  }

  /** Starts one of the MCP servers of tests/node. */
  public static Child startServer(
      String name, Path folder, int port, String ready, String... command)
      throws InterruptedException {
    Child child = Child.start(name, folder, Stream.of(command).toList());
    try {
      child.await(line -> line.contains(ready), Duration.ofSeconds(30));
      Checkout.awaitPort(port, Duration.ofSeconds(30));
      return child;
    } catch (IllegalStateException | InterruptedException e) {
      child.close();
      throw e;
    }
  }

  /** Starts the fixture server of tests/node. */
  public static Child startFixture(Path folder, int port) throws InterruptedException {
    return startServer(
        "fixture",
        folder,
        port,
        "ready",
        NODE_BINARY.toString(),
        NODE.resolve("fixture-server.mjs").toString(),
        "--port",
        String.valueOf(port));
  }
}
