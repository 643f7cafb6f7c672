package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

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
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Callers with client certificates, with the shipped {@code envoy-mtls.yaml}: TLS from the caller
 * to Envoy, and from Envoy to us. Only the MCP server is spoken to in clear.
 */
@Tag("envoy")
@TestInstance(Lifecycle.PER_CLASS)
final class CertificatesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String SERVER = "tabellion.example.test";
  private static final String ENVOY = "envoy.example.test";
  private static final String DOMAIN = "agents.example.test";
  private static final String AGENT = "spiffe://" + DOMAIN + "/billing";
  private static final String AUDIENCE = "https://mcp.example.test/sample/mcp";

  private final IdentityProvider tokens = new IdentityProvider();
  private final int port = Checkout.freePort();

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private Path folder;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private TestAuthority ours;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private Issued agent;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private Issued stranger;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private Issued foreigner;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private TabellionServer.Setup setup;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private McpTestServer mcp;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private TabellionServer running;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private Envoy envoy;

  @BeforeAll
  void start(@TempDir Path made) throws Exception {
    folder = made;
    Path tls = Files.createDirectories(folder.resolve("tls"));
    ours = new TestAuthority(tls, "ours");
    TestAuthority other = new TestAuthority(Files.createDirectory(tls.resolve("other")), "ours");
    Files.copy(ours.file(), tls.resolve("callers-ca.crt"));
    Files.copy(ours.file(), tls.resolve("tabellion-ca.crt"));
    place(ours.issue("localhost"), tls, "listener");
    place(issue(ours, ENVOY), tls, "envoy");
    Issued server = issue(ours, SERVER);
    agent = ours.issue("agent", uri(AGENT));
    stranger = other.issue("stranger", uri(AGENT));
    foreigner = ours.issue("foreigner", uri("spiffe://elsewhere.example.test/billing"));
    Files.writeString(folder.resolve("jwks.json"), tokens.jwks());

    setup = setup(server, ours);
    mcp = McpTestServer.start();
    running = setup.start("server");
    envoy = Envoy.startVerbose("envoy", folder, config(setup, mcp.port()));
    assertThat(running.process().alive()).isTrue();
    assertThat(envoy.process().alive()).isTrue();
    RawClient.awaitLine(ours.sockets(null), port);
  }

  @AfterAll
  void stop() {
    envoy.close();
    running.close();
    mcp.close();
  }

  @TestFactory
  Stream<DynamicTest> onlyAKnownCertificateCallsAndTheEntrySaysWhose() {
    Request call = Request.call("echo", "bad");
    Request claimed = call.with("x-forwarded-client-cert", "By=spiffe://x;URI=" + AGENT);
    return Stream.of(
        dynamicTest("of an unknown authority", () -> isRefused(call, stranger, 0)),
        dynamicTest("no certificate", () -> isRefused(call, null, 401)),
        dynamicTest("of another trust domain", () -> isRefused(call, foreigner, 403)),
        dynamicTest("claimed in a header", () -> isRefused(claimed, null, 401)),
        dynamicTest("none of these reached the server", () -> assertThat(mcp.journal()).isEmpty()),
        dynamicTest("a known one calls", () -> calls(Request.call("echo", "good"), "good")),
        dynamicTest(
            "a known one with a token calls",
            () -> calls(Request.call("echo", "both").as(token()), "both")),
        dynamicTest("the entries say whose", this::theEntriesSayWhose));
  }

  private void isRefused(Request call, @Nullable Issued identity, int status) throws IOException {
    assertThat(send(call, ours, identity).status()).isEqualTo(status);
  }

  private void calls(Request call, String nonce) throws IOException {
    assertThat(send(call, ours, agent).body()).contains(McpTestServer.MARK + " " + nonce);
  }

  private String token() throws Exception {
    return tokens.token(IdentityProvider.ISSUER, AUDIENCE, "alice", Duration.ofMinutes(1));
  }

  private void theEntriesSayWhose() {
    envoy.close();
    running.close();
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

  static Issued issue(TestAuthority authority, String name) {
    return authority.issue(name, new GeneralName(GeneralName.dNSName, name));
  }

  static GeneralName uri(String uri) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
  }

  /** Where the bootstrap looks for it. */
  static void place(Issued issued, Path tls, String name) throws IOException {
    Files.copy(issued.certificate(), tls.resolve(name + ".crt"));
    Files.copy(issued.key(), tls.resolve(name + ".key"));
  }
}
