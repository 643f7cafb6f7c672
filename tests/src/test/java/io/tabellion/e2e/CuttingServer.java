package io.tabellion.e2e;

import com.sun.net.httpserver.HttpExchange;
import io.tabellion.testing.LoopbackServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An MCP server (2025-11-25) that cuts a card number over three events of a call's stream, with
 * others between, and closes it; on a stream that resumes it the last of the three comes again by
 * itself. Thread-safe.
 */
final class CuttingServer extends LoopbackServer {
  static final String SESSION = "s-1";

  /** Of a card number, in order. */
  static final List<String> PARTS = List.of("45567", "37586", "899855");

  CuttingServer() {
    super(CuttingServer::handle);
  }

  private static void handle(HttpExchange http) throws IOException {
    try (http) {
      String body = new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (http.getRequestMethod().equals("GET")) {
        events(http, log(4, PARTS.get(2) + " it was"));
      } else if (body.contains("\"initialize\"")) {
        http.getResponseHeaders().set("mcp-session-id", SESSION);
        begin(http);
      } else if (body.contains("\"tools/call\"")) {
        events(
            http,
            log(1, "the card is " + PARTS.get(0)),
            event(2, "notifications/progress", "\"progressToken\":1,\"progress\":1"),
            log(3, PARTS.get(1)),
            log(4, PARTS.get(2) + " it was"));
      } else {
        http.sendResponseHeaders(202, -1);
      }
    }
  }

  private static void begin(HttpExchange http) throws IOException {
    String result =
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"2025-11-25\","
            + "\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"cutting\",\"version\":\"1\"}}}";
    byte[] bytes = result.getBytes(StandardCharsets.UTF_8);
    http.getResponseHeaders().set("content-type", "application/json");
    http.sendResponseHeaders(200, bytes.length);
    http.getResponseBody().write(bytes);
  }

  private static void events(HttpExchange http, String... events) throws IOException {
    http.getResponseHeaders().set("content-type", "text/event-stream");
    http.sendResponseHeaders(200, 0);
    OutputStream out = http.getResponseBody();
    for (String event : events) {
      out.write(event.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  private static String log(int id, String text) {
    return event(id, "notifications/message", "\"level\":\"info\",\"data\":\"" + text + "\"");
  }

  private static String event(int id, String method, String params) {
    return "id: "
        + id
        + "\ndata: {\"jsonrpc\":\"2.0\",\"method\":\""
        + method
        + "\",\"params\":{"
        + params
        + "}}\n\n";
  }
}
