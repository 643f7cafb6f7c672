package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Envoy;
import io.tabellion.parties.EnvoyConfig;
import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.IdentityProvider;
import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Request;
import io.tabellion.testing.TestAuthority;
import io.tabellion.testing.TestAuthority.Issued;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Callers with client certificates, with the shipped {@code envoy-mtls.yaml}: TLS from the caller
 * to Envoy, and from Envoy to us. Only the MCP server is spoken to in clear.
 */
@Tag("envoy")
final class CertificatesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String SERVER = "tabellion.example.test";
  private static final String ENVOY = "envoy.example.test";
  private static final String DOMAIN = "agents.example.test";
  private static final String AGENT = "spiffe://" + DOMAIN + "/billing";
  private static final String AUDIENCE = "https://mcp.example.test/sample/mcp";

  private final IdentityProvider tokens = new IdentityProvider();
  private final int port = Checkout.freePort();
  @TempDir private Path folder;

  @Test
  void onlyAKnownCertificateCallsAndTheEntrySaysWhose() throws Exception {
    Path tls = Files.createDirectories(folder.resolve("tls"));
    TestAuthority ours = new TestAuthority(tls, "ours");
    TestAuthority other = new TestAuthority(Files.createDirectory(tls.resolve("other")), "ours");
    Files.copy(ours.file(), tls.resolve("callers-ca.crt"));
    Files.copy(ours.file(), tls.resolve("tabellion-ca.crt"));
    place(ours.issue("localhost"), tls, "listener");
    place(issue(ours, ENVOY), tls, "envoy");
    Issued server = issue(ours, SERVER);
    Issued agent = ours.issue("agent", uri(AGENT));
    Issued stranger = other.issue("stranger", uri(AGENT));
    Issued foreigner = ours.issue("foreigner", uri("spiffe://elsewhere.example.test/billing"));
    Files.writeString(folder.resolve("jwks.json"), tokens.jwks());

    TabellionServer.Setup setup = setup(server, ours);
    try (McpTestServer mcp = McpTestServer.start();
        TabellionServer running = setup.start("server");
        Envoy envoy = Envoy.startVerbose("envoy", folder, config(setup, mcp.port()))) {
      assertThat(running.process().alive()).isTrue();
      assertThat(envoy.process().alive()).isTrue();
      Request call = Request.call("echo", "bad");
      RawClient.awaitLine(ours.sockets(null), port);
      assertThat(send(call, ours, stranger).status()).as("unknown authority").isEqualTo(0);
      assertThat(send(call, ours, null).status()).as("no certificate").isEqualTo(401);
      assertThat(send(call, ours, foreigner).status()).as("trust domain").isEqualTo(403);
      String forged = "By=spiffe://x;URI=" + AGENT;
      Request claimed = call.with("x-forwarded-client-cert", forged);
      assertThat(send(claimed, ours, null).status()).as("claimed in a header").isEqualTo(401);
      assertThat(mcp.journal()).isEmpty();
      Received good = send(Request.call("echo", "good"), ours, agent);
      assertThat(good.body()).contains(McpTestServer.MARK + " good");
      String token =
          tokens.token(IdentityProvider.ISSUER, AUDIENCE, "alice", Duration.ofMinutes(1));
      Received both = send(Request.call("echo", "both").as(token), ours, agent);
      assertThat(both.body()).contains(McpTestServer.MARK + " both");
    }
    List<Trail.Entry> intents =
        Trail.read(setup.log()).stream().filter(e -> e.kind().equals("call.intent")).toList();
    assertThat(intents).hasSize(2);
    Trail.Entry byCertificate = intents.getFirst();
    assertThat(byCertificate.text("identity")).isEqualTo("certificate");
    assertThat(byCertificate.text("subject")).isEqualTo(AGENT);
    assertThat(byCertificate.text("workload")).isEqualTo(AGENT);
    assertThat(byCertificate.text("issuer")).isEqualTo(DOMAIN);
    assertThat(byCertificate.text("peer")).contains(ENVOY);
    Trail.Entry byToken = intents.getLast();
    assertThat(byToken.text("identity")).isEqualTo("jwt");
    assertThat(byToken.text("subject")).isEqualTo("alice");
    assertThat(byToken.text("workload")).isEqualTo(AGENT);
  }

  private TabellionServer.Setup setup(Issued server, TestAuthority clients) {
    return TabellionServer.Setup.in(folder.resolve("server"))
        .withExtProc(
            "tls: {certificate: %s, key: %s, client-ca: %s, allowed-clients: [%s]}"
                .formatted(server.certificate(), server.key(), clients.file(), ENVOY))
        .withIdentity(
            "{jwt: {issuers: [\"%s\"], audiences: [\"%s\"]}, certificate: {trust-domains: [%s]}}"
                .formatted(IdentityProvider.ISSUER, AUDIENCE, DOMAIN));
  }

  private EnvoyConfig config(TabellionServer.Setup setup, int upstream) {
    return Checkout.envoyMtlsYaml()
        .port(8443, port)
        .port(9001, setup.extProcPort())
        .port(443, upstream)
        .address("0.0.0.0", "127.0.0.1")
        .address(SERVER, "127.0.0.1")
        .address("sample.example.test", "127.0.0.1")
        .plain("mcp_sample");
  }

  private Received send(Request request, TestAuthority trusted, @Nullable Issued identity)
      throws IOException {
    return RawClient.send(trusted.sockets(identity), port, request, PATIENCE);
  }

  private static Issued issue(TestAuthority authority, String name) {
    return authority.issue(name, new GeneralName(GeneralName.dNSName, name));
  }

  private static GeneralName uri(String uri) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
  }

  /** Where the bootstrap looks for it. */
  private static void place(Issued issued, Path tls, String name) throws IOException {
    Files.copy(issued.certificate(), tls.resolve(name + ".crt"));
    Files.copy(issued.key(), tls.resolve(name + ".key"));
  }
}
