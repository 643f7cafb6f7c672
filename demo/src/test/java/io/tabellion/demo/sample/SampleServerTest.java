package io.tabellion.demo.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class SampleServerTest {
  @TempDir Path folder;

  @Test
  void theSdkClientHasASessionWithBothKindsOfAnswers() throws Exception {
    BlockingQueue<String> steps = new LinkedBlockingQueue<>();
    try (SampleServer server = SampleServer.start(folder);
        McpSyncClient client =
            McpClient.sync(
                    HttpClientStreamableHttpTransport.builder(server.url().resolve("/").toString())
                        .endpoint("/mcp")
                        .build())
                .progressConsumer(progress -> steps.add(progress.message()))
                .build()) {
      client.initialize();

      assertThat(client.listTools().tools())
          .extracting(McpSchema.Tool::name)
          .containsExactlyInAnyOrder(
              "find_customer", "monthly_report", "refund_order", "delete_customer");
      assertThat(text(client, "find_customer", "name", "Ada"))
          .isEqualTo("Ada: plan team, 14 seats, since 2024-03");
      assertThat(text(client, "monthly_report", "month", "2026-10"))
          .isEqualTo("2026-10: 37 invoices, 35 paid, 2 open");
      // The SDK hands each notification to a thread of its own.
      assertThat(List.of(next(steps), next(steps), next(steps)))
          .containsExactlyInAnyOrder("reading invoices", "reading payments", "summing up");
      assertThat(server.executed()).containsExactly("find_customer", "monthly_report");
    }
  }

  private static String next(BlockingQueue<String> steps) throws InterruptedException {
    return Objects.requireNonNullElse(steps.poll(10, TimeUnit.SECONDS), "none came");
  }

  @Test
  void theStatelessEraIsAnsweredAsJson() throws Exception {
    try (SampleServer server = SampleServer.start(folder)) {
      HttpResponse<String> answer =
          post(
              server.url(),
              """
              {"jsonrpc":"2.0","id":"a-1","method":"tools/call","params":{"name":"find_customer",
               "arguments":{"name":"Ada"},
               "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
                "io.modelcontextprotocol/clientCapabilities":{}}}}
              """);

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
      assertThat(answer.body())
          .contains("\"id\":\"a-1\"", "\"resultType\":\"complete\"", "plan team");
    }
  }

  @Test
  void anUnknownStatelessMethodIsAnErrorOfTheProtocol() throws Exception {
    try (SampleServer server = SampleServer.start(folder)) {
      HttpResponse<String> answer =
          post(
              server.url(),
              """
              {"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{
               "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
                "io.modelcontextprotocol/clientCapabilities":{}}}}
              """);

      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body()).contains("-32601");
    }
  }

  private static String text(McpSyncClient client, String tool, String name, String value) {
    McpSchema.CallToolResult result =
        client.callTool(
            McpSchema.CallToolRequest.builder(tool)
                .arguments(Map.of(name, value))
                .progressToken("p-1")
                .build());
    return ((McpSchema.TextContent) result.content().getFirst()).text();
  }

  private static HttpResponse<String> post(URI url, String body) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(url)
              .header("content-type", "application/json")
              .header("accept", "application/json, text/event-stream")
              .header("mcp-protocol-version", "2026-07-28")
              .header("mcp-method", body.contains("tools/call") ? "tools/call" : "prompts/get")
              .header("mcp-name", "find_customer")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }
}
