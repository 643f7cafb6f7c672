package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.RawServer;
import io.tabellion.testing.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Values of many kinds in every message and field that a client or server has, through a real
 * Envoy, under a policy that masks everything both ways: none reaches the other party, none is
 * written.
 */
@Tag("envoy")
final class LeaksTest extends RawAnswers {
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

  private static final String TOOLS =
      "\"ttlMs\":1,\"cacheScope\":\"private\",\"tools\":[{\"name\":\"u\",\"title\":\"%s\",\"description\":\"%s\",\"annotations\":{\"title\":\"%s\"},\"icons\":[{\"src\":\"%s\"}],"
          + "\"inputSchema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"default\":\"%s\",\"enum\":[\"%s\"],\"examples\":[\"%s\"],\"description\":\"%s\"},\"%s\":{}}},"
          + "\"outputSchema\":{\"type\":\"object\",\"properties\":{\"b\":{\"const\":\"%s\"}}}}]";

  private static final String EMPTY =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",\"content\":[]}}";

  private int tried;

  @Override
  TabellionServer.Setup setup(TabellionServer.Setup usual) {
    return usual.withPolicy(POLICY);
  }

  @TestFactory
  Stream<DynamicNode> nothingReachesTheOtherPartyAndNothingIsWritten() {
    return Stream.of(
        dynamicContainer("requests", requests()),
        dynamicContainer("answers", answers()),
        dynamicContainer("a session of 2025-11-25", session("2025-11-25")),
        dynamicContainer("a session of 2025-03-26", session("2025-03-26")),
        dynamicTest("nothing is written, of what is refused neither", this::nothingIsWritten));
  }

  private void nothingIsWritten() throws Exception {
    for (Request request : refused()) {
      server.answer(json(EMPTY));
      send(request);
    }
    Written written = new Written(gateway);
    gateway.close();
    List<String> leaks = new ArrayList<>();
    written.texts().forEach((where, text) -> leaks.addAll(leaks(where, text)));
    assertThat(leaks).isEmpty();
    assertThat(tried).isGreaterThan(80);
  }

  // What a client sends.

  private List<DynamicNode> requests() {
    List<DynamicNode> tests = new ArrayList<>();
    for (String params :
        List.of(
            "\"name\":\"t\",\"arguments\":{\"a\":\"%s\"}",
            "\"name\":\"t\",\"arguments\":{\"%s\":1}",
            "\"name\":\"t\",\"arguments\":{\"a\":{\"b\":[[\"%s\"]]}}",
            "\"name\":\"t\",\"arguments\":{\"card\":4556737586899855}",
            "\"name\":\"t\",\"arguments\":{\"card\":4556737586899855.0}",
            "\"name\":\"t\",\"arguments\":{},\"other\":\"%s\"")) {
      tests.add(sends("tools/call", params, BAG, "t"));
    }
    tests.add(sends("prompts/get", "\"name\":\"p\",\"arguments\":{\"a\":\"%s\"}", BAG, "p"));
    for (String secret : SECRETS.subList(0, 6)) {
      String uri = "crm://c/" + secret;
      tests.add(sends("resources/read", "\"uri\":\"crm://c/%s\"", secret, uri));
      tests.add(
          sends(
              "completion/complete",
              "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"p\"},\"argument\":{\"name\":\"a\",\"value\":\"%s\"}",
              secret,
              null));
      tests.add(sends("tools/list", "\"cursor\":\"%s\"", secret, null));
    }
    tests.add(sends("x/" + WORD.substring(0, 3), "\"p\":\"%s\"", BAG, null));
    return tests;
  }

  /** A request that reaches the server, without what stands for {@code %s} in its params. */
  private DynamicNode sends(String method, String params, String value, @Nullable String name) {
    return dynamicTest(
        method + " " + params, () -> isSent(method, params.replace("%s", value), name));
  }

