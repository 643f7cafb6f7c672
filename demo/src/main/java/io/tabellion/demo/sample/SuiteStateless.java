package io.tabellion.demo.sample;

import io.tabellion.demo.sample.StatelessDesk.Answer;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the conformance suite asks a server for in the stateless era: its tools, prompts and
 * resources, among them tools that need something from the client and say so in their result.
 *
 * <p>Thread-safe.
 */
final class SuiteStateless {
  private static final String NEEDS = "test_input_required_result_";
  private static final int MISSING_CAPABILITY = -32021;

  private final SuiteContent content = SuiteContent.of(SuiteContent.STATELESS);
  private final RequestStates states = new RequestStates();

  /** What {@code server/discover} shows. */
  static Map<String, Object> capabilities() {
    return Map.of(
        "tools", Map.of(),
        "prompts", Map.of(),
        "resources", Map.of(),
        "logging", Map.of(),
        "completions", Map.of());
  }

  /** What {@code tools/list} shows. */
  List<Map<String, Object>> tools() {
    return listed(content.tools(), "name", "description", "inputSchema");
  }

  /** Whether a message is a call of a tool that it has. */
  boolean isCalled(JsonNode message) {
    return content.tool(StatelessDesk.tool(message)) != null;
  }

  /**
   * Answers a message that is for it; null says that it is not.
   *
   * @param events gets notifications that belong to the call
   */
  @Nullable Answer answer(
      HttpServletRequest request, JsonNode message, Consumer<Map<String, Object>> events) {
    return switch (message.path("method").asString("")) {
      case "tools/call" -> isCalled(message) ? call(request, message, events) : null;
      case "prompts/list" ->
          list(message, "prompts", listed(content.prompts(), "name", "description", "arguments"));
      case "prompts/get" -> prompt(message);
      case "resources/list" ->
          list(
              message,
              "resources",
              listed(content.resources(), "uri", "name", "description", "mimeType"));
      case "resources/templates/list" ->
          list(
              message,
              "resourceTemplates",
              listed(content.templates(), "uriTemplate", "name", "description", "mimeType"));
      case "resources/read" -> read(message);
      case "completion/complete" ->
          StatelessDesk.complete(
              message,
              Map.of(
                  "completion",
                  SuiteContent.completion(
                      message.path("params").path("argument").path("value").asString(""))));
      default -> null;
    };
  }

  private Answer call(
      HttpServletRequest request, JsonNode message, Consumer<Map<String, Object>> events) {
    String name = StatelessDesk.tool(message);
    JsonNode tool = content.tool(name);
    if (tool == null) {
      throw new IllegalStateException("tool: not known");
    }
    if (!headersAgree(request, message, tool)) {
      return StatelessDesk.mismatch(message, "A Mcp-Param header differs from its argument");
    }
    if (tool.has("content")) {
      return StatelessDesk.complete(message, SuiteContent.shown(tool, "content", "isError"));
    }
    Asking asking = new Asking(message);
    return switch (name) {
      case "test_tool_with_logging", "test_logging_tool" -> {
        if (StatelessDesk.meta(message).has("io.modelcontextprotocol/logLevel")) {
          events.accept(
              notification("notifications/message", Map.of("level", "info", "data", "called")));
        }
        yield text(message, "Messages are written where the request asks for them.");
      }
      case "test_tool_with_progress" -> {
        for (int step = 1; step <= 3; step++) {
          progress(message, step, events);
        }
        yield text(message, "Three steps were reported.");
      }
      case "test_streaming_elicitation" -> {
        progress(message, 1, events);
        yield asking.text("user_name", "name") == null
            ? asking.ask("user_name")
            : text(message, "Thank you.");
      }
      case "test_missing_capability" ->
          asking.given("greeting") == null
              ? asking.ask("greeting")
              : text(message, "The client has a model.");
      default -> needing(name.substring(NEEDS.length()), message, asking);
    };
  }

