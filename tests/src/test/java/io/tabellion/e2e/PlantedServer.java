package io.tabellion.e2e;

import com.sun.net.httpserver.HttpExchange;
import io.tabellion.testing.LoopbackServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An MCP server (2025-11-25) that tells what it should not: {@code customer} a social security
 * number in structured content, with a schema over it, {@code pay} a card number in one event of a
 * stream that comes in two chunks. Thread-safe.
 */
final class PlantedServer extends LoopbackServer {
  static final String SSN = "514-69-0360";
  static final String MAIL = "jane.roe@example.org";
  static final String CARD = "4556 7375 8689 9855";

  private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

  private static final String TOOLS =
      """
      {"tools":[{"name":"customer","inputSchema":{"type":"object"},"outputSchema":{"type":"object",\
      "properties":{"ssn":{"type":"string","pattern":"^[1-9][0-9]{2}-[0-9]{2}-[0-9]{4}$"},\
      "mail":{"type":"string","format":"email","maxLength":20},"visits":{"type":"number","minimum":1}},\
      "required":["ssn","mail","visits"],"additionalProperties":false}},\
      {"name":"pay","inputSchema":{"type":"object"}}]}\
      """;

  private static final String CUSTOMER =
      "{\"ssn\":\"%s\",\"mail\":\"%s\",\"visits\":3}".formatted(SSN, MAIL);

  PlantedServer() {
    super(PlantedServer::handle);
  }

  private static void handle(HttpExchange http) throws IOException {
    try (http) {
      String body = new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Matcher id = ID.matcher(body);
      if (!http.getRequestMethod().equals("POST")) {
        http.sendResponseHeaders(405, -1);
      } else if (!id.find()) {
        http.sendResponseHeaders(202, -1);
      } else {
        answer(http, body, id.group(1));
      }
    }
  }

  private static void answer(HttpExchange http, String body, String id) throws IOException {
    if (body.contains("\"initialize\"")) {
      json(
          http,
          id,
          "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
              + "\"serverInfo\":{\"name\":\"planted\",\"version\":\"1\"}}");
    } else if (body.contains("\"tools/list\"")) {
      json(http, id, TOOLS);
    } else if (body.contains("\"customer\"")) {
      String text = CUSTOMER.replace("\"", "\\\"");
      json(
          http,
          id,
          "{\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],\"structuredContent\":%s}"
              .formatted(text, CUSTOMER));
    } else {
      pay(http, id);
    }
  }

  private static void json(HttpExchange http, String id, String result) throws IOException {
    byte[] bytes = message(id, result).getBytes(StandardCharsets.UTF_8);
    http.getResponseHeaders().set("content-type", "application/json");
    http.sendResponseHeaders(200, bytes.length);
    http.getResponseBody().write(bytes);
  }

  private static String message(String id, String result) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}".formatted(id, result);
  }

  private static void pay(HttpExchange http, String id) throws IOException {
    String event =
        message(
            id, "{\"content\":[{\"type\":\"text\",\"text\":\"paid with " + CARD + " today\"}]}");
    int cut = event.indexOf(CARD) + CARD.length() / 2;
    http.getResponseHeaders().set("content-type", "text/event-stream");
    http.sendResponseHeaders(200, 0);
    OutputStream out = http.getResponseBody();
    out.write(("data: " + event.substring(0, cut)).getBytes(StandardCharsets.UTF_8));
    out.flush();
    out.write((event.substring(cut) + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
