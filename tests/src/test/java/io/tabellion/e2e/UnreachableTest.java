package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.RawServer;
import io.tabellion.testing.Request;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a client is told when somebody is not there: who, why, and whether the call was executed.
 */
@Tag("envoy")
final class UnreachableTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  private static Received call(Gateway gateway) {
    try {
      return RawClient.send(gateway.port(), Request.call("echo", "hello"), PATIENCE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aServerThatIsNotThere() throws Exception {
    Path log;
    try (Gateway gateway = new Gateway(folder, Checkout.freePort())) {
      log = gateway.setup().log();
      Received received = call(gateway);
      assertThat(received.status()).isEqualTo(503);
      assertThat(received.header("content-type")).isEqualTo("application/json");
      assertThat(received.body())
          .contains(
              "The MCP server 'sample' could not be reached (connection refused; HTTP 503",
              "The call was not executed");
    }
    Trail.Entry outcome =
        Trail.read(log).stream()
            .filter(entry -> entry.kind().equals("call.outcome"))
            .findFirst()
            .orElseThrow();
    assertThat(outcome.text("executed")).isEqualTo("no");
    assertThat(outcome.text("detail")).contains("onnection");
  }

  @Test
  void aServerThatHangsUp() throws Exception {
    try (RawServer server = new RawServer();
        Gateway gateway = new Gateway(folder, server.port())) {
      server.answer("");
      assertThat(call(gateway).body())
          .contains(
              "The MCP server 'sample' did not answer (the connection broke before the answer;",
              "Nobody can say whether the tool was executed");
    }
  }

  @Test
  void ourselvesBeforeACall() throws Exception {
    try (RawServer server = new RawServer();
        Gateway gateway = new Gateway(folder, server.port())) {
      gateway.server().process().kill();
      Received received = call(gateway);
      assertThat(received.status()).isEqualTo(503);
      assertThat(received.body())
          .contains("Tabellion is not available. The call was not executed.");
      assertThat(server.requests()).isZero();
    }
  }

  @Test
  void ourselvesWhileTheServerWorks() throws Exception {
    try (ServerSocket works = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        Gateway gateway = new Gateway(folder, works.getLocalPort())) {
      CompletableFuture<Received> answer =
          CompletableFuture.supplyAsync(() -> call(gateway), threads);
      try (var arrived = works.accept()) {
        assertThat(arrived.getInputStream().read()).isPositive();
        gateway.server().process().kill();
        Received received = answer.join();
        assertThat(received.status()).isEqualTo(503);
        assertThat(received.body())
            .contains("Tabellion is not available any more", "may have reached the MCP server");
      }
    }
  }
}