  private Answer needing(String what, JsonNode message, Asking asking) {
    return switch (what) {
      case "elicitation" -> {
        String name = asking.text("user_name", "name");
        yield name == null ? asking.ask("user_name") : text(message, "Hello, " + name + "!");
      }
      case "sampling" -> {
        JsonNode given = asking.given("capital_question");
        yield given == null
            ? asking.ask("capital_question")
            : text(message, given.path("content").path("text").asString("?"));
      }
      case "list_roots" -> {
        JsonNode given = asking.given("client_roots");
        yield given == null ? asking.ask("client_roots") : text(message, "Roots: " + given);
      }
      case "request_state", "tampered_state" -> confirmed(what, message, asking);
      case "multiple_inputs" ->
          asking.text("user_name", "name") == null
                  || asking.given("greeting") == null
                  || asking.given("client_roots") == null
              ? asking.askWith(states.seal(what), "user_name", "greeting", "client_roots")
              : text(message, "All three came.");
      case "multi_round" -> rounds(message, asking);
      case "capabilities" -> {
        List<String> open = new ArrayList<>();
        for (String key : List.of("user_name", "greeting", "client_roots")) {
          if (asking.mayAsk(key) && asking.given(key) == null) {
            open.add(key);
          }
        }
        yield open.isEmpty()
            ? text(message, "Nothing is left to ask.")
            : asking.ask(open.toArray(String[]::new));
      }
      default -> throw new IllegalArgumentException("tool: not known");
    };
  }

  private Answer confirmed(String what, JsonNode message, Asking asking) {
    JsonNode state = message.path("params").path("requestState");
    if (state.isMissingNode()) {
      return asking.askWith(states.seal(what), "confirm");
    }
    String opened = states.open(state.asString(""));
    if (opened == null) {
      return badState(message);
    }
    JsonNode given = asking.given("confirm");
    return opened.equals(what) && given != null && given.path("content").path("ok").isBoolean()
        ? text(message, "state-ok")
        : asking.askWith(states.seal(what), "confirm");
  }

  private Answer rounds(JsonNode message, Asking asking) {
    JsonNode state = message.path("params").path("requestState");
    String opened = state.isMissingNode() ? "" : states.open(state.asString(""));
    if (opened == null) {
      return badState(message);
    }
    String name = opened.startsWith("named ") ? opened.substring(6) : asking.text("step1", "name");
    if (name == null) {
      return asking.askWith(states.seal("first"), "step1");
    }
    String color = asking.text("step2", "color");
    return color == null
        ? asking.askWith(states.seal("named " + name), "step2")
        : text(message, name + " likes " + color);
  }

  private Answer prompt(JsonNode message) {
    JsonNode prompt = content.prompt(message.path("params").path("name").asString(""));
    if (prompt == null) {
      return StatelessDesk.invalid(message, "Unknown prompt", Map.of());
    }
    Map<String, String> values = new LinkedHashMap<>();
    message
        .path("params")
        .path("arguments")
        .properties()
        .forEach(argument -> values.put(argument.getKey(), argument.getValue().asString("")));
    if (prompt.has("era")) {
      Asking asking = new Asking(message);
      String context = asking.text("user_context", "context");
      if (context == null) {
        return asking.ask("user_context");
      }
      values.put("context", context);
    }
    return StatelessDesk.complete(
        message, SuiteContent.shown(content.filled(prompt, values), "description", "messages"));
  }

  private Answer read(JsonNode message) {
    String uri = message.path("params").path("uri").asString("");
    Map<String, Object> contents = content.contents(uri);
    return contents == null
        ? StatelessDesk.invalid(message, "Resource not found", Map.of("uri", uri))
        : StatelessDesk.complete(message, StatelessDesk.cached(contents));
  }

