package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import io.tabellion.parties.Envoy;
import io.tabellion.parties.EnvoyConfig;
import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.IdentityProvider;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Request;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a routes file says, on a real Envoy that the control plane told. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
@SuppressWarnings("NullAway.Init") // before all tests
@Tag("envoy")
final class RoutedTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String SECRET = "zq-our-own-secret-4711";
  private static final String PAGE = "http://localhost:6274";
  private static final String OTHER_PAGE = "http://evil.example.test";

  private final IdentityProvider tokens = new IdentityProvider();
  private final int port = Checkout.freePort();
  private final int xds = Checkout.freePort();
  private Path folder;
  private Upstream fourth;
  private Upstream sixth;
  private TabellionServer server;
  private Child plane;
  private Envoy envoy;

  @BeforeAll
  void start(@TempDir Path given) throws Exception {
    folder = given;
    fourth = new Upstream("127.0.0.1");
    sixth = new Upstream("::1");
    Files.writeString(folder.resolve("jwks.json"), tokens.jwks());
    secret(SECRET + "\n");
    TabellionServer.Setup setup =
        TabellionServer.Setup.in(folder.resolve("server"))
            .withIdentity(
                "{jwt: {issuers: [\"%s\"], audiences: [\"%s\"]}}"
                    .formatted(IdentityProvider.ISSUER, IdentityProvider.AUDIENCE))
            .withJvm(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
    Files.writeString(folder.resolve("routes.yaml"), routes(setup.extProcPort()));
    server = setup.start("server");
    plane =
        Child.startJava(
            "control-plane",
            folder,
            List.of(),
            List.of(
                "io.tabellion.xds.Main",
                "--routes",
                "routes.yaml",
                "--port",
                "" + xds,
                "--secrets",
                "secrets"));
    plane.await(line -> line.startsWith("control plane on"), Duration.ofSeconds(30));
    EnvoyConfig bootstrap =
        EnvoyConfig.read(Checkout.root().resolve("envoy-config/envoy-xds.yaml")).port(18000, xds);
    envoy = Envoy.startVerbose("envoy", folder, bootstrap);
    Checkout.awaitPort(port, Duration.ofSeconds(30));
    RawClient.awaitLine(port);
  }

  @AfterAll
  void stop() {
    envoy.close();
    plane.close();
    server.close();
    fourth.close();
    sixth.close();
  }

  @BeforeEach
  void forget() {
    fourth.seen.clear();
    sixth.seen.clear();
  }

  private String routes(int extProc) {
    return """
    listeners:
      - address: "127.0.0.1:%1$d"
        url: "http://127.0.0.1:%1$d"
        jwt:
          providers:
            - {name: idp, issuer: "%2$s", audiences: ["%3$s"], jwks: jwks.json}
    ext-proc: {address: "127.0.0.1:%4$d", insecure-loopback: true}
    cors: {origins: ["%7$s"]}
    servers:
      - {name: sample, url: "http://127.0.0.1:%5$d/mcp"}
      - {name: four, url: "http://localhost:%5$d/mcp"}
      - {name: six, url: "http://localhost:%6$d/mcp"}
      - {name: named, url: "http://mcp.localhost.:%5$d/mcp"}
      - {name: query, url: "http://127.0.0.1:%5$d/mcp?read_only=true&x=%%2F"}
      - {name: bare-query, url: "http://127.0.0.1:%5$d?profile=a"}
      - {name: hosted, url: "http://127.0.0.1:%5$d/mcp", credentials: {file: secret}}
      - {name: keyed, url: "http://127.0.0.1:%5$d/mcp", credentials: {header: x-api-key, file: secret}}
    """
        .formatted(
            port,
            IdentityProvider.ISSUER,
            IdentityProvider.AUDIENCE,
            extProc,
            fourth.port(),
            sixth.port(),
            PAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"four", "six", "named"})
  void aServerOnOneLoopbackAddressIsFoundByName(String name) throws Exception {
    assertThat(call(name).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bearer ", "BEARER ", "BeArEr ", "Bearer ", "bearer   "})
  void theSchemeOfATokenHasNoCase(String scheme) throws Exception {
    Request call = to("sample").with("authorization", scheme + tokens.token("alice"));
    assertThat(send(call).status()).isEqualTo(200);
    assertThat(fourth.next()).doesNotContainKey("authorization");
  }

  @Test
  void anotherSchemeIsNoToken() throws Exception {
    String token = tokens.token("alice");
    for (String value :
        List.of(
            "basic " + token, "bearer" + token, "bear " + token, "bearer ", "xbearer " + token)) {
      Received refused = send(to("sample").with("authorization", value));
      assertThat(refused.status()).as(value).isEqualTo(401);
    }
    assertThat(
            send(
                to("sample")
                    .with("authorization", "bearer " + new IdentityProvider().token("alice"))))
        .returns(401, Received::status);
    assertThat(fourth.seen).isEmpty();
  }

  @Test
  void aPreflightIsAnsweredBeforeLogin() throws Exception {
    for (String path :
        List.of(
            "/sample/mcp",
            "/.well-known/oauth-protected-resource/sample/mcp",
            "/.well-known/oauth-authorization-server")) {
      Received answer = send(preflight(path, PAGE));
      assertThat(answer.status()).as(path).isEqualTo(200);
      assertThat(answer.header("access-control-allow-origin")).as(path).isEqualTo(PAGE);
      assertThat(answer.header("access-control-allow-headers"))
          .contains("authorization", "content-type", "mcp-protocol-version", "mcp-session-id");
      assertThat(answer.header("access-control-allow-methods")).contains("POST", "GET", "DELETE");
      assertThat(answer.header("access-control-allow-credentials")).isEmpty();
    }
    Received other = send(preflight("/sample/mcp", OTHER_PAGE));
    assertThat(other.status()).isEqualTo(401);
    assertThat(other.header("access-control-allow-origin")).isEmpty();
  }

  @Test
  void aPageReadsAnswersRefusalsAndMetadata() throws Exception {
    Received answer = send(to("sample").as(tokens.token("alice")).with("origin", PAGE));
    assertThat(answer.status()).isEqualTo(200);
    assertReadable(answer);
    assertThat(fourth.next()).as("the server knows other origins").doesNotContainKey("origin");
    Received refused = send(to("sample").with("origin", PAGE));
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("www-authenticate")).contains("resource_metadata=");
    assertReadable(refused);
    Received metadata = send(get("/.well-known/oauth-protected-resource/sample/mcp", PAGE));
    assertThat(metadata.status()).isEqualTo(200);
    assertReadable(metadata);
    assertReadable(send(get("/.well-known/oauth-authorization-server", PAGE)));
  }

  @Test
  void anotherPageReadsNothing() throws Exception {
    Received answer = send(to("sample").as(tokens.token("alice")).with("origin", OTHER_PAGE));
    assertThat(answer.head()).doesNotContainIgnoringCase("access-control-");
    assertThat(fourth.next()).as("the server may refuse it").containsEntry("origin", OTHER_PAGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/sample/mcp",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/nobody/mcp",
        "/.well-known/",
        "/.well-known",
        "/sample/mcp/.well-known/openid-configuration"
      })
  void whatIsNotWellKnownIsNotFound(String path) throws Exception {
    for (Request request :
        List.of(get(path, PAGE), get(path + "?x=1", PAGE), get(path, PAGE).as("no-token"))) {
      assertThat(send(request).status()).isEqualTo(404);
    }
  }

  @Test
  void theQueryOfAServerIsOursAndNotTheCallers() throws Exception {
    assertThat(call("query").status()).isEqualTo(200);
    assertThat(fourth.next()).containsEntry(":path", "/mcp?read_only=true&x=%2F");
    assertThat(call("bare-query").status()).isEqualTo(200);
    assertThat(fourth.next()).containsEntry(":path", "/?profile=a");
    Request own = to("query").as(tokens.token("alice"));
    Received refused =
        send(new Request(own.method(), own.path() + "?profile=a", own.headers(), own.body()));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(fourth.seen).isEmpty();
  }

  @Test
  void aServerGetsOurCredentialsAndNobodySeesThem() throws Exception {
    assertThat(call("hosted").status()).isEqualTo(200);
    assertThat(fourth.next()).containsEntry("authorization", "Bearer " + SECRET);
    Request own = to("keyed").as(tokens.token("alice")).with("x-api-key", "the-callers-own");
    assertThat(send(own).status()).isEqualTo(200);
    assertThat(fourth.next()).containsEntry("x-api-key", SECRET).doesNotContainKey("authorization");
    call("sample");
    assertThat(fourth.next()).doesNotContainKeys("authorization", "x-api-key");

    String dump = admin("/config_dump?include_eds");
    assertThat(dump).contains("credentials/hosted").doesNotContain(SECRET);
    assertThat(String.join("\n", envoy.process().lines())).doesNotContain(SECRET);
    assertThat(String.join("\n", plane.lines())).doesNotContain(SECRET);
    assertThat(String.join("\n", server.process().lines())).doesNotContain(SECRET);
    assertThat(print()).contains("credentials/hosted").doesNotContain(SECRET);
    try (var files = Files.list(folder.resolve("secrets"))) {
      assertThat(files.toList())
          .allSatisfy(file ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                  .isEqualTo("rw-------"));
    }
    assertThat(Trail.read(folder.resolve("server/log")).toString()).doesNotContain(SECRET);
  }

  @Test
  void anotherSecretIsTakenWhenItsFileChanges() throws Exception {
    try {
      secret("another-secret");
      assertThat(sentSoon("Bearer another-secret")).isTrue();
      Path file = folder.resolve("secret");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      Files.writeString(file, "a-third-secret");
      String line = plane.await(said -> said.contains("chmod 600"), PATIENCE);
      assertThat(line).contains("credentials.file").doesNotContain("a-third-secret");
      call("hosted");
      assertThat(fourth.next()).containsEntry("authorization", "Bearer another-secret");
    } finally {
      secret(SECRET);
      assertThat(sentSoon("Bearer " + SECRET)).isTrue();
    }
  }

  /** Calls until the server gets this. */
  private boolean sentSoon(String value) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (System.nanoTime() < deadline) {
      call("hosted");
      if (value.equals(fourth.next().get("authorization"))) {
        return true;
      }
    }
    return false;
  }

  private void secret(String text) throws IOException {
    Path file = folder.resolve("secret");
    if (Files.notExists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, text);
  }

  private String print() throws InterruptedException {
    try (Child print =
        Child.startJava(
            "print",
            folder,
            List.of(),
            List.of(
                "io.tabellion.xds.Main",
                "--routes",
                "routes.yaml",
                "--print",
                "--secrets",
                "printed"))) {
      assertThat(print.awaitExit(Duration.ofSeconds(30))).isEqualTo(0);
      print.awaitOutput();
      return String.join("\n", print.lines());
    }
  }

  /** What Envoy's admin socket answers. */
  private String admin(String path) throws IOException {
    try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.connect(UnixDomainSocketAddress.of(folder.resolve("admin.sock")));
      String request = "GET " + path + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
      socket.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      return new String(Channels.newInputStream(socket).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void assertReadable(Received answer) {
    assertThat(answer.header("access-control-allow-origin")).isEqualTo(PAGE);
    assertThat(answer.header("access-control-expose-headers"))
        .contains("mcp-session-id", "www-authenticate");
    assertThat(answer.header("access-control-allow-credentials")).isEmpty();
  }

  private static Request preflight(String path, String origin) {
    return new Request(
        "OPTIONS",
        path,
        Map.of(
            "origin", origin,
            "access-control-request-method", "POST",
            "access-control-request-headers", "authorization,content-type,mcp-protocol-version"),
        "");
  }

  private static Request get(String path, String origin) {
    return new Request("GET", path, Map.of("origin", origin), "");
  }

  private static Request to(String server) {
    Request call = Request.call("echo", "n");
    return new Request("POST", "/" + server + "/mcp", call.headers(), call.body());
  }

  private Received call(String server) throws IOException {
    return send(to(server).as(tokens.token("alice")));
  }

  private Received send(Request request) throws IOException {
    return RawClient.send(port, request, PATIENCE);
  }

  /** An MCP server of one loopback address that opens itself to every page. */
  private static final class Upstream implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

    private final HttpServer http;
    private final BlockingQueue<Map<String, String>> seen = new LinkedBlockingQueue<>();

    private Upstream(String address) throws IOException {
      http = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(address), 0), 64);
      http.createContext("/", this::answer);
      http.start();
    }

    private int port() {
      return http.getAddress().getPort();
    }

    /** Path and headers of the next request. */
    private Map<String, String> next() throws InterruptedException {
      Map<String, String> request = seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (request == null) {
        throw new AssertionError("no request came");
      }
      return request;
    }

    private void answer(HttpExchange exchange) throws IOException {
      Map<String, String> request = new LinkedHashMap<>();
      request.put(":path", exchange.getRequestURI().toString());
      exchange
          .getRequestHeaders()
          .forEach((name, values) ->
              request.put(name.toLowerCase(java.util.Locale.ROOT), String.join(",", values)));
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      seen.add(request);
      Matcher id = ID.matcher(body);
      String result =
          "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"resultType\":\"complete\",\"content\":[]}}"
              .formatted(id.find() ? id.group(1) : "null");
      byte[] bytes = result.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("content-type", "application/json");
      exchange.getResponseHeaders().add("access-control-allow-origin", "*");
      exchange.getResponseHeaders().add("access-control-allow-credentials", "true");
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    }

    @Override
    public void close() {
      http.stop(0);
    }
  }
}
