package io.tabellion;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpServer;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.tabellion.config.Config;
import io.tabellion.extproc.CannedCalls;
import io.tabellion.testing.EnvoyPeer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces as a collector gets them. */
@Tag("unit")
class TracesTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";
  private static final String OTHER = "00f067aa0ba902b7";

  private final BlockingQueue<Span> spans = new LinkedBlockingQueue<>();
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private HttpServer collector;

  /** A span, as far as it is looked at. */
  private record Span(String trace, String parent, String name, Map<String, String> attributes) {}

  @BeforeEach
  void setUp() throws Exception {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          try (exchange) {
            take(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, -1);
          }
        });
    collector.start();
    Files.writeString(folder.resolve("policy.yaml"), CannedCalls.POLICY);
  }

  @AfterEach
  void tearDown() {
    collector.stop(0);
  }

  @Test
  void aCallIsASpanOfTheTraceThatItsMessageNamesWithoutItsArguments() throws Exception {
    try (Server server = start(collector.getAddress().getPort())) {
      call(
          server,
          "{\"name\":\"lookup\",\"arguments\":{\"secret\":\"hidden\"},"
              + "\"_meta\":{\"traceparent\":\"00-%s-%s-01\"}}".formatted(TRACE, OTHER),
          "00-" + TRACE + "-" + PARENT + "-01");
      Span span = next();
      assertThat(span.trace()).isEqualTo(TRACE);
      assertThat(span.parent()).isEqualTo(OTHER);
      assertThat(span.name()).isEqualTo("tools/call lookup");
      assertThat(span.attributes())
          .containsEntry("mcp.method.name", "tools/call")
          .containsEntry("gen_ai.tool.name", "lookup")
          .containsEntry("gen_ai.operation.name", "execute_tool")
          .containsEntry("jsonrpc.request.id", "7")
          .containsKey("tabellion.entry")
          .containsKey("tabellion.outcome");
      assertThat(span.toString()).doesNotContain("hidden");
    }
  }

  @Test
  void theHeaderCountsWhereTheMessageNamesNoTraceAndItsFlagSaysWhetherToTrace() throws Exception {
    try (Server server = start(collector.getAddress().getPort())) {
      String params = "{\"name\":\"lookup\",\"arguments\":{}}";
      call(server, params, "00-" + TRACE + "-" + OTHER + "-00");
      call(server, params, "00-" + TRACE + "-" + PARENT + "-01");
      assertThat(next().parent()).isEqualTo(PARENT);
    }
    assertThat(spans).isEmpty();
  }

  @Test
  void withoutACollectorCallsGoOnAndTheLossIsCounted() throws Exception {
    collector.stop(0);
    Server server = start(collector.getAddress().getPort());
    try (server) {
      call(server, "{\"name\":\"lookup\",\"arguments\":{}}", "00-" + TRACE + "-" + PARENT + "-01");
      String failed = "tabellion_spans_total{result=\"failed\"} 1.0";
      while (!metrics(server).contains(failed)) {
        Thread.onSpinWait(); // until the one attempt has failed
      }
    }
  }

  private Server start(int port) throws Exception {
    String config =
        """
        ext-proc: {address: "127.0.0.1:0", insecure-loopback: true}
        api: {address: "127.0.0.1:0", insecure-loopback: true}
        http: {address: "127.0.0.1:0"}
        log: {directory: log, origin: example.com/log}
        policy: policy.yaml
        listeners: [{identity: {anonymous: allow}}]
        telemetry: {otlp: {endpoint: "http://127.0.0.1:%d"}}
        """
            .formatted(port);
    return Server.start(
        Config.load(Files.writeString(folder.resolve("tabellion.yaml"), config)),
        InstantSource.system());
  }

  private static void call(Server server, String params, String traceparent) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port(server, "ext_proc"))
            .usePlaintext()
            .build();
    try {
      EnvoyPeer.Stream stream = new EnvoyPeer(channel).open();
      stream
          .post("traceparent", traceparent)
          .requestBody(
              "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":" + params + "}",
              true)
          .forwarded();
      stream.answerJson("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[]}}").answered();
    } finally {
      channel.shutdownNow();
    }
  }

  private Span next() throws InterruptedException {
    Span span = spans.poll(60, TimeUnit.SECONDS);
    assertThat(span).isNotNull();
    return span;
  }

  private static int port(Server server, String part) {
    String line =
        server.listening().stream().filter(each -> each.startsWith(part)).findFirst().orElseThrow();
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  private static String metrics(Server server) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port(server, "metrics") + "/metrics");
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  // opentelemetry/proto/trace/v1/trace.proto: resource_spans = 1, scope_spans = 2, spans = 2.

  private void take(byte[] request) throws InvalidProtocolBufferException {
    for (UnknownFieldSet resource : messages(UnknownFieldSet.parseFrom(request), 1)) {
      for (UnknownFieldSet scope : messages(resource, 2)) {
        for (UnknownFieldSet span : messages(scope, 2)) {
          spans.add(span(span));
        }
      }
    }
  }

  /** trace_id = 1, parent_span_id = 4, name = 5, attributes = 9 (key = 1, value = 2). */
  private static Span span(UnknownFieldSet span) throws InvalidProtocolBufferException {
    Map<String, String> attributes = new TreeMap<>();
    for (UnknownFieldSet attribute : messages(span, 9)) {
      UnknownFieldSet value = messages(attribute, 2).iterator().next();
      attributes.put(text(attribute, 1), value.hasField(1) ? text(value, 1) : "");
    }
    return new Span(hex(span, 1), hex(span, 4), text(span, 5), attributes);
  }

  private static Iterable<UnknownFieldSet> messages(UnknownFieldSet of, int field)
      throws InvalidProtocolBufferException {
    var all = new ArrayList<UnknownFieldSet>();
    for (ByteString bytes : of.getField(field).getLengthDelimitedList()) {
      all.add(UnknownFieldSet.parseFrom(bytes));
    }
    return all;
  }

  private static String text(UnknownFieldSet of, int field) {
    return of.getField(field).getLengthDelimitedList().getFirst().toStringUtf8();
  }

  private static String hex(UnknownFieldSet of, int field) {
    byte[] bytes = of.getField(field).getLengthDelimitedList().getFirst().toByteArray();
    return HexFormat.of().formatHex(bytes);
  }
}
