package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import io.tabellion.parties.Envoy;
import io.tabellion.parties.EnvoyConfig;
import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Request;
import io.tabellion.testing.Stack;
import io.tabellion.testing.Story;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Unix socket between a real Envoy and our server. */
@Tag("envoy")
@Timeout(120)
final class UnixSocketTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> theShippedBootstrapWithASocket() throws Exception {
    Path socket = folder.resolve("run/ext-proc.sock");
    Stack stack = Stack.start(folder, setup -> setup.onSocket(socket), false);
    return new Story()
        .then(
            "a call passes, and its entries name the peer",
            () -> {
              assertPasses(stack, "n1");
              assertThat(Trail.read(stack.log()))
                  .filteredOn(entry -> entry.kind().startsWith("call."))
                  .extracting(entry -> entry.text("peer"))
                  .containsExactly("unix-socket", "unix-socket");
            })
        .then(
            "nobody else can connect, and no port is open",
            () -> {
              assertThat(mode(socket)).isEqualTo("rw-------");
              assertThat(mode(socket.resolveSibling(""))).isEqualTo("rwx------");
              assertThat(stack.server().process().lines())
                  .anyMatch(line -> line.contains("ext_proc") && line.contains("unix:" + socket));
            })
        .then(
            "connections leave no warnings",
            () ->
                assertThat(stack.server().process().lines())
                    .noneMatch(line -> line.contains("channel option")))
        .then(
            "a second server on the socket is refused, and the first goes on",
            () -> {
              TabellionServer second =
                  TabellionServer.Setup.in(folder.resolve("second"))
                      .onSocket(socket)
                      .launch("second");
              assertThat(second.process().awaitExit(Duration.ofSeconds(60))).isNotZero();
              second.process().awaitOutput();
              assertThat(String.join("\n", second.process().lines()))
                  .contains("ext-proc.address: unix:" + socket, "another server listens there");
              assertPasses(stack, "n2");
            })
        .then(
            "without the server nothing passes",
            () -> {
              stack.kill();
              assertThat(socket).exists();
              assertThat(stack.call("echo", "n3", PATIENCE).status()).isEqualTo(503);
            })
        .then(
            "a server after one that was killed takes its socket",
            () -> {
              stack.startServer();
              assertPasses(stack, "n4");
            })
        .then(
            "a server that ends takes its socket along",
            () -> {
              stack.stopServer();
              assertThat(socket).doesNotExist();
            })
        .steps()
        .onClose(stack::close);
  }

  private static void assertPasses(Stack stack, String nonce) throws IOException {
    Received received = stack.call("echo", nonce, PATIENCE);
    assertThat(received.status()).as(received.body()).isEqualTo(200);
    assertThat(received.body()).contains(McpTestServer.MARK + " " + nonce);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void theControlPlaneTellsEnvoyOfASocket() throws Exception {
    Path socket = folder.resolve("ext-proc.sock");
    int port = Checkout.freePort();
    int xds = Checkout.freePort();
    TabellionServer.Setup setup =
        TabellionServer.Setup.in(folder.resolve("server")).onSocket(socket);
    try (McpTestServer mcp = McpTestServer.start()) {
      Files.writeString(
          folder.resolve("routes.yaml"),
          """
          listeners: [{address: "127.0.0.1:%1$d", url: "http://127.0.0.1:%1$d"}]
          ext-proc: {address: "unix:ext-proc.sock"}
          servers: [{name: sample, url: "http://127.0.0.1:%2$d/mcp"}]
          """
              .formatted(port, mcp.port()));
      EnvoyConfig bootstrap =
          EnvoyConfig.read(Checkout.root().resolve("envoy-config/envoy-xds.yaml")).port(18000, xds);
      try (TabellionServer _ = setup.start("server");
          Child plane = Child.startJava("control-plane", folder, List.of(), plane(xds));
          Envoy _ = Envoy.startVerbose("envoy", folder, told(plane, bootstrap))) {
        Checkout.awaitPort(port, Duration.ofSeconds(30));
        RawClient.awaitLine(port);
        Received received = RawClient.send(port, Request.call("echo", "n1"), PATIENCE);
        assertThat(received.status()).as(received.body()).isEqualTo(200);
        assertThat(Trail.read(setup.log()))
            .filteredOn(entry -> entry.kind().equals("call.intent"))
            .extracting(entry -> entry.text("peer"))
            .isNotEmpty()
            .containsOnly("unix-socket");
      }
    }
  }

  private static List<String> plane(int port) {
    return List.of("io.tabellion.xds.Main", "--routes", "routes.yaml", "--port", "" + port);
  }

  private static EnvoyConfig told(Child plane, EnvoyConfig bootstrap) throws InterruptedException {
    plane.await(line -> line.startsWith("control plane on"), Duration.ofSeconds(30));
    return bootstrap;
  }
}
