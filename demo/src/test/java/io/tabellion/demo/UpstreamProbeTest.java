package io.tabellion.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tabellion.demo.sample.SampleServer;
import io.tabellion.parties.Checkout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
@Tag("unit")
class UpstreamProbeTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Screen screen =
      new Screen(new PrintStream(printed, true, StandardCharsets.UTF_8), false);
  @TempDir Path folder;
  private HttpServer http = server("127.0.0.1");

  @BeforeEach
  void serve() {
    http.createContext("/html", e -> answer(e, 200, "text/html", "<h1>It works</h1>"));
    http.createContext("/locked", e -> answer(e, 401, "text/plain", "token missing"));
    http.createContext("/host", e -> answer(e, 403, "text/plain", "only at localhost"));
    http.createContext("/broken", e -> answer(e, 500, "text/plain", "out of memory"));
    http.createContext("/empty", e -> answer(e, 202, "application/json", ""));
    http.createContext(
        "/moved",
        e -> {
          e.getResponseHeaders().add("location", "/mcp/");
          answer(e, 307, "text/plain", "");
        });
    http.createContext(
        "/stream",
        e ->
            answer(
                e,
                200,
                "text/event-stream",
                ": hello\n\ndata:\n\nevent: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"serverInfo\":"
                    + "{\"name\":\"streamer\",\"version\":\"7\"}}}\n\n"));
    http.createContext(
        "/stateless",
        e -> {
          boolean asked = "server/discover".equals(e.getRequestHeaders().getFirst("mcp-method"));
          answer(
              e,
              asked ? 200 : 400,
              "application/json",
              asked
                  ? "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"_meta\":{\"io.modelcontextprotocol/serverInfo\":"
                      + "{\"name\":\"modern\",\"version\":\"2\"}}}}"
                  : "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":-32022,\"message\":\"too old\"}}");
        });
    http.createContext(
        "/refusing",
        e ->
            answer(
                e,
                400,
                "application/json",
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":-32600,\"message\":\"not today\"}}"));
    http.start();
  }

  @AfterEach
  void stop() {
    http.stop(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/html | it answers text/html and not MCP",
        "/locked | it wants credentials (HTTP 401)",
        "/host | it answers HTTP 403: “only at localhost”",
        "/broken | it answers HTTP 500: “out of memory”",
        "/empty | it answers application/json and not MCP",
        "/moved | it redirects to /mcp/; use that URL",
        "/refusing | it refuses initialize: not today",
        "/nothing | no MCP server at this path (HTTP 404)"
      })
  void whatIsWrongIsSaidWithTheUrl(String path, String what) {
    assertThatThrownBy(() -> check(url(path)))
        .isInstanceOf(DemoException.class)
        .hasMessageContaining("--upstream mine=" + url(path) + ": " + what);
  }

  @ParameterizedTest
  @CsvSource({"/stream, streamer 7", "/stateless, modern 2"})
  void serversOfBothErasSayWhoTheyAre(String path, String who) throws Exception {
    check(url(path));
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("✓ mine: " + who + " at " + url(path));
  }

  @Test
  void theRightPathIsFound() throws Exception {
    try (SampleServer sample = SampleServer.start(folder)) {
      String root = Upstream.withPath(sample.url(), "/").toString();
      assertThatThrownBy(() -> check(root))
          .hasMessageContaining("no MCP server at this path (HTTP 404)")
          .hasMessageContaining(
              "customer-desk 1.0.0 answers at another path: --upstream mine=" + sample.url());
      check("http://127.0.0.1:" + sample.url().getPort());
      check(sample.url().toString());
    }
  }

  @Test
  void whereNothingListensIsSaidForEach() throws Exception {
    int free = Checkout.freePort();
    assertThatThrownBy(() ->
            check("http://127.0.0.1:" + free, "http://nowhere.invalid:8000/mcp", url("/stream")))
        .hasMessageContaining("mine=http://127.0.0.1:" + free + "/mcp: nothing listens there")
        .hasMessageContaining("mine1=http://nowhere.invalid:8000/mcp: no such host")
        .hasMessageNotContaining("mine2");
  }

  @Test
  void whoAcceptsAndSaysNothingIsNotWaitedFor() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort() + "/mcp";
      assertThatThrownBy(() -> check(Duration.ofSeconds(1), url))
          .hasMessageContaining("no answer in 1 s");
    }
  }

  @Test
  void whoSpeaksNoTlsIsSaid() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> refuse(plain));
      assertThatThrownBy(() -> check("https://127.0.0.1:" + plain.getLocalPort() + "/mcp"))
          .hasMessageContaining("TLS fails: ");
    }
  }

  private static void refuse(ServerSocket socket) {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        client
            .getOutputStream()
            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        client.shutdownOutput();
        client.getInputStream().readAllBytes();
      } catch (IOException e) {
        // the next one, or the end
      }
    }
  }

  @Test
  void localhostIsBothLoopbackAddresses() throws Exception {
    HttpServer six = server("::1");
    six.createContext(
        "/mcp",
        e ->
            answer(
                e,
                200,
                "application/json",
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"serverInfo\":{\"name\":\"six\"}}}"));
    six.start();
    try {
      check("http://localhost:" + six.getAddress().getPort());
    } finally {
      six.stop(0);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("✓ mine: six at http://localhost:");
  }

  /** Waits long: how busy a machine is decides nothing. */
  private void check(String... urls) throws InterruptedException {
    check(Duration.ofSeconds(60), urls);
  }

  private void check(Duration patience, String... urls) throws InterruptedException {
    List<Upstream> upstreams =
        java.util.stream.IntStream.range(0, urls.length)
            .mapToObj(i -> Upstream.parse("mine" + (i == 0 ? "" : i) + "=" + urls[i]))
            .toList();
    try (UpstreamProbe probe = new UpstreamProbe(patience)) {
      probe.check(upstreams, screen);
    }
  }

  private String url(String path) {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + path).toString();
  }

  private static HttpServer server(String address) {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(address), 0), 8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("content-type", type);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
