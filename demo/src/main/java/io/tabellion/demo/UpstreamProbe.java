package io.tabellion.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks an MCP server who it is, as a client would, before the demo puts it behind Envoy: by {@code
 * initialize}, and by {@code server/discover} where that is not known. Of one thread.
 */
final class UpstreamProbe implements AutoCloseable {
  private static final String SESSION_REVISION = "2025-11-25";
  private static final String STATELESS_REVISION = "2026-07-28";
  private static final int MAX_BODY = 1 << 20;
  private static final int MAX_SAID = 200;
  private static final List<String> USUAL_PATHS = List.of("/mcp", "/mcp/", "/");

  private final HttpClient http;
  private final Duration patience;

  /**
   * Creates a probe.
   *
   * @param patience how long each question may take
   */
  UpstreamProbe(Duration patience) {
    this.patience = patience;
    this.http = HttpClient.newBuilder().connectTimeout(patience).build();
  }

  /** What came of a question. */
  private sealed interface Found {
    /**
     * An MCP server.
     *
     * @param description its name and version, as it says them
     */
    record Server(String description) implements Found {}

    /** What is wrong, in words for a person. */
    record Wrong(String what) implements Found {}

    /** An answer of a server to another question: MCP, but not this method. */
    record Refused(String what) implements Found {}
  }

  /**
   * Asks each of them.
   *
   * @throws DemoException that says for each that is not there what is wrong with which URL
   */
  void check(List<Upstream> upstreams, Screen screen) throws InterruptedException {
    List<String> wrong = new ArrayList<>();
    for (Upstream upstream : upstreams) {
      screen.waiting("Asking " + upstream.name() + " at " + upstream.url());
      switch (find(upstream.url())) {
        case Found.Server server ->
            screen.done(upstream.name() + ": " + server.description() + " at " + upstream.url());
        case Found.Wrong problem -> wrong.add(problem(upstream, problem.what()));
        case Found.Refused refused -> wrong.add(problem(upstream, refused.what()));
      }
    }
    if (!wrong.isEmpty()) {
      throw new DemoException(String.join("\n", wrong));
    }
  }

  private String problem(Upstream upstream, String what) throws InterruptedException {
    return "--upstream %s=%s: %s%s"
        .formatted(upstream.name(), upstream.url(), what, elsewhere(upstream));
  }

  /** Where the same server does answer, if it does. */
  private String elsewhere(Upstream upstream) throws InterruptedException {
    for (String path : USUAL_PATHS) {
      URI other = Upstream.withPath(upstream.url(), path);
      if (!other.equals(upstream.url()) && find(other) instanceof Found.Server server) {
        return "\n  "
            + server.description()
            + " answers at another path: --upstream "
            + upstream.name()
            + "="
            + other;
      }
    }
    return "";
  }

  private Found find(URI url) throws InterruptedException {
    Found session = ask(url, initialize(), null);
    if (!(session instanceof Found.Refused)) {
      return session;
    }
    return ask(url, discover(), "server/discover") instanceof Found.Server server
        ? server
        : session;
  }

  private Found ask(URI url, String body, @Nullable String stateless) throws InterruptedException {
    try {
      return ask(request(url, body, stateless));
    } catch (ConnectException e) {
      if (e.getCause() instanceof UnresolvedAddressException || unresolved(e)) {
        return new Found.Wrong("no such host");
      }
      URI six = sixth(url);
      return six == null
          ? new Found.Wrong("nothing listens there; start the server first")
          : ask(six, body, stateless);
    } catch (HttpTimeoutException e) {
      return new Found.Wrong("no answer in " + patience.toSeconds() + " s");
    } catch (SSLException e) {
      return new Found.Wrong("TLS fails: " + e.getMessage());
    } catch (IOException e) {
      return new Found.Wrong(
          unanswered(url) + (e.getMessage() == null ? "" : ": " + e.getMessage()));
    }
  }

  /** A server without TLS may close the connection before we read what it says. */
  private static String unanswered(URI url) {
    return "https".equals(url.getScheme())
        ? "TLS fails: no HTTP answer, perhaps a server without TLS"
        : "no HTTP answer";
  }

  private static boolean unresolved(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }

  /** The other loopback address of {@code localhost}; Envoy tries both too. */
  private static @Nullable URI sixth(URI url) {
    return url.getHost().toLowerCase(Locale.ROOT).equals("localhost")
        ? URI.create(url.toString().replaceFirst("(?i)//localhost", "//[::1]"))
        : null;
  }

