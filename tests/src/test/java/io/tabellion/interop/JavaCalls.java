package io.tabellion.interop;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Java SDK with its default timeouts, which calls tools as it is told, by the same lines as
 * tests/node/calls.mjs: {@code JavaCalls URL TOKEN}.
 */
final class JavaCalls {
  private static final JsonMapper JSON = new JsonMapper();

  private JavaCalls() {}

  public static void main(String[] args) throws IOException {
    URI url = URI.create(args[0]);
    var transport =
        HttpClientStreamableHttpTransport.builder(url.resolve("/").toString())
            .endpoint(url.getPath())
            .addHttpRequestCustomizer(
                (request, _, _, _, _) -> request.header("authorization", "Bearer " + args[1]))
            .build();
    try (McpSyncClient client = McpClient.sync(transport).build();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      say(Map.of("protocol", client.initialize().protocolVersion()));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        say(called(client, JSON.readTree(line)));
      }
    }
  }

  private static Map<String, Object> called(McpSyncClient client, JsonNode asked) {
    try {
      Map<String, Object> arguments =
          JSON.convertValue(asked.path("args"), new TypeReference<Map<String, Object>>() {});
      McpSchema.CallToolResult got =
          client.callTool(
              McpSchema.CallToolRequest.builder(asked.path("tool").asString())
                  .arguments(arguments)
                  .build());
      return Map.of(
          "isError",
          Boolean.TRUE.equals(got.isError()),
          "text",
          got.content().stream()
              .map(block -> block instanceof McpSchema.TextContent text ? text.text() : "?")
              .collect(Collectors.joining("\n")));
    } catch (RuntimeException e) {
      return Map.of("error", String.valueOf(e.getMessage()));
    }
  }

  private static void say(Object value) {
    System.out.println(JSON.writeValueAsString(value));
    System.out.flush();
  }
}
