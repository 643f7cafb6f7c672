package io.tabellion.demo.sample;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The stateless era (2026-07-28) at the desk: what the SDK does not have yet. Reads one message and
 * the headers that repeat parts of it, and says what to answer.
 *
 * <p>Thread-safe.
 */
final class StatelessDesk {
  static final String REVISION = "2026-07-28";

  private static final List<String> REVISIONS =
      List.of(REVISION, "2025-11-25", "2025-06-18", "2025-03-26");
  private static final String META = "io.modelcontextprotocol/";
  private static final long LIST_TTL_MILLIS = 60_000;

  private static final int INVALID_PARAMS = -32602;
  private static final int METHOD_NOT_FOUND = -32601;
  private static final int HEADER_MISMATCH = -32020;
  private static final int UNSUPPORTED_VERSION = -32022;

  private final CustomerDesk desk;
  private final @Nullable SuiteStateless suite;

  /**
   * Makes one.
   *
   * @param suite what it has beside the desk; null for nothing
   */
  StatelessDesk(CustomerDesk desk, @Nullable SuiteStateless suite) {
    this.desk = desk;
    this.suite = suite;
  }

  /**
   * What to answer.
   *
   * @param status of HTTP
   * @param message a response of JSON-RPC; null answers nothing
   */
  record Answer(int status, @Nullable Map<String, Object> message) {}

  /** Whether a message is of this era: its {@code _meta} or its header says a revision of it. */
  static boolean speaks(HttpServletRequest request, JsonNode message) {
    @Nullable String header = request.getHeader("MCP-Protocol-Version");
    return message.isObject()
        && (meta(message).has(META + "protocolVersion")
            || (header != null && header.compareTo(REVISION) >= 0));
  }

  /** Whether notifications of a call go to the client. */
  boolean tells(JsonNode message) {
    return (CustomerDesk.REPORT.equals(tool(message)) && meta(message).has("progressToken"))
        || (suite != null && suite.isCalled(message));
  }

  /**
   * Answers one message.
   *
   * @param progress is told of each step as a notification, if the message asks for it
   */
  Answer answer(
      HttpServletRequest request, JsonNode message, Consumer<Map<String, Object>> progress) {
    Answer refused = refused(request, message);
    if (refused != null) {
      return refused;
    }
    Answer further = suite == null ? null : suite.answer(request, message, progress);
    if (further != null) {
      return further;
    }
    return switch (message.path("method").asString("")) {
      case "server/discover" -> complete(message, cached(discover()));
      case "tools/list" -> complete(message, cached(Map.of("tools", tools())));
      case "tools/call" -> call(message, progress);
      default -> error(404, message, METHOD_NOT_FOUND, "Method not found", Map.of());
    };
  }

  private @Nullable Answer refused(HttpServletRequest request, JsonNode message) {
    if (!message.has("id")) {
      return new Answer(202, null);
    }
    JsonNode meta = meta(message);
    String revision = meta.path(META + "protocolVersion").asString("");
    if (revision.isEmpty() || !meta.path(META + "clientCapabilities").isObject()) {
      return error(
          400,
          message,
          INVALID_PARAMS,
          "_meta lacks protocolVersion or clientCapabilities",
          Map.of());
    }
    if (!revision.equals(request.getHeader("MCP-Protocol-Version"))) {
      return mismatch(message, "MCP-Protocol-Version differs from _meta");
    }
    if (!revision.equals(REVISION)) {
      return error(
          400,
          message,
          UNSUPPORTED_VERSION,
          "Unsupported protocol version",
          Map.of("supported", REVISIONS, "requested", revision));
    }
    if (!message.path("method").asString("").equals(request.getHeader("Mcp-Method"))
        || (!tool(message).isEmpty()
            && !tool(message).equals(decoded(request.getHeader("Mcp-Name"))))) {
      return mismatch(message, "Mcp-Method or Mcp-Name differs");
    }
    return null;
  }

