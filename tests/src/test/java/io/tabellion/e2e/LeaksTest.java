package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.RawServer;
import io.tabellion.testing.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Values of many kinds in every message and field that a client or server has, through a real
 * Envoy, under a policy that masks everything both ways: none reaches the other party, none is
 * written.
 */
@Tag("envoy")
final class LeaksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: leaks}
      rules:
      - {id: all, match: {}, then: allow}
      - {id: servers-own, match: {direction: server-request}, then: allow}
      - {id: there, match: {}, mask: [{detect: [ALL], with: {replace: "[{detector}]"}}]}
      - {id: back, match: {direction: response}, mask: [{detect: [ALL], with: {replace: "[{detector}]"}}]}
      - {id: asked, match: {direction: server-request}, mask: [{detect: [ALL], with: {replace: "[{detector}]"}}]}
      """;

  /** Of no account anywhere. */
  private static final List<String> SECRETS =
      List.of(
          "AKIA" + "QYLPMN5HFIQR7XYA",
          "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a",
          "4556737586899855",
          "514-69-0360",
          "DE89370400440532013000",
          "jane.roe@example.org",
          "Vq7" + "wTz81xKp",
          "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj");

  /** All of them as they stand in a string of JSON. */
  private static final String BAG =
      "%s, %s, %s, %s, %s, %s, postgres://app:%s@db.example.org/app, -----BEGIN PRIVATE KEY-----\\n%s\\n-----END PRIVATE KEY-----"
          .formatted(SECRETS.toArray());

  /** What may stand in a header, a name or a token. */
  private static final String WORD = SECRETS.get(1);

  private static final String META =
      "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientInfo\":"
          + "{\"name\":\"leaks\",\"version\":\"1\"},\"io.modelcontextprotocol/clientCapabilities\":{}}";

  private static final String EMPTY =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",\"content\":[]}}";

  @TempDir private Path folder;
  private final List<String> leaks = new ArrayList<>();
  private int tried;

  @Test
  void nothingReachesTheOtherPartyAndNothingIsWritten() throws Exception {
    Written written;
    try (RawServer server = new RawServer();
        Gateway gateway = new Gateway(folder, server.port(), setup -> setup.withPolicy(POLICY))) {
      requests(gateway.port(), server);
      refused(gateway.port(), server);
      answers(gateway.port(), server);
      sessions(gateway.port(), server);
      written = new Written(gateway);
    }
    written.texts().forEach(this::look);
    assertThat(leaks).isEmpty();
    assertThat(tried).isGreaterThan(80);
  }

  // What a client sends.

  private void requests(int port, RawServer server) throws IOException {
    server.answer(json(EMPTY));
    for (String params :
        List.of(
            "\"name\":\"t\",\"arguments\":{\"a\":\"%s\"}",
            "\"name\":\"t\",\"arguments\":{\"%s\":1}",
            "\"name\":\"t\",\"arguments\":{\"a\":{\"b\":[[\"%s\"]]}}",
            "\"name\":\"t\",\"arguments\":{\"card\":4556737586899855}",
            "\"name\":\"t\",\"arguments\":{\"card\":4556737586899855.0}",
            "\"name\":\"t\",\"arguments\":{},\"other\":\"%s\"")) {
      sent(port, server, "tools/call", params.formatted(BAG), "t");
    }
    sent(
        port,
        server,
        "prompts/get",
        "\"name\":\"p\",\"arguments\":{\"a\":\"%s\"}".formatted(BAG),
        "p");
    for (String secret : SECRETS.subList(0, 6)) {
      String uri = "crm://c/" + secret;
      sent(port, server, "resources/read", "\"uri\":\"%s\"".formatted(uri), uri);
      sent(
          port,
          server,
          "completion/complete",
          "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"p\"},\"argument\":{\"name\":\"a\",\"value\":\"%s\"}"
              .formatted(secret),
          null);
      sent(port, server, "tools/list", "\"cursor\":\"%s\"".formatted(secret), null);
    }
    sent(port, server, "x/" + WORD.substring(0, 3), "\"p\":\"%s\"".formatted(BAG), null);
  }

  private void sent(int port, RawServer server, String method, String params, @Nullable String name)
      throws IOException {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{%s,%s}}"
            .formatted(method, params, META);
    Request request = post(body).with("mcp-protocol-version", "2026-07-28");
    request = request.with("mcp-method", method);
    server.forget();
    send(port, name == null ? request : request.with("mcp-name", name));
    look(method + " " + params + " at the server", server.seen());
    assertThat(server.seen()).as(params).isNotEmpty();
  }

  /** What is refused, or stands where only the record could show it. */
  private void refused(int port, RawServer server) throws IOException {
    server.answer(json(EMPTY));
    Request call = Request.call("t", "n");
    String body = call.body();
    List<Request> all =
        new ArrayList<>(
            List.of(
                call.with("user-agent", WORD),
                call.with("x-request-id", WORD),
                call.with("traceparent", "00-" + WORD + "-1-01"),
                call.with("tracestate", "a=" + WORD),
                call.with("baggage", "a=" + BAG),
                call.with("content-type", "text/" + WORD),
                call.with("content-encoding", WORD),
                call.with("mcp-protocol-version", WORD),
                call.with("mcp-method", WORD),
                call.with("mcp-name", WORD),
                call.with("mcp-session-id", WORD),
                call.with("last-event-id", WORD),
                call.with("mcp-param-x", WORD),
                Request.call(WORD, "n"),
                Request.call("bad name " + SECRETS.get(5), "n"),
                new Request("POST", "/sample/mcp?token=" + WORD, call.headers(), body),
                new Request("POST", "/sample/mcp/" + WORD, call.headers(), body),
                new Request("POST", "/" + WORD + "/mcp", call.headers(), body),
                new Request("PUT", "/sample/mcp", call.headers(), body),
                new Request("DELETE", "/sample/mcp", Map.of("mcp-session-id", WORD), ""),
                post("{\"" + WORD),
                post("[" + body + "]"),
                post(body.replace("\"id\":1", "\"id\":\"" + WORD + "\"")),
                post(body.replace("\"id\":1", "\"id\":1,\"" + WORD + "\":2")),
                post(body.replace("\"2.0\"", "\"" + WORD + "\"")),
                post(body.replace("tools/call", WORD)),
                post("{\"a\":\"%s\",\"a\":1}".formatted(BAG)),
                post("{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{\"a\":\"%s\"}}".formatted(BAG)),
                post(
                    "{\"jsonrpc\":\"2.0\",\"id\":9,\"error\":{\"code\":1,\"message\":\"%s\"}}"
                        .formatted(BAG)),
                post(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"%s\",\"reason\":\"%s\"}}"
                        .formatted(WORD, BAG)),
                post(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/%s\",\"params\":{}}"
                        .formatted(WORD)),
                post(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"%s\",\"capabilities\":{\"%s\":{}},\"clientInfo\":{\"name\":\"%s\",\"version\":\"%s\"}}}"
                        .formatted(WORD, WORD, SECRETS.get(5), BAG)),
                post("x".repeat(5 << 20) + BAG)));
    for (Request request : all) {
      send(port, request);
    }
  }

  // What a server answers.

  private void answers(int port, RawServer server) throws IOException {
    for (String result :
        List.of(
            "\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]",
            "\"content\":[{\"type\":\"text\",\"text\":\"\",\"annotations\":{\"a\":\"%s\"},\"_meta\":{\"b\":\"%s\"}}]",
            "\"content\":[{\"type\":\"resource_link\",\"uri\":\"%s\",\"name\":\"%s\",\"description\":\"%s\"}]",
            "\"content\":[{\"type\":\"resource\",\"resource\":{\"uri\":\"x:%s\",\"text\":\"%s\",\"mimeType\":\"%s\"}}]",
            "\"content\":[],\"structuredContent\":{\"%s\":[\"%s\",4556737586899855,4.556737586899855e15]}",
            "\"content\":[],\"_meta\":{\"%s\":\"%s\"}",
            "\"content\":[],\"isError\":true,\"%s\":\"%s\"",
            "\"content\":[],\"nextCursor\":\"%s\",\"statusMessage\":\"%s\"")) {
      answered(port, server, Request.call("t", "n"), result.replace("%s", BAG));
    }
    answered(
        port,
        server,
        Request.listTools(),
        ("\"ttlMs\":1,\"cacheScope\":\"private\",\"tools\":[{\"name\":\"u\",\"title\":\"%s\",\"description\":\"%s\",\"annotations\":{\"title\":\"%s\"},\"icons\":[{\"src\":\"%s\"}],"
                + "\"inputSchema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"default\":\"%s\",\"enum\":[\"%s\"],\"examples\":[\"%s\"],\"description\":\"%s\"},\"%s\":{}}},"
                + "\"outputSchema\":{\"type\":\"object\",\"properties\":{\"b\":{\"const\":\"%s\"}}}}]")
            .replace("%s", BAG));
    for (String body :
        List.of(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-1,\"message\":\"%s\",\"data\":{\"%s\":[\"%s\"]}}}",
            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-1,\"message\":\"%s\"}}",
            "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"a\":\"%s\"}}",
            "%s",
            "{\"%s",
            "[{\"a\":\"%s\"}]")) {
      String text = body.replace("%s", BAG);
      for (String status : List.of("200 OK", "400 " + WORD, "500 " + WORD)) {
        server.answer(json(text).replace("200 OK", status));
        received(port, Request.call("t", "n"), status + " " + body);
      }
    }
    server.answer(json(EMPTY).replace("application/json", "text/" + WORD));
    received(port, Request.call("t", "n"), "type of an answer");
    server.answer(
        json(EMPTY).replace("content-type", "content-encoding: " + WORD + "\r\ncontent-type"));
    received(port, Request.call("t", "n"), "coding of an answer");
  }

  private void answered(int port, RawServer server, Request request, String result)
      throws IOException {
    server.answer(
        json(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",%s}}"
                .formatted(result)));
    String came = received(port, request, result);
    assertThat(came).as(result).contains("[GITHUB_TOKEN]");
  }

  private String received(int port, Request request, String what) throws IOException {
    Received received = send(port, request);
    look(what + " at the client", received.body());
    return received.body();
  }

  // With a session.

  private void sessions(int port, RawServer server) throws IOException {
    for (String revision : List.of("2025-11-25", "2025-03-26")) {
      session(port, server, revision);
    }
  }

  private void session(int port, RawServer server, String revision) throws IOException {
    String id = "s-" + revision;
    server.answer(
        json("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"%s\",\"capabilities\":{\"experimental\":{\"a\":\"%s\"}},\"serverInfo\":{\"name\":\"%s\",\"version\":\"1\"},\"instructions\":\"%s\"}}"
                .formatted(revision, BAG, BAG, BAG))
            .replace("content-type", "mcp-session-id: " + id + "\r\ncontent-type"));
    received(port, post(Request.initialize().body().replace("2025-11-25", revision)), "initialize");
    StringBuilder events = new StringBuilder();
    for (String message :
        List.of(
            "\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"logger\":\"%s\",\"data\":{\"%s\":\"%s\"}}",
            "\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,\"progress\":1,\"message\":\"%s\"}",
            "\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1,\"reason\":\"%s\"}",
            "\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"%s\"}",
            "\"method\":\"notifications/elicitation/complete\",\"params\":{\"elicitationId\":\"%s\"}",
            "\"id\":900,\"method\":\"sampling/createMessage\",\"params\":{\"maxTokens\":1,\"systemPrompt\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"%s\"}}]}",
            "\"id\":901,\"method\":\"elicitation/create\",\"params\":{\"message\":\"%s\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"default\":\"%s\"}}}}",
            "\"id\":902,\"method\":\"roots/list\",\"params\":{\"_meta\":{\"a\":\"%s\"}}",
            "\"id\":903,\"method\":\"x/unknown\",\"params\":{\"a\":\"%s\"}")) {
      events.append(
          ": %s\ndata: {\"jsonrpc\":\"2.0\",%s}\n\n".formatted(WORD, message.replace("%s", BAG)));
    }
    events.append(
        "event: "
            + WORD
            + "\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":\""
            + BAG
            + "\"}}\n\n");
    events.append("retry: " + WORD + "\n" + WORD + ": " + WORD + "\ndata: " + BAG + "\n\n");
    server.answer(stream(events.toString()));
    received(port, in(id, revision, Request.callInSession("t", "n").body()), "events");
    for (String answer :
        List.of(
            "\"id\":900,\"result\":{\"role\":\"assistant\",\"model\":\"%s\",\"content\":{\"type\":\"text\",\"text\":\"%s\"}}",
            "\"id\":901,\"result\":{\"action\":\"accept\",\"content\":{\"%s\":\"%s\"}}",
            "\"id\":902,\"result\":{\"roots\":[{\"uri\":\"%s\",\"name\":\"%s\"}]}",
            "\"id\":903,\"error\":{\"code\":1,\"message\":\"%s\",\"data\":\"%s\"}")) {
      server.answer(
          json("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":1,\"message\":\"%s\"}}".formatted(BAG))
              .replace("200 OK", "400 Bad"));
      server.forget();
      received(
          port,
          in(id, revision, "{\"jsonrpc\":\"2.0\"," + answer.replace("%s", BAG) + "}"),
          "error to an answer");
      look(answer + " at the server", server.seen());
    }
    String call = Request.callInSession("t", "n").body();
    server.answer(
        json("[" + EMPTY.replace("[]", "[{\"type\":\"text\",\"text\":\"" + BAG + "\"}]") + "]"));
    received(port, in(id, revision, "[" + call.replace("\"n\"", "\"" + BAG + "\"") + "]"), "batch");
    server.answer(
        json("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":1,\"message\":\"%s\"}}".formatted(BAG))
            .replace("200 OK", "400 Bad"));
    Map<String, String> headers =
        Map.of(
            "mcp-session-id", id, "mcp-protocol-version", revision, "accept", "text/event-stream");
    received(port, new Request("GET", "/sample/mcp", headers, ""), "error to a GET");
    received(port, new Request("DELETE", "/sample/mcp", headers, ""), "error to a DELETE");
    server.answer(stream(events.toString()));
    received(
        port,
        new Request("GET", "/sample/mcp", headers, "").with("last-event-id", WORD),
        "resumed");
  }

  private static Request in(String session, String revision, String body) {
    return post(body).with("mcp-session-id", session).with("mcp-protocol-version", revision);
  }

  private static Request post(String body) {
    return new Request(
        "POST",
        "/sample/mcp",
        Map.of("content-type", "application/json", "accept", "application/json, text/event-stream"),
        body);
  }

  private Received send(int port, Request request) throws IOException {
    tried++;
    return RawClient.send(port, request, PATIENCE);
  }

  // Where it must not be.

  private void look(String where, String text) {
    for (String secret : SECRETS) {
      if (text.contains(secret)) {
        int at = text.indexOf(secret);
        leaks.add(
            where.substring(0, Math.min(where.length(), 120))
                + ": …"
                + text.substring(Math.max(0, at - 150), Math.min(text.length(), at + 50)));
      }
    }
  }

  private static String json(String body) {
    return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
        .formatted(body.length(), body);
  }

  private static String stream(String events) {
    return "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
        .formatted(events.length(), events);
  }
}
