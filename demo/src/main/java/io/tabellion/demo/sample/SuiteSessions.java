package io.tabellion.demo.sample;

import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncCompletionSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceTemplateSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Gives a server of the Java SDK what the conformance suite asks for in the session era. */
final class SuiteSessions {
  private static final int MAX_TOKENS = 100;

  private final SuiteContent content = SuiteContent.of(SuiteContent.SESSIONS);

  /** What the server declares. */
  static McpSchema.ServerCapabilities capabilities() {
    return McpSchema.ServerCapabilities.builder()
        .tools(false)
        .prompts(false)
        .resources(true, false)
        .logging()
        .completions()
        .build();
  }

  /** Adds all of it. */
  void addTo(McpServer.SyncSpecification<?> server) {
    server
        .tools(content.tools().stream().map(this::tool).toList())
        .prompts(content.prompts().stream().map(this::prompt).toList())
        .completions(content.prompts().stream().map(SuiteSessions::completion).toList())
        .resources(content.resources().stream().map(this::resource).toList())
        .resourceTemplates(content.templates().stream().map(this::template).toList());
  }

  private SyncToolSpecification tool(JsonNode tool) {
    Map<String, Object> shown = SuiteContent.shown(tool, "name", "description", "inputSchema");
    return SyncToolSpecification.builder()
        .tool(as(shown, McpSchema.Tool.class))
        .callHandler((exchange, request) -> call(tool, exchange, request))
        .build();
  }

  private McpSchema.CallToolResult call(
      JsonNode tool, McpSyncServerExchange exchange, McpSchema.CallToolRequest request) {
    if (tool.has("content")) {
      return as(SuiteContent.shown(tool, "content", "isError"), McpSchema.CallToolResult.class);
    }
    if (tool.has("form")) {
      return text(elicited(tool, exchange, request));
    }
    return switch (request.name()) {
      case "test_tool_with_logging" -> {
        for (String step : List.of("started", "processing", "completed")) {
          exchange.loggingNotification(
              McpSchema.LoggingMessageNotification.builder(McpSchema.LoggingLevel.INFO, step)
                  .build());
        }
        yield text("Three messages were written.");
      }
      case "test_tool_with_progress" -> {
        Progress progress = new Progress(exchange, request.progressToken());
        List.of("one", "two", "three").forEach(progress::step);
        yield text("Three steps were reported.");
      }
      case "test_sampling" -> text("LLM response: " + sampled(exchange, request));
      default -> throw new IllegalArgumentException("tool: not known");
    };
  }

  private String elicited(
      JsonNode tool, McpSyncServerExchange exchange, McpSchema.CallToolRequest request) {
    JsonNode form = content.filled(tool.path("form"), texts(request.arguments()));
    McpSchema.ElicitResult given =
        exchange.createElicitation(
            McpSchema.ElicitFormRequest.builder(
                    form.path("message").asString(), content.map(form.path("requestedSchema")))
                .build());
    return "Elicitation completed: action=" + given.action() + ", content=" + given.content();
  }

  private static String sampled(McpSyncServerExchange exchange, McpSchema.CallToolRequest request) {
    var prompt =
        Map.of(
            "role",
            "user",
            "content",
            Map.of("type", "text", "text", String.valueOf(request.arguments().get("prompt"))));
    McpSchema.CreateMessageResult given =
        exchange.createMessage(
            as(
                Map.of("messages", List.of(prompt), "maxTokens", MAX_TOKENS),
                McpSchema.CreateMessageRequest.class));
    return given.content() instanceof McpSchema.TextContent answer
        ? answer.text()
        : given.content().type();
  }

  private SyncPromptSpecification prompt(JsonNode prompt) {
    Map<String, Object> shown = SuiteContent.shown(prompt, "name", "description", "arguments");
    return new SyncPromptSpecification(
        as(shown, McpSchema.Prompt.class),
        (exchange, request) ->
            as(
                SuiteContent.shown(
                    content.filled(prompt, texts(request.arguments())), "description", "messages"),
                McpSchema.GetPromptResult.class));
  }

  private static SyncCompletionSpecification completion(JsonNode prompt) {
    return new SyncCompletionSpecification(
        new McpSchema.PromptReference(prompt.path("name").asString()),
        (exchange, request) ->
            as(
                Map.of("completion", SuiteContent.completion(request.argument().value())),
                McpSchema.CompleteResult.class));
  }

  private SyncResourceSpecification resource(JsonNode resource) {
    return new SyncResourceSpecification(
        as(
            SuiteContent.shown(resource, "uri", "name", "description", "mimeType"),
            McpSchema.Resource.class),
        (exchange, request) -> read(request));
  }

  private SyncResourceTemplateSpecification template(JsonNode template) {
    return new SyncResourceTemplateSpecification(
        as(
            SuiteContent.shown(template, "uriTemplate", "name", "description", "mimeType"),
            McpSchema.ResourceTemplate.class),
        (exchange, request) -> read(request));
  }

  private McpSchema.ReadResourceResult read(McpSchema.ReadResourceRequest request) {
    Map<String, Object> contents = content.contents(request.uri());
    if (contents == null) {
      throw new IllegalArgumentException("uri: not found");
    }
    return as(contents, McpSchema.ReadResourceResult.class);
  }

  private static Map<String, String> texts(@Nullable Map<String, Object> arguments) {
    Map<String, String> texts = new HashMap<>();
    if (arguments != null) {
      arguments.forEach((name, value) -> texts.put(name, String.valueOf(value)));
    }
    return texts;
  }

  private static McpSchema.CallToolResult text(String text) {
    return McpSchema.CallToolResult.builder().addTextContent(text).isError(false).build();
  }

  private static <T> T as(Object json, Class<T> type) {
    return McpJsonDefaults.getMapper().convertValue(json, type);
  }
}
