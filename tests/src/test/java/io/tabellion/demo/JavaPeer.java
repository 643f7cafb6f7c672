package io.tabellion.demo;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What the Java SDK sees of a server in its default mode, one JSON line a step. */
final class JavaPeer {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private final List<String> seen = new ArrayList<>();

  private JavaPeer() {}

  /**
   * Asks for all there is, then calls.
   *
   * @param calls a JSON array of pairs: tool, arguments
   * @param token empty for none
   */
  static List<String> see(URI url, String calls, String token) {
    JavaPeer peer = new JavaPeer();
    var transport =
        HttpClientStreamableHttpTransport.builder(url.resolve("/").toString())
            .endpoint(url.getPath())
            .addHttpRequestCustomizer((request, method, uri, body, context) -> {
              if (!token.isEmpty()) {
                request.header("authorization", "Bearer " + token);
              }
            })
            .build();
    try (McpSyncClient client =
        McpClient.sync(transport)
            .requestTimeout(PATIENCE)
            .initializationTimeout(PATIENCE)
            .build()) {
      McpSchema.InitializeResult hello = client.initialize();
      peer.say("protocol", hello.protocolVersion());
      peer.tried("tools", client::listTools);
      peer.tried("resources", client::listResources);
      peer.tried("prompts", client::listPrompts);
      for (List<Object> call : JSON.readValue(calls, new TypeReference<List<List<Object>>>() {})) {
        String tool = String.valueOf(call.getFirst());
        Map<String, Object> arguments =
            JSON.convertValue(call.getLast(), new TypeReference<Map<String, Object>>() {});
        peer.tried(
            tool,
            () ->
                client.callTool(
                    McpSchema.CallToolRequest.builder(tool).arguments(arguments).build()));
      }
      client.closeGracefully();
    }
    return peer.seen;
  }

  private void tried(String step, Supplier<Object> call) {
    try {
      say(step, call.get());
    } catch (RuntimeException e) {
      say(step, Map.of("error", String.valueOf(e.getMessage())));
    }
  }

  private void say(String step, Object saw) {
    seen.add(JSON.writeValueAsString(Map.of("step", step, "saw", saw)));
  }
}