  private void isSent(String method, String params, @Nullable String name) throws IOException {
    server.answer(json(EMPTY));
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{%s,%s}}"
            .formatted(method, params, META);
    Request request = post(body).with("mcp-protocol-version", "2026-07-28");
    request = request.with("mcp-method", method);
    server.forget();
    send(name == null ? request : request.with("mcp-name", name));
    assertThat(leaks("at the server", server.seen())).isEmpty();
    assertThat(server.seen()).as(params).isNotEmpty();
  }

  /** What is refused, or stands where only the record could show it. */
  private static List<Request> refused() {
    Request call = Request.call("t", "n");
    String body = call.body();
    return List.of(
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
        post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/%s\",\"params\":{}}".formatted(WORD)),
        post(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"%s\",\"capabilities\":{\"%s\":{}},\"clientInfo\":{\"name\":\"%s\",\"version\":\"%s\"}}}"
                .formatted(WORD, WORD, SECRETS.get(5), BAG)),
        post("x".repeat(5 << 20) + BAG));
  }

  // What a server answers.

  private List<DynamicNode> answers() {
    List<DynamicNode> tests = new ArrayList<>();
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
      tests.add(dynamicTest(result, () -> isMasked(Request.call("t", "n"), result)));
    }
    tests.add(dynamicTest("a list of tools", () -> isMasked(Request.listTools(), TOOLS)));
    for (String body :
        List.of(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-1,\"message\":\"%s\",\"data\":{\"%s\":[\"%s\"]}}}",
            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-1,\"message\":\"%s\"}}",
            "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"a\":\"%s\"}}",
            "%s",
            "{\"%s",
            "[{\"a\":\"%s\"}]")) {
      for (String status : List.of("200 OK", "400 ", "500 ")) {
        String line = status.endsWith(" ") ? status + WORD : status;
        String answer = json(body.replace("%s", BAG)).replace("200 OK", line);
        tests.add(receives(status.strip() + " " + body, answer, Request.call("t", "n")));
      }
    }
    tests.add(
        receives(
            "type of an answer",
            json(EMPTY).replace("application/json", "text/" + WORD),
            Request.call("t", "n")));
    tests.add(
        receives(
            "coding of an answer",
            json(EMPTY).replace("content-type", "content-encoding: " + WORD + "\r\ncontent-type"),
            Request.call("t", "n")));
    return tests;
  }

  private void isMasked(Request request, String result) throws IOException {
    server.answer(
        json(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",%s}}"
                .formatted(result.replace("%s", BAG))));
    assertThat(received(request)).contains("[GITHUB_TOKEN]");
  }

  /** An answer that reaches the client, if it does, without what is planted in it. */
  private DynamicNode receives(String name, String answer, Request request) {
    return dynamicTest(
        name,
        () -> {
          server.answer(answer);
          received(request);
        });
  }

  private String received(Request request) throws IOException {
    String body = send(request).body();
    assertThat(leaks("at the client", body)).isEmpty();
    return body;
  }

  // With a session.

  private List<DynamicNode> session(String revision) {
    String id = "s-" + revision;
    List<DynamicNode> tests = new ArrayList<>();
    String begun =
        json("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"%s\",\"capabilities\":{\"experimental\":{\"a\":\"%s\"}},\"serverInfo\":{\"name\":\"%s\",\"version\":\"1\"},\"instructions\":\"%s\"}}"
                .formatted(revision, BAG, BAG, BAG))
            .replace("content-type", "mcp-session-id: " + id + "\r\ncontent-type");
    Request initialize = post(Request.initialize().body().replace("2025-11-25", revision));
    tests.add(receives("initialize", begun, initialize));
    Request call = in(id, revision, Request.callInSession("t", "n").body());
    tests.add(receives("events", stream(events()), call));
    String error =
        json("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":1,\"message\":\"%s\"}}".formatted(BAG))
            .replace("200 OK", "400 Bad");
    for (String answer :
        List.of(
            "\"id\":900,\"result\":{\"role\":\"assistant\",\"model\":\"%s\",\"content\":{\"type\":\"text\",\"text\":\"%s\"}}",
            "\"id\":901,\"result\":{\"action\":\"accept\",\"content\":{\"%s\":\"%s\"}}",
            "\"id\":902,\"result\":{\"roots\":[{\"uri\":\"%s\",\"name\":\"%s\"}]}",
            "\"id\":903,\"error\":{\"code\":1,\"message\":\"%s\",\"data\":\"%s\"}")) {
      String body = "{\"jsonrpc\":\"2.0\"," + answer.replace("%s", BAG) + "}";
      tests.add(dynamicTest(answer, () -> isAnswered(in(id, revision, body), error)));
    }
    String batch =
        json("[" + EMPTY.replace("[]", "[{\"type\":\"text\",\"text\":\"" + BAG + "\"}]") + "]");
    String calls = "[" + call.body().replace("\"n\"", "\"" + BAG + "\"") + "]";
    tests.add(receives("batch", batch, in(id, revision, calls)));
    Map<String, String> headers =
        Map.of(
            "mcp-session-id", id, "mcp-protocol-version", revision, "accept", "text/event-stream");
    for (String method : List.of("GET", "DELETE")) {
      Request request = new Request(method, "/sample/mcp", headers, "");
      tests.add(receives("error to a " + method, error, request));
    }
    return tests;
  }

  /** An answer of the client to a request of the server, which the server answers with an error. */
  private void isAnswered(Request answer, String error) throws IOException {
    server.answer(error);
    server.forget();
    received(answer);
    assertThat(leaks("at the server", server.seen())).isEmpty();
  }

  private static String events() {
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
    return events.toString();
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

  private Received send(Request request) throws IOException {
    tried++;
    return RawClient.send(gateway.port(), request, PATIENCE);
  }

  // Where it must not be.

  private static List<String> leaks(String where, String text) {
    return SECRETS.stream()
        .filter(text::contains)
        .map(secret -> {
          int at = text.indexOf(secret);
          int end = Math.min(text.length(), at + 50);
          return where + ": …" + text.substring(Math.max(0, at - 150), end);
        })
        .toList();
  }

  private static String json(String body) {
    return RawServer.ok("application/json", body);
  }

  private static String stream(String events) {
    return RawServer.chunked("text/event-stream", events);
  }
}
