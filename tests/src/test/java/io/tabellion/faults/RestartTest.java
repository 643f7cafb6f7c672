package io.tabellion.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.McpTestServer.Execution;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Stack;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** P7: without our server nothing passes; with it again, everything does, by itself. */
@Tag("fault")
final class RestartTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int CALLS = 20;

  @TempDir private Path folder;

  @Test
  void anEnvoyThatStartsFirstIsClosedUntilTheServerIsThere() throws Exception {
    try (Stack stack = Stack.withoutServer(folder, UnaryOperator.identity(), false)) {
      Received early = stack.call("echo", "n1x1", PATIENCE);
      assertThat(early.status()).isEqualTo(503);
      assertThat(early.body()).doesNotContain(McpTestServer.MARK);
      assertThat(stack.mcp().journal()).isEmpty();
      stack.startServer();
      Received late = stack.call("echo", "n1x2", PATIENCE);
      assertThat(late.status()).isEqualTo(200);
      assertThat(late.body()).contains(McpTestServer.MARK + " n1x2");
    }
  }

  @Test
  void aServerThatIsRestartedUnderTrafficFailsClosedAndRecovers() throws Exception {
    try (Stack stack = Stack.start(folder, UnaryOperator.identity(), false)) {
      Books books;
      try (Load load = new Load(stack).with(4, "echo")) {
        load.awaitExecutions(CALLS);
        stack.stopServer(); // in order, while clients call
        stack.startServer();
        load.awaitExecutions(CALLS);
        stack.kill(); // and not in order
        stack.startServer();
        assertUnpackedOnce(stack.log().resolve("native"));
        load.awaitExecutions(CALLS);
        load.end();
        stack.stopServer();
        books =
            new Books(
                stack.mcp().journal().stream().map(Execution::nonce).toList(),
                load.received(),
                Trail.read(stack.log()));
      }
      System.out.println("restarts under traffic: 2, " + books.counts());
      assertThat(books.violations()).isEmpty();
      assertThat(Offline.verify(stack.log())).isEmpty();
    }
  }

  /** What the killed process unpacked is gone: there is one library, and its mark. */
  private static void assertUnpackedOnce(Path unpacked) throws IOException {
    try (Stream<Path> files = Files.list(unpacked)) {
      assertThat(files.filter(file -> !file.toString().endsWith(".lck"))).hasSize(1);
    }
  }
}
