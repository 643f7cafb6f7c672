package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.tabellion.demo.sample.SampleServer;
import io.tabellion.testing.Trail;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java SDK at both ends: a session through the line is what it is directly. */
@Tag("conformance")
final class JavaSdkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path folder;

  @Test
  void aSessionOfTheSdkIsTheSameDirectlyAndThroughTheLine() throws Exception {
    try (SampleServer server = SampleServer.start(folder.resolve("sample"))) {
      List<String> direct = converse(server.url());
      Path log;
      try (Gateway gateway = new Gateway(folder, server.url().getPort())) {
        log = gateway.setup().log();
        assertThat(converse(URI.create(gateway.url()))).isEqualTo(direct);
      }
      assertThat(direct).contains("progress: reading payments", "protocol error: -32602");
      List<String> once = List.of("find_customer", "monthly_report");
      assertThat(server.executed())
          .containsExactly(once.getFirst(), once.getLast(), once.getFirst(), once.getLast());
      assertRecorded(Trail.read(log));
    }
  }

  /** What the client sees of a whole session, in words. */
  private static List<String> converse(URI endpoint) throws InterruptedException {
    BlockingQueue<String> progress = new LinkedBlockingQueue<>();
    List<String> seen = new ArrayList<>();
    try (McpSyncClient client = client(endpoint, progress)) {
      McpSchema.InitializeResult hello = client.initialize();
      seen.add("hello: " + hello.serverInfo().name() + " " + hello.protocolVersion());
      client.listTools().tools().stream().map(McpSchema.Tool::name).sorted().forEach(seen::add);
      seen.add("result: " + call(client, "find_customer", Map.of("name", "Ada")));
      seen.add("result: " + call(client, "monthly_report", Map.of("month", "2026-10")));
      List<String> steps = new ArrayList<>();
      for (int i = 0; i < 3; i++) { // the SDK tells of each on a thread of its own
        steps.add("progress: " + progress.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
      }
      Collections.sort(steps);
      seen.addAll(steps);
      seen.add(call(client, "no_such_tool", Map.of()));
      client.closeGracefully();
    }
    return seen;
  }

  private static McpSyncClient client(URI endpoint, BlockingQueue<String> progress) {
    return McpClient.sync(
            HttpClientStreamableHttpTransport.builder(endpoint.resolve("/").toString())
                .endpoint(endpoint.getPath())
                .build())
        .requestTimeout(PATIENCE)
        .progressConsumer(step -> progress.add(String.valueOf(step.message())))
        .build();
  }

  private static String call(McpSyncClient client, String tool, Map<String, Object> arguments) {
    try {
      return client
          .callTool(
              McpSchema.CallToolRequest.builder(tool)
                  .arguments(arguments)
                  .progressToken(tool)
                  .build())
          .content()
          .toString();
    } catch (McpError e) {
      return "protocol error: " + e.getJsonRpcError().code();
    }
  }

  private static void assertRecorded(List<Trail.Entry> trail) {
    for (String method : List.of("initialize", "tools/list", "tools/call", "http/delete")) {
      assertThat(trail)
          .as(method)
          .anyMatch(e -> e.kind().equals("call.intent") && e.text("method").equals(method))
          .anyMatch(e -> e.kind().equals("call.outcome") && e.text("method").equals(method));
    }
    for (String step : List.of("reading invoices", "reading payments", "summing up")) {
      assertThat(trail).as(step).anyMatch(e -> e.kind().equals("stream.event") && e.says(step));
    }
    assertThat(trail)
        .anyMatch(
            e -> e.text("outcome").equals("rpc_error") && e.text("tool").equals("no_such_tool"));
  }
}
