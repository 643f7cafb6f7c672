package io.tabellion.demo.sample;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One endpoint for both eras. It answers itself, as JSON, every message of the stateless era
 * (2026-07-28) and a session's call of {@link CustomerDesk#FIND}; everything else goes to the SDK.
 */
@SuppressWarnings("serial") // never serialised
final class DeskServlet extends HttpServlet {
  static final String NAME = "customer-desk";
  static final String VERSION = "1.0.0";

  private static final String STATELESS = "2026-07-28";
  private static final String META_REVISION = "io.modelcontextprotocol/protocolVersion";
  private static final int MAX_BODY = 4 << 20;

  private final CustomerDesk desk;
  private final HttpServlet sessions;
  private final JsonMapper json = JsonMapper.shared();

  DeskServlet(CustomerDesk desk, HttpServlet sessions) {
    this.desk = desk;
    this.sessions = sessions;
  }

  @Override
  public void init() throws ServletException {
    sessions.init(getServletConfig());
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (!request.getMethod().equals("POST")) {
      sessions.service(request, response);
      return;
    }
    byte[] body = request.getInputStream().readNBytes(MAX_BODY);
    JsonNode message = parse(body);
    if (stateless(message)) {
      answerStateless(message, response);
    } else if (inSession(request) && tool(message).equals(CustomerDesk.FIND)) {
      write(response, 200, result(message, call(message)));
    } else {
      sessions.service(new ReplayedRequest(request, body), response);
    }
  }

  private void answerStateless(JsonNode message, HttpServletResponse response) throws IOException {
    if (!message.has("id")) {
      response.setStatus(202);
      return;
    }
    Map<String, Object> result =
        switch (message.path("method").asString("")) {
          case "server/discover" -> discover();
          case "tools/list" -> Map.of("tools", tools());
          case "tools/call" -> CustomerDesk.knows(tool(message)) ? call(message) : null;
          default -> null;
        };
    if (result == null) {
      write(response, 404, error(message));
    } else {
      Map<String, Object> complete = new LinkedHashMap<>(Map.of("resultType", "complete"));
      complete.putAll(result);
      write(response, 200, result(message, complete));
    }
  }

  private Map<String, Object> call(JsonNode message) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    message
        .path("params")
        .path("arguments")
        .properties()
        .forEach(argument -> arguments.put(argument.getKey(), argument.getValue().asString("")));
    String text = desk.execute(tool(message), arguments, step -> {});
    return Map.of("content", List.of(Map.of("type", "text", "text", text)));
  }

  private static Map<String, Object> discover() {
    return Map.of(
        "supportedVersions",
        List.of(STATELESS, "2025-11-25", "2025-06-18"),
        "capabilities",
        Map.of("tools", Map.of()),
        "serverInfo",
        Map.of("name", NAME, "version", VERSION));
  }

  private static List<Object> tools() {
    List<Object> tools = new ArrayList<>();
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

  private static Map<String, Object> result(JsonNode message, Map<String, Object> result) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("jsonrpc", "2.0");
    answer.put("id", message.get("id"));
    answer.put("result", result);
    return answer;
  }

  private static Map<String, Object> error(JsonNode message) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("jsonrpc", "2.0");
    answer.put("id", message.get("id"));
    answer.put("error", Map.of("code", -32601, "message", "Method not found"));
    return answer;
  }

  private void write(HttpServletResponse response, int status, Object answer) throws IOException {
    response.setStatus(status);
    response.setContentType("application/json");
    response.getOutputStream().write(json.writeValueAsBytes(answer));
  }

  private JsonNode parse(byte[] body) {
    try {
      return json.readTree(body);
    } catch (JacksonException e) {
      return json.missingNode(); // the SDK says what is wrong
    }
  }

  private static boolean stateless(JsonNode message) {
    return message.path("params").path("_meta").path(META_REVISION).asString("").equals(STATELESS);
  }

  private static boolean inSession(HttpServletRequest request) {
    @Nullable String session = request.getHeader("Mcp-Session-Id");
    return session != null;
  }

  private static String tool(JsonNode message) {
    return message.path("method").asString("").equals("tools/call")
        ? message.path("params").path("name").asString("")
        : "";
  }
}
