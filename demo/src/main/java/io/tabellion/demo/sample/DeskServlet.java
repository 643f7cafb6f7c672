package io.tabellion.demo.sample;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One endpoint for both eras. {@link StatelessDesk} answers the stateless one (2026-07-28); a
 * session's call of {@link CustomerDesk#FIND} is answered as JSON; everything else goes to the SDK.
 * Hosts and origins that are not of this machine are refused, so that no web page of another can
 * use the server by a name of its own (DNS rebinding).
 */
@SuppressWarnings("serial") // never serialised
final class DeskServlet extends HttpServlet {
  static final String NAME = "customer-desk";
  static final String VERSION = "1.0.0";

  private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final int MAX_BODY = 4 << 20;

  private final CustomerDesk desk;
  private final StatelessDesk stateless;
  private final HttpServlet sessions;
  private final JsonMapper json = JsonMapper.shared();

  DeskServlet(CustomerDesk desk, StatelessDesk stateless, HttpServlet sessions) {
    this.desk = desk;
    this.stateless = stateless;
    this.sessions = sessions;
  }

  @Override
  public void init() throws ServletException {
    sessions.init(getServletConfig());
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (!local(request.getHeader("Host")) || !local(origin(request))) {
      write(response, 403, error("Host or Origin is not of this machine"));
      return;
    }
    if (!request.getMethod().equals("POST")) {
      sessions.service(request, response);
      return;
    }
    byte[] body = request.getInputStream().readNBytes(MAX_BODY);
    JsonNode message = parse(body);
    if (StatelessDesk.speaks(request, message)) {
      answerStateless(request, message, response);
    } else if (request.getHeader("Mcp-Session-Id") != null
        && StatelessDesk.tool(message).equals(CustomerDesk.FIND)) {
      write(response, 200, found(message));
    } else {
      sessions.service(new ReplayedRequest(request, body), response);
    }
  }

  private void answerStateless(
      HttpServletRequest request, JsonNode message, HttpServletResponse response)
      throws IOException {
    boolean[] streams = {false};
    StatelessDesk.Answer answer =
        stateless.answer(
            request,
            message,
            notification -> {
              if (stateless.tells(message)) {
                streams[0] = true;
                event(response, notification);
              }
            });
    if (answer.message() == null) {
      response.setStatus(answer.status());
    } else if (streams[0]) {
      event(response, answer.message());
    } else {
      write(response, answer.status(), answer.message());
    }
  }

  private Map<String, Object> found(JsonNode message) {
    String name = message.path("params").path("arguments").path("name").asString("?");
    String text = desk.execute(CustomerDesk.FIND, Map.of("name", name), step -> {});
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("jsonrpc", "2.0");
    answer.put("id", message.get("id"));
    answer.put("result", Map.of("content", List.of(Map.of("type", "text", "text", text))));
    return answer;
  }

  private static Map<String, @Nullable Object> error(String text) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("jsonrpc", "2.0");
    answer.put("id", null);
    answer.put("error", Map.of("code", -32000, "message", text));
    return answer;
  }

  private void write(HttpServletResponse response, int status, Object answer) throws IOException {
    response.setStatus(status);
    response.setContentType("application/json");
    response.getOutputStream().write(json.writeValueAsBytes(answer));
  }

  private void event(HttpServletResponse response, Object message) {
    try {
      response.setContentType("text/event-stream");
      response
          .getOutputStream()
          .write(
              ("event: message\ndata: " + json.writeValueAsString(message) + "\n\n")
                  .getBytes(java.nio.charset.StandardCharsets.UTF_8));
      response.flushBuffer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode parse(byte[] body) {
    try {
      return json.readTree(body);
    } catch (JacksonException e) {
      return json.missingNode(); // the SDK says what is wrong
    }
  }

  private static @Nullable String origin(HttpServletRequest request) {
    @Nullable String origin = request.getHeader("Origin");
    return origin == null ? null : origin.replaceFirst("^https?://", "");
  }

  /** Whether an authority, if there is one, is of this machine. */
  private static boolean local(@Nullable String authority) {
    return authority == null || LOCAL.contains(authority.replaceFirst(":[0-9]*$", ""));
  }
}