  /** Arguments that a header repeats ({@code x-mcp-header}) must be the same there. */
  private static boolean headersAgree(HttpServletRequest request, JsonNode message, JsonNode tool) {
    for (Map.Entry<String, JsonNode> property :
        tool.path("inputSchema").path("properties").properties()) {
      String name = property.getValue().path("x-mcp-header").asString("");
      if (!name.isEmpty()) {
        JsonNode argument = message.path("params").path("arguments").path(property.getKey());
        String header = request.getHeader("Mcp-Param-" + name);
        boolean absent = argument.isMissingNode() || argument.isNull();
        boolean agree = absent ? header == null : says(header, argument.asString(""));
        if (!agree) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether a header, in printed ASCII, says this text. */
  private static boolean says(@Nullable String header, String text) {
    return header != null
        && header.chars().allMatch(c -> c >= ' ' && c <= '~')
        && text.equals(StatelessDesk.decoded(header));
  }

  private static void progress(JsonNode message, int step, Consumer<Map<String, Object>> events) {
    JsonNode token = StatelessDesk.meta(message).path("progressToken");
    if (!token.isMissingNode()) {
      events.accept(StatelessDesk.notification(token, step, "step " + step));
    }
  }

  private static Map<String, Object> notification(String method, Map<String, Object> params) {
    return Map.of("jsonrpc", "2.0", "method", method, "params", params);
  }

  private static Answer text(JsonNode message, String text) {
    return StatelessDesk.complete(
        message, Map.of("content", List.of(Map.of("type", "text", "text", text))));
  }

  private static Answer badState(JsonNode message) {
    return StatelessDesk.invalid(
        message,
        "requestState is not what this server sent",
        Map.of("reason", "invalid_request_state"));
  }

  private static Answer list(JsonNode message, String member, List<Map<String, Object>> entries) {
    return StatelessDesk.complete(message, StatelessDesk.cached(Map.of(member, entries)));
  }

  private static List<Map<String, Object>> listed(List<JsonNode> entries, String... members) {
    return entries.stream().map(entry -> SuiteContent.shown(entry, members)).toList();
  }

  /** What a call got from its client so far, and how it asks for more. */
  private final class Asking {
    private final JsonNode message;

    Asking(JsonNode message) {
      this.message = message;
    }

    /** The client's answer to a question; null without one, or if it was declined. */
    @Nullable JsonNode given(String key) {
      JsonNode given = message.path("params").path("inputResponses").path(key);
      return given.isObject() && given.path("action").asString("accept").equals("accept")
          ? given
          : null;
    }

    /** A text of the form that was filled in; null if there is none. */
    @Nullable String text(String key, String field) {
      JsonNode given = given(key);
      JsonNode value = given == null ? null : given.path("content").path(field);
      return value != null && value.isString() ? value.asString() : null;
    }

    boolean mayAsk(String key) {
      return capabilities(message).has(needed(key));
    }

    Answer ask(String... keys) {
      return askWith(null, keys);
    }

    Answer askWith(@Nullable String state, String... keys) {
      for (String key : keys) {
        if (!mayAsk(key)) {
          return StatelessDesk.error(
              400,
              message,
              MISSING_CAPABILITY,
              "The client does not declare " + needed(key),
              Map.of("requiredCapabilities", Map.of(needed(key), Map.of())));
        }
      }
      Map<String, Object> questions = new LinkedHashMap<>();
      Arrays.stream(keys).forEach(key -> questions.put(key, content.question(key)));
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("resultType", "input_required");
      result.put("inputRequests", questions);
      if (state != null) {
        result.put("requestState", state);
      }
      return StatelessDesk.result(message, result);
    }

    /** The capability that a client must declare to be asked this: the method's first word. */
    private String needed(String key) {
      String method = String.valueOf(content.question(key).get("method"));
      return method.substring(0, method.indexOf('/'));
    }

    private static JsonNode capabilities(JsonNode message) {
      return StatelessDesk.meta(message).path("io.modelcontextprotocol/clientCapabilities");
    }
  }
}
