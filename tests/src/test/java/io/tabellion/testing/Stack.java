package io.tabellion.testing;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Envoy;
import io.tabellion.parties.EnvoyConfig;
import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.RawClient.Received;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The whole line, each part real: an Envoy with the bootstrap that we ship, our server in a process
 * of its own, an MCP server with a journal, and callers with tokens that Envoy verifies. Between
 * Envoy and our server runs a {@link Relay}, unless the test wants none.
 *
 * <p>Start, kill and restart belong to one thread; calls may come from many.
 */
public final class Stack implements AutoCloseable {
  private static final String JWT =
      "{jwt: {issuers: [\"%s\"], audiences: [\"%s\"]}}"
          .formatted(IdentityProvider.ISSUER, IdentityProvider.AUDIENCE);

  private final IdentityProvider tokens = new IdentityProvider();
  private final McpTestServer mcp = McpTestServer.start();
  private final int port = Checkout.freePort();
  private final TabellionServer.Setup setup;
  private final Relay relay;
  private final Envoy envoy;
  private @Nullable TabellionServer server;
  private int starts;

  private Stack(Path folder, TabellionServer.Setup setup, boolean relayed)
      throws InterruptedException {
    this.setup = setup;
    relay = new Relay(setup.extProcPort());
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("jwks.json"), tokens.jwks());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    EnvoyConfig shipped = Checkout.envoyYaml().port(9100, mcp.port()).port(10000, port);
    EnvoyConfig config = relayed ? shipped.port(9001, relay.port()) : setup.behind(shipped);
    envoy = Envoy.startVerbose("envoy", folder, config);
  }

  /** Starts everything but our server. */
  public static Stack withoutServer(
      Path folder, UnaryOperator<TabellionServer.Setup> setup, boolean relayed)
      throws InterruptedException {
    TabellionServer.Setup base =
        TabellionServer.Setup.in(folder.resolve("server"))
            .withIdentity(JWT)
            .withLogKeys(", segment-size: 16MiB")
            .withMore("limits: {request: 256KiB, answer: 256KiB, event: 256KiB}")
            .withJvm(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
    return new Stack(folder, setup.apply(base), relayed);
  }

  /** Starts everything, and waits until it is ready. */
  public static Stack start(
      Path folder, UnaryOperator<TabellionServer.Setup> setup, boolean relayed)
      throws InterruptedException {
    Stack stack = withoutServer(folder, setup, relayed);
    try {
      stack.startServer();
      return stack;
    } catch (IllegalStateException e) {
      stack.close();
      throw e;
    }
  }

  /** Starts our server, again on the same log and ports, and waits until Envoy has it. */
  public void startServer() {
    server = setup.start("server-" + ++starts);
    RawClient.awaitLine(port);
  }

  /** Starts our server and does not wait. */
  public void launchServer() {
    server = setup.launch("server-" + ++starts);
  }

  /** Kills our server (SIGKILL); what it said and nobody heard yet is lost with it. */
  public void kill() {
    server().process().kill();
    relay.cut();
  }

  /** Ends our server in order. */
  public void stopServer() {
    server().close();
  }

  public TabellionServer server() {
    return Objects.requireNonNull(server, "no server yet");
  }

  public McpTestServer mcp() {
    return mcp;
  }

  public Envoy envoy() {
    return envoy;
  }

  public Relay relay() {
    return relay;
  }

  /** Where clients connect. */
  public int port() {
    return port;
  }

  public TabellionServer.Setup setup() {
    return setup;
  }

  /** The log directory. */
  public Path log() {
    return setup.log();
  }

  /** The identity provider that Envoy trusts. */
  public IdentityProvider tokens() {
    return tokens;
  }

  public String token(String subject) {
    return tokens.token(subject);
  }

  /** One {@code tools/call} as {@code alice}. */
  public Received call(String tool, String nonce, Duration patience) throws IOException {
    return RawClient.send(port, Request.call(tool, nonce).as(token("alice")), patience);
  }

  @Override
  public void close() {
    envoy.close();
    if (server != null) {
      server.close();
    }
    relay.close();
    mcp.close();
  }
}
