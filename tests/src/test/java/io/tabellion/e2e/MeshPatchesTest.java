package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tabellion.parties.Checkout;
import io.tabellion.parties.Envoy;
import io.tabellion.parties.EnvoyConfig;
import io.tabellion.testing.IdentityProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What {@code mesh attach} puts into a sidecar, in a real Envoy behind the filters that Istio puts
 * there, and the one mistake that nobody is told of: the EnvoyFilter with ext_proc is gone.
 */
@Tag("envoy")
final class MeshPatchesTest {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String TYPE = "type.googleapis.com/envoy.extensions.filters.";
  private static final String METADATA =
      "http://sample.mcp-servers.svc.cluster.local:8080/.well-known/oauth-protected-resource/mcp";
  private static final String AUDIENCE = "http://sample.mcp-servers.svc.cluster.local:8080/mcp";

  private final IdentityProvider issuer = new IdentityProvider();
  private final AtomicInteger executed = new AtomicInteger();
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port = Checkout.freePort();

  @TempDir private Path folder;
  private HttpServer upstream = server();

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void startUpstream() {
    upstream.createContext(
        "/",
        exchange -> {
          executed.incrementAndGet();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    upstream.start();
  }

  @AfterEach
  void stopUpstream() {
    upstream.stop(0);
    client.close();
  }

  @Test
  void whereTheFilterIsGoneNothingIsExecuted() throws Exception {
    try (Envoy envoy = start(false)) {
      assertThat(envoy.process()).isNotNull();
      HttpResponse<String> call = post("/mcp", token());

      assertThat(call.statusCode()).isEqualTo(403);
      assertThat(call.headers().firstValue("www-authenticate")).isEmpty();
      assertThat(get("/anything", token()).statusCode()).isEqualTo(403);
      assertThat(executed).hasValue(0);
    }
  }

  @Test
  void onlyExemptPortsAreOpen() throws Exception {
    try (Envoy envoy = start(true)) {
      assertThat(envoy.process()).isNotNull();
      assertThat(get("/metrics", token()).statusCode()).isEqualTo(200);
      assertThat(executed).hasValue(1);
    }
  }

  @Test
  void whoHasNoTokenLearnsWhereToGetOne() throws Exception {
    try (Envoy envoy = start(false)) {
      assertThat(envoy.process()).isNotNull();
      for (String bad : List.of("", "Bearer x", "Bearer " + new IdentityProvider().token("eve"))) {
        HttpResponse<String> refused = post("/mcp", bad);

        assertThat(refused.statusCode()).as(bad).isEqualTo(401);
        assertThat(refused.headers().firstValue("www-authenticate"))
            .as(bad)
            .hasValue("Bearer resource_metadata=\"" + METADATA + "\"");
      }
      HttpResponse<String> metadata = get("/.well-known/oauth-protected-resource/mcp", "");
      assertThat(metadata.statusCode()).isEqualTo(200);
      assertThat(metadata.headers().firstValue("content-type")).hasValue("application/json");
      assertThat(metadata.body())
          .contains("\"authorization_servers\":[\"https://issuer.example.test\"]")
          .contains("\"resource\":\"" + AUDIENCE + "\"");
      assertThat(get("/.well-known/openid-configuration", "").statusCode()).isEqualTo(404);
      assertThat(get("/mcp/.well-known/openid-configuration", "").statusCode()).isEqualTo(404);
      assertThat(post("/.well-known/other", "").statusCode()).isEqualTo(401);
      assertThat(executed).hasValue(0);
    }
  }

  private String token() {
    return "Bearer "
        + issuer.token(IdentityProvider.ISSUER, AUDIENCE, "alice", Duration.ofMinutes(5));
  }

  private HttpResponse<String> post(String path, String authorization) throws Exception {
    return send(request(path, authorization).POST(HttpRequest.BodyPublishers.ofString("{}")));
  }

  private HttpResponse<String> get(String path, String authorization) throws Exception {
    return send(request(path, authorization).GET());
  }

  private HttpRequest.Builder request(String path, String authorization) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(20));
    return authorization.isEmpty() ? request : request.header("authorization", authorization);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /**
   * Starts an Envoy with what Istio makes of the example, without the filters of the object {@code
   * tabellion-sample}.
   *
   * @param exempt whether its port is exempt
   */
  private Envoy start(boolean exempt) throws Exception {
    String example = Files.readString(Checkout.root().resolve("istio/examples/sidecar.yaml"));
    ObjectNode manager = YAML.createObjectNode();
    ArrayNode filters = YAML.createArrayNode();
    ArrayNode routes = YAML.createArrayNode();
    filters.add(jwt()).add(authorization());
    for (JsonNode document : documents(example)) {
      if (document.path("metadata").path("name").asString().equals("tabellion-sample")) {
        continue;
      }
      for (JsonNode patch : document.path("spec").path("configPatches")) {
        JsonNode value = patch.path("patch").path("value");
        switch (patch.path("applyTo").asString()) {
          case "HTTP_FILTER" -> filters.add(exempt ? exempting(value) : value);
          case "HTTP_ROUTE" -> routes.insert(0, value);
          case "NETWORK_FILTER" -> manager.setAll((ObjectNode) value.path("typed_config"));
          default -> throw new IllegalStateException(patch.toString());
        }
      }
    }
    assertThat(filters).hasSize(3);
    filters.add(
        YAML.readTree(
            "{name: envoy.filters.http.router, typed_config: {\"@type\": "
                + TYPE
                + "http.router.v3.Router}}"));
    routes.add(YAML.readTree("{name: default, match: {prefix: /}, route: {cluster: server}}"));
    manager.put("stat_prefix", "inbound");
    manager.set("http_filters", filters);
    manager.set("route_config", YAML.readTree("{virtual_hosts: [{name: in, domains: ['*']}]}"));
    ((ObjectNode) manager.at("/route_config/virtual_hosts/0")).set("routes", routes);
    return Envoy.start("envoy", folder.resolve("envoy"), bootstrap(manager));
  }

  /** The guard as {@code --exempt-port} makes it. */
  private JsonNode exempting(JsonNode guard) {
    JsonNode copy = guard.deepCopy();
    ((ObjectNode) copy.at("/typed_config/rules/policies"))
        .set(
            "exempt",
            YAML.readTree(
                "{permissions: [{destination_port: %d}], principals: [{any: true}]}"
                    .formatted(port)));
    return copy;
  }

  private EnvoyConfig bootstrap(ObjectNode manager) throws IOException {
    JsonNode root =
        YAML.readTree(
            """
            admin: {address: {pipe: {path: admin.sock}}}
            static_resources:
              listeners:
              - name: inbound
                address: {socket_address: {address: 127.0.0.1, port_value: %d}}
                filter_chains: [{filters: [{name: envoy.filters.network.http_connection_manager}]}]
              clusters:
              - name: server
                type: STATIC
                load_assignment:
                  cluster_name: server
                  endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]
            """
                .formatted(port, upstream.getAddress().getPort()));
    ((ObjectNode) root.at("/static_resources/listeners/0/filter_chains/0/filters/0"))
        .set("typed_config", manager);
    Path file = folder.resolve("bootstrap.json");
    Files.writeString(file, root.toString());
    return EnvoyConfig.read(file);
  }

  /** RequestAuthentication, as Istio writes it: a missing token passes. */
  private JsonNode jwt() {
    ObjectNode filter =
        (ObjectNode)
            YAML.readTree(
                """
                name: envoy.filters.http.jwt_authn
                typed_config:
                  "@type": %shttp.jwt_authn.v3.JwtAuthentication
                  providers: {origins-0: {issuer: %s, audiences: [ "%s" ], payload_in_metadata: payload, local_jwks: {}}}
                  rules: [{match: {prefix: /}, requires: {requires_any: {requirements: [{provider_name: origins-0}, {allow_missing: {}}]}}}]
                """
                    .formatted(TYPE, IdentityProvider.ISSUER, AUDIENCE));
    ((ObjectNode) filter.at("/typed_config/providers/origins-0/local_jwks"))
        .put("inline_string", issuer.jwks());
    return filter;
  }

  /** AuthorizationPolicy, as Istio writes it. */
  private static JsonNode authorization() {
    return YAML.readTree(
        """
        name: envoy.filters.http.rbac
        typed_config:
          "@type": %shttp.rbac.v3.RBAC
          rules:
            action: ALLOW
            policies:
              token:
                permissions: [{any: true}]
                principals: [{sourced_metadata: {metadata_matcher: {filter: envoy.filters.http.jwt_authn, path: [{key: payload}, {key: iss}], value: {string_match: {exact: "%s"}}}}}]
              well-known:
                permissions:
                - and_rules:
                    rules:
                    - or_rules: {rules: [{url_path: {path: {prefix: /.well-known/}}}, {url_path: {path: {prefix: /mcp/.well-known/}}}]}
                    - header: {name: ":method", string_match: {exact: GET}}
                principals: [{any: true}]
        """
            .formatted(TYPE, IdentityProvider.ISSUER));
  }

  private static List<JsonNode> documents(String text) throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      while (values.hasNext()) {
        documents.add(values.next());
      }
    }
    return documents;
  }
}