  private Found ask(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      int status = response.statusCode();
      String type =
          response.headers().firstValue("content-type").orElse("").toLowerCase(Locale.ROOT);
      Read read = message(in, type);
      JsonNode answer = read.message();
      JsonNode result = answer.path("result");
      if (result.isObject()) {
        response
            .headers()
            .firstValue("mcp-session-id")
            .ifPresent(session -> end(request.uri(), session));
        return new Found.Server(description(result));
      }
      if (answer.path("error").isObject() && status != 401 && status != 403) {
        return new Found.Refused(
            "it refuses initialize: " + answer.path("error").path("message").asString(""));
      }
      return new Found.Wrong(wrong(status, type, response) + read.said());
    }
  }

  private static String wrong(int status, String type, HttpResponse<?> response) {
    return switch (status) {
      case 401 ->
          "it wants credentials (HTTP 401), and the demo has none; ./tabellion control-plane sends"
              + " some (envoy-config/README.md, credentials)";
      case 301, 302, 303, 307, 308 ->
          "it redirects to "
              + response.headers().firstValue("location").orElse("nowhere")
              + "; use that URL";
      case 404, 405 -> "no MCP server at this path (HTTP " + status + ")";
      default ->
          status / 100 == 2
              ? "it answers " + (type.isEmpty() ? "nothing" : type) + " and not MCP"
              : "it answers HTTP " + status;
    };
  }

  /**
   * A body.
   *
   * @param message of JSON-RPC; missing if it is none
   * @param text what else it says
   */
  private record Read(JsonNode message, String text) {

    /** The beginning of a text that is short and plain, to go behind what is wrong. */
    String said() {
      String line = text.strip().replaceAll("\\s+", " ");
      return line.isEmpty() || line.startsWith("<") || !line.matches("[ -~]*")
          ? ""
          : ": “" + (line.length() > MAX_SAID ? line.substring(0, MAX_SAID) + "…" : line) + "”";
    }
  }

  private static String description(JsonNode result) {
    JsonNode info =
        result.has("serverInfo")
            ? result.path("serverInfo")
            : result.path("_meta").path("io.modelcontextprotocol/serverInfo");
    String name = info.path("name").asString("a server without a name");
    return (name + " " + info.path("version").asString("")).strip();
  }

  /** The message in a body, or in the first event of a stream that is one; else nothing. */
  private Read message(InputStream in, String type) throws IOException, InterruptedException {
    var reading =
        new FutureTask<>(
            () -> type.startsWith("text/event-stream") ? new Read(event(in), "") : body(in));
    Thread.ofVirtual().name("probe").start(reading);
    try {
      return reading.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("body");
    } catch (ExecutionException e) {
      throw new IOException("the answer ends early", e);
    }
  }

  private static Read body(InputStream in) throws IOException {
    String text = new String(in.readNBytes(MAX_BODY), StandardCharsets.UTF_8);
    return new Read(json(text), text);
  }

  private static JsonNode event(InputStream in) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode data = line.startsWith("data:") ? json(line.substring(5)) : json("");
      if (data.has("result") || data.has("error")) {
        return data;
      }
    }
    return json("");
  }

  private static JsonNode json(String text) {
    try {
      return JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      return JsonMapper.shared().missingNode();
    }
  }

  /** Nobody uses the session any further. */
  private void end(URI url, String session) {
    try {
      http.send(
          HttpRequest.newBuilder(url)
              .timeout(patience)
              .header("mcp-session-id", session)
              .header("mcp-protocol-version", SESSION_REVISION)
              .DELETE()
              .build(),
          HttpResponse.BodyHandlers.discarding());
    } catch (IOException e) {
      // It forgets the session by itself.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpRequest request(URI url, String body, @Nullable String stateless) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(patience)
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (stateless != null) {
      request.header("mcp-protocol-version", STATELESS_REVISION).header("mcp-method", stateless);
    }
    return request.build();
  }

  private static String initialize() {
    return """
    {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"%s","capabilities":{},
     "clientInfo":{"name":"tabellion-demo","version":"1.0"}}}
    """
        .formatted(SESSION_REVISION);
  }

  private static String discover() {
    return """
    {"jsonrpc":"2.0","id":0,"method":"server/discover","params":{"_meta":{
     "io.modelcontextprotocol/protocolVersion":"%s",
     "io.modelcontextprotocol/clientInfo":{"name":"tabellion-demo","version":"1.0"},
     "io.modelcontextprotocol/clientCapabilities":{}}}}
    """
        .formatted(STATELESS_REVISION);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