  private Answer call(JsonNode message, Consumer<Map<String, Object>> progress) {
    String tool = tool(message);
    if (!CustomerDesk.knows(tool)) {
      return invalid(message, "Unknown tool: " + tool, Map.of());
    }
    Map<String, Object> arguments = new LinkedHashMap<>();
    message
        .path("params")
        .path("arguments")
        .properties()
        .forEach(argument -> arguments.put(argument.getKey(), argument.getValue().asString("")));
    int[] steps = {0};
    String text =
        desk.execute(
            tool,
            arguments,
            step ->
                progress.accept(
                    notification(meta(message).path("progressToken"), ++steps[0], step)));
    return complete(message, Map.of("content", List.of(Map.of("type", "text", "text", text))));
  }

  static Map<String, Object> notification(JsonNode token, int step, String text) {
    return Map.of(
        "jsonrpc",
        "2.0",
        "method",
        "notifications/progress",
        "params",
        Map.of("progressToken", token, "progress", step, "total", 3, "message", text));
  }

  private Map<String, Object> discover() {
    Map<String, Object> capabilities =
        suite == null ? Map.of("tools", Map.of()) : SuiteStateless.capabilities();
    return Map.of("supportedVersions", REVISIONS, "capabilities", capabilities);
  }

  private List<Object> tools() {
    List<Object> tools = new ArrayList<>(suite == null ? List.of() : suite.tools());
    for (CustomerDesk.Tool tool : CustomerDesk.tools()) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("name", tool.name());
      shown.put("title", tool.title());
      shown.put("description", tool.description());
      shown.put("inputSchema", tool.inputSchema());
      shown.put("annotations", Map.of("destructiveHint", tool.destructive()));
      tools.add(shown);
    }
    return tools;
  }

  /** With how long, and for whom, a client may keep it: required of lists. */
  static Map<String, Object> cached(Map<String, Object> result) {
    Map<String, Object> cached = new LinkedHashMap<>(result);
    cached.put("ttlMs", LIST_TTL_MILLIS);
    cached.put("cacheScope", "public");
    return cached;
  }

  static Answer complete(JsonNode message, Map<String, Object> result) {
    Map<String, Object> complete = new LinkedHashMap<>();
    complete.put("resultType", "complete");
    complete.putAll(result);
    return result(message, complete);
  }

  /** A result that says itself of which type it is. */
  static Answer result(JsonNode message, Map<String, Object> typed) {
    Map<String, Object> result = new LinkedHashMap<>(typed);
    result.put(
        "_meta",
        Map.of(
            META + "serverInfo", Map.of("name", DeskServlet.NAME, "version", DeskServlet.VERSION)));
    return new Answer(200, response(message, "result", result));
  }

  static Answer mismatch(JsonNode message, String text) {
    return error(400, message, HEADER_MISMATCH, text, Map.of());
  }

  static Answer invalid(JsonNode message, String text, Map<String, Object> data) {
    return error(200, message, INVALID_PARAMS, text, data);
  }

  static Answer error(
      int status, JsonNode message, int code, String text, Map<String, Object> data) {
    Map<String, Object> error = new LinkedHashMap<>(Map.of("code", code, "message", text));
    if (!data.isEmpty()) {
      error.put("data", data);
    }
    return new Answer(status, response(message, "error", error));
  }

  private static Map<String, Object> response(JsonNode message, String member, Object value) {
    Map<String, Object> response = new LinkedHashMap<>();
    response.put("jsonrpc", "2.0");
    response.put("id", message.get("id"));
    response.put(member, value);
    return response;
  }

  static JsonNode meta(JsonNode message) {
    return message.path("params").path("_meta");
  }

  static String tool(JsonNode message) {
    return message.path("method").asString("").equals("tools/call")
        ? message.path("params").path("name").asString("")
        : "";
  }

  /** A header's value; what is not ASCII comes as {@code =?base64?…?=}. */
  static @Nullable String decoded(@Nullable String header) {
    if (header == null || !header.startsWith("=?base64?") || !header.endsWith("?=")) {
      return header;
    }
    String text = header.substring(9, header.length() - 2);
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      // The decoder also reads what lacks its padding.
      return Base64.getEncoder().encodeToString(bytes).equals(text)
          ? new String(bytes, StandardCharsets.UTF_8)
          : header;
    } catch (IllegalArgumentException e) {
      return header;
    }
  }
}
