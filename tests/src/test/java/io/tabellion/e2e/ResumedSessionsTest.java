package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Envoy;
import io.tabellion.parties.EnvoyConfig;
import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.IdentityProvider;
import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.Request;
import io.tabellion.testing.TestAuthority;
import io.tabellion.testing.TestAuthority.Issued;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A listener that resumes TLS sessions, as those of a mesh do. Envoy 1.39 and newer say of a
 * resumed session that no certificate was verified; where the listener is declared to verify all of
 * them, its callers are known all the same.
 */
@Tag("envoy")
final class ResumedSessionsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String NAME = "tabellion.example.test";
  private static final String ENVOY = "envoy.example.test";
  private static final String AGENT = "spiffe://agents.example.test/billing";
  private static final int CALLS = 5;

  private final int port = Checkout.freePort();
  private @TempDir Path folder;

  @Test
  void itsCallersAreKnownWhereAllAreVerified() throws Exception {
    Path tls = Files.createDirectories(folder.resolve("tls"));
    TestAuthority ours = new TestAuthority(tls, "ours");
    Files.copy(ours.file(), tls.resolve("callers-ca.crt"));
    Files.copy(ours.file(), tls.resolve("tabellion-ca.crt"));
    CertificatesTest.place(ours.issue("localhost"), tls, "listener");
    CertificatesTest.place(CertificatesTest.issue(ours, ENVOY), tls, "envoy");
    Files.writeString(folder.resolve("jwks.json"), new IdentityProvider().jwks());
    SSLSocketFactory agent =
        ours.sockets(
            ours.issue("agent", CertificatesTest.uri(AGENT))); // with one cache of sessions
    TabellionServer.Setup setup = setup(CertificatesTest.issue(ours, NAME), ours);
    try (McpTestServer mcp = McpTestServer.start();
        TabellionServer _ = setup.start("server");
        Envoy envoy = Envoy.start("envoy", folder, config(setup, mcp.port()))) {
      RawClient.awaitLine(agent, port);
      for (int i = 0; i < CALLS; i++) {
        assertThat(call(agent, "n" + i)).contains(McpTestServer.MARK + " n" + i);
      }
      assertThat(envoy.statistic("listener.127.0.0.1_" + port + ".ssl.session_reused"))
          .as("resumed")
          .isPositive();
    }
    assertThat(Trail.read(setup.log()))
        .filteredOn(entry -> entry.kind().equals("call.intent"))
        .filteredOn(entry -> "tools/call".equals(entry.text("method")))
        .hasSize(CALLS)
        .allMatch(entry -> AGENT.equals(entry.text("subject")));
  }

  private String call(SSLSocketFactory agent, String nonce) throws IOException {
    return RawClient.send(agent, port, Request.call("echo", nonce), PATIENCE).body();
  }

  private TabellionServer.Setup setup(Issued server, TestAuthority clients) {
    return TabellionServer.Setup.in(folder.resolve("server"))
        .withExtProc(
            "tls: {certificate: %s, key: %s, client-ca: %s, allowed-clients: [%s]}"
                .formatted(server.certificate(), server.key(), clients.file(), ENVOY))
        .withIdentity(
            "{certificate: {trust-domains: [agents.example.test], verified-by-listener: true}}");
  }

  private EnvoyConfig config(TabellionServer.Setup setup, int upstream) {
    return Checkout.envoyMtlsYaml()
        .set("disable_stateless_session_resumption", false)
        .set("disable_stateful_session_resumption", false)
        .port(8443, port)
        .port(9001, setup.extProcPort())
        .port(443, upstream)
        .address("0.0.0.0", "127.0.0.1")
        .address(NAME, "127.0.0.1")
        .address("sample.example.test", "127.0.0.1")
        .plain("mcp_sample");
  }
}
