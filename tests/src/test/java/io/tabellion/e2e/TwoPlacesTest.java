package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Envoy;
import io.tabellion.parties.EnvoyConfig;
import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.IdentityProvider;
import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.McpTestServer.Execution;
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
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two Envoys one behind the other that ask one server of ours: a gateway, which takes tokens, and a
 * place before the MCP server, which knows the gateway and its neighbours by their certificates.
 */
@Tag("envoy")
final class TwoPlacesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String GATEWAY = "spiffe://mesh.example.test/ns/edge/sa/gateway";
  private static final String NEIGHBOUR = "spiffe://mesh.example.test/ns/agents/sa/neighbour";
  private static final String PASSAGE = "x-tabellion-passage";

  private final IdentityProvider tokens = new IdentityProvider();
  private final int outer = Checkout.freePort();
  private final int inner = Checkout.freePort();
  private @TempDir Path folder;

  @Test
  void aCallThroughBothIsOneCallOfItsCaller() throws Exception {
    Path tls = Files.createDirectories(folder.resolve("inner/tls"));
    TestAuthority mesh = new TestAuthority(tls, "mesh");
    Files.copy(mesh.file(), tls.resolve("callers-ca.crt"));
    CertificatesTest.place(mesh.issue("localhost"), tls, "listener");
    Issued gateway = mesh.issue("gateway", CertificatesTest.uri(GATEWAY));
    Issued neighbour = mesh.issue("neighbour", CertificatesTest.uri(NEIGHBOUR));
    Path edge = Files.createDirectories(folder.resolve("outer"));
    Files.writeString(edge.resolve("jwks.json"), tokens.jwks());
    Files.writeString(folder.resolve("inner/jwks.json"), tokens.jwks());
    TabellionServer.Setup setup = setup();
    try (McpTestServer mcp = McpTestServer.start();
        TabellionServer _ = setup.start("server");
        Envoy _ = Envoy.startVerbose("inner", folder.resolve("inner"), inner(setup, mcp.port()));
        Envoy _ = Envoy.startVerbose("outer", edge, outer(setup, mesh, gateway))) {
      RawClient.awaitLine(mesh.sockets(neighbour), inner);
      RawClient.awaitLine(outer);

      isAnswered(Request.call("echo", "stateless"), "stateless");
      String session = call(Request.initialize()).header("mcp-session-id");
      assertThat(session).isNotEmpty();
      isAnswered(
          Request.callInSession("echo", "session").with("mcp-session-id", session), "session");
      mcp.pace();
      mcp.pace();
      mcp.pace();
      isAnswered(Request.call("stream", "events"), "events");
      Received deleted = call(Request.delete().with("mcp-session-id", session));
      assertThat(deleted.status()).isEqualTo(204);

      Request forged = Request.call("echo", "forged").with(PASSAGE, "0".repeat(32));
      isAnswered(forged, "forged");
      Received direct = RawClient.send(mesh.sockets(neighbour), inner, forged, PATIENCE);
      assertThat(direct.body()).contains(McpTestServer.MARK);
      Received claimed = RawClient.send(mesh.sockets(gateway), inner, forged, PATIENCE);
      assertThat(claimed.status()).isEqualTo(403);
      Request nobody = Request.call("echo", "nobody");
      assertThat(RawClient.send(mesh.sockets(gateway), inner, nobody, PATIENCE).status())
          .isEqualTo(403);

      assertThat(mcp.journal())
          .extracting(Execution::nonce)
          .containsExactly("stateless", "", "session", "events", "", "forged", "forged");
      assertThat(mcp.journal()).noneMatch(one -> one.headers().contains(PASSAGE));
    }
    theLogHasEachOnce(Trail.read(setup.log()));
  }

  private static void theLogHasEachOnce(List<Trail.Entry> all) {
    List<Trail.Entry> intents =
        all.stream()
            .filter(entry -> entry.kind().equals("call.intent"))
            .filter(entry -> "allowed".equals(entry.text("decision")))
            .toList();
    assertThat(intents)
        .extracting(entry -> entry.text("listener") + " " + entry.text("subject"))
        .containsExactly(
            "default alice",
            "default alice",
            "default alice",
            "default alice",
            "default alice",
            "default alice",
            "sidecar " + NEIGHBOUR);
    List<String> outcomes =
        all.stream()
            .filter(entry -> entry.kind().equals("call.outcome"))
            .map(entry -> entry.text("outcome") + " " + entry.leaf().path("seen_at"))
            .toList();
    assertThat(outcomes)
        .hasSize(7)
        .filteredOn(one -> one.equals("ok [\"sidecar loopback\"]"))
        .hasSize(6);
    assertThat(outcomes.getLast()).isEqualTo("ok ");
    assertThat(all)
        .filteredOn(entry -> "passage".equals(entry.text("reason")))
        .singleElement()
        .extracting(entry -> entry.kind() + " " + entry.text("workload"))
        .isEqualTo("refused " + GATEWAY);
  }

  private void isAnswered(Request request, String nonce) throws IOException {
    Received answer = call(request);
    assertThat(answer.body()).contains(McpTestServer.MARK + " " + nonce);
    assertThat(answer.header(PASSAGE)).isEmpty();
  }

  private Received call(Request request) throws IOException {
    return RawClient.send(outer, request.as(tokens.token("alice")), PATIENCE);
  }

  private TabellionServer.Setup setup() {
    String gateway =
        "{jwt: {issuers: [\"%s\"], audiences: [\"%s\"]}}"
            .formatted(IdentityProvider.ISSUER, IdentityProvider.AUDIENCE);
    String sidecar =
        "name: sidecar, hops: [\"%s\"], identity: {certificate: {trust-domains: [mesh.example.test]}}"
            .formatted(GATEWAY);
    return TabellionServer.Setup.in(folder.resolve("server"))
        .withIdentity(gateway + "}, {" + sidecar)
        .withMore("servers: [{name: sample, places: [default, sidecar]}]");
  }

  /** The gateway shows its certificate to the place behind it. */
  private EnvoyConfig outer(TabellionServer.Setup setup, TestAuthority mesh, Issued gateway) {
    Map<String, Object> tls =
        Map.of(
            "name",
            "envoy.transport_sockets.tls",
            "typed_config",
            Map.of(
                "@type",
                "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
                "common_tls_context",
                Map.of(
                    "tls_certificates",
                    List.of(
                        Map.of(
                            "certificate_chain",
                            Map.of("filename", gateway.certificate().toString()),
                            "private_key",
                            Map.of("filename", gateway.key().toString()))),
                    "validation_context",
                    Map.of("trusted_ca", Map.of("filename", mesh.file().toString())))));
    return setup
        .behind(Checkout.envoyYaml())
        .port(10000, outer)
        .port(9100, inner)
        .set("prefix_rewrite", "/sample/mcp")
        .set("host_rewrite_literal", "mcp.example.test")
        .into("mcp_sample", "transport_socket", tls);
  }

  private EnvoyConfig inner(TabellionServer.Setup setup, int upstream) {
    return Checkout.envoyMtlsYaml()
        .port(8443, inner)
        .port(9001, setup.extProcPort())
        .port(443, upstream)
        .address("0.0.0.0", "127.0.0.1")
        .address("tabellion.example.test", "127.0.0.1")
        .address("sample.example.test", "127.0.0.1")
        .plain("mcp_sample")
        .plain("tabellion_ext_proc")
        .set(
            "initial_metadata", List.of(Map.of("key", "x-tabellion-listener", "value", "sidecar")));
  }
}
