package io.tabellion.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Child;
import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.McpTestServer.Execution;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Request;
import io.tabellion.testing.Stack;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** P7: without our server nothing passes; with it again, everything does, by itself. */
@Tag("fault")
final class RestartTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LONG = Duration.ofSeconds(60);
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

  /**
   * The drain time is longer than the test waits: a stream by which a client only listens must not
   * take it.
   */
  @Test
  void callsBeforeAreAnsweredAndCallsOfAReadyServerAtTheFirstTry() throws Exception {
    UnaryOperator<TabellionServer.Setup> patient =
        setup ->
            setup.withMore("limits: {request: 256KiB, answer: 256KiB, event: 256KiB, drain: 10m}");
    try (Stack stack = Stack.start(folder, patient, false);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch open = new CountDownLatch(3); // initialize, GET, the call that waits
      stack.mcp().onExecution(_ -> open.countDown());
      String token = stack.token("alice");
      String session =
          RawClient.send(stack.port(), Request.initialize().as(token), LONG)
              .header("mcp-session-id");
      Request listen =
          Request.listen().with("mcp-session-id", session).with(McpTestServer.HOLD, "1").as(token);
      Future<Received> listening = clients.submit(() -> RawClient.send(stack.port(), listen, LONG));
      Future<Received> before = clients.submit(() -> stack.call("wait", "before", LONG));
      assertThat(open.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();

      Child process = stack.server().process();
      ProcessHandle.of(process.pid()).orElseThrow().destroy(); // SIGTERM
      process.await(line -> line.contains("ext_proc: waits up to 600 s for "), LONG);
      Received listened = listening.get();
      assertThat(listened.ended()).isTrue();
      assertThat(listened.body()).contains(McpTestServer.MARK);
      assertThat(stack.call("echo", "during", LONG).status()).isEqualTo(503);
      stack.mcp().release("before");
      assertThat(before.get().body()).contains(McpTestServer.MARK + " before");
      assertThat(process.awaitExit(LONG)).isNotNull();
      assertThat(process.lines()).noneMatch(line -> line.contains("Exception"));

      stack.launchServer();
      stack.server().awaitReady();
      List<Future<Received>> after = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        String nonce = "after" + i;
        after.add(clients.submit(() -> stack.call("echo", nonce, LONG)));
      }
      for (Future<Received> call : after) {
        assertThat(call.get().status()).isEqualTo(200);
      }
      stack.mcp().release(McpTestServer.HOLD);
    }
  }

  /** What the killed process unpacked is gone: there is one library, and its mark. */
  private static void assertUnpackedOnce(Path unpacked) throws IOException {
    try (Stream<Path> files = Files.list(unpacked)) {
      assertThat(files.filter(file -> !file.toString().endsWith(".lck"))).hasSize(1);
    }
  }
}
