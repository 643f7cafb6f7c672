package io.tabellion.e2e;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Envoy;
import io.tabellion.parties.EnvoyConfig;
import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.RawClient;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Envoy with the shipped bootstrap and our server, in front of an MCP server that is there already;
 * callers need no token, everything is allowed. Confined to one thread.
 */
final class Gateway implements AutoCloseable {
  private final int port = Checkout.freePort();
  private final TabellionServer.Setup setup;
  private final TabellionServer server;
  private final Envoy envoy;

  /**
   * Starts both.
   *
   * @param upstream port of the MCP server, whose path is {@code /mcp}
   */
  Gateway(Path folder, int upstream) throws InterruptedException {
    this(folder, upstream, UnaryOperator.identity());
  }

  /** The same with another setup of our server. */
  Gateway(Path folder, int upstream, UnaryOperator<TabellionServer.Setup> changed)
      throws InterruptedException {
    setup =
        changed.apply(
            TabellionServer.Setup.in(folder.resolve("server")).withJvm(List.of("-Xmx512m")));
    server = setup.start("server");
    EnvoyConfig config =
        setup
            .behind(Checkout.envoyYaml())
            .without("envoy.filters.http.jwt_authn")
            .port(10000, port)
            .port(9100, upstream)
            .set("host_rewrite_literal", "localhost:" + upstream);
    envoy = Envoy.startVerbose("envoy", folder.resolve("envoy"), config);
    RawClient.awaitLine(port);
  }

  /** Where clients connect. */
  String url() {
    return "http://localhost:" + port + "/sample/mcp";
  }

  int port() {
    return port;
  }

  TabellionServer.Setup setup() {
    return setup;
  }

  TabellionServer server() {
    return server;
  }

  Envoy envoy() {
    return envoy;
  }

  @Override
  public void close() {
    envoy.close();
    server.close();
  }
}
