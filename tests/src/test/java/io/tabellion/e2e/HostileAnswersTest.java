package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.RawServer;
import io.tabellion.testing.Request;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Answers of an MCP server that would slip something past the line, through a real Envoy: none of
 * it reaches the client (P2, P3), and each call has one intent and one outcome.
 */
@Tag("envoy")
final class HostileAnswersTest extends RawAnswers {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What must not come through. */
  private static final String LEAK = "LEAK";

  private static final String RESULT =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",\"content\":[]}}";
  private static final String LEAKING =
      RESULT.replace("[]", "[{\"type\":\"text\",\"text\":\"LEAK\"}]");

  @TestFactory
  Stream<DynamicTest> nothingSlipsThroughAndAllIsRecorded() {
    Map<String, String> hostile = hostile();
    return Stream.of(
            hostile.entrySet().stream()
                .map(answer ->
                    dynamicTest(answer.getKey(), () -> nothingComesThrough(answer.getValue()))),
            Stream.of(
                dynamicTest("an honest answer comes through", this::anHonestAnswerComesThrough),
                dynamicTest(
                    "each call has one intent and one outcome",
                    () -> eachIsRecorded(1 + hostile.size()))))
        .flatMap(tests -> tests);
  }

  private void nothingComesThrough(String answer) throws IOException {
    server.answer(answer);
    Received received = call();
    assertThat(received.head() + received.body()).doesNotContain(LEAK);
    assertThat(received.status()).isGreaterThanOrEqualTo(200);
  }

  private void anHonestAnswerComesThrough() throws IOException {
    server.answer(json(RESULT));
    assertThat(call().body()).isEqualTo(RESULT);
  }

  private void eachIsRecorded(int calls) {
    gateway.close();
    assertThat(server.requests()).isEqualTo(calls);
    assertRecorded(Trail.read(gateway.setup().log()), calls);
  }

  private Received call() throws IOException {
    return RawClient.send(gateway.port(), Request.call("echo", "n1x1"), PATIENCE);
  }

  private static void assertRecorded(List<Trail.Entry> trail, int calls) {
    List<String> intents =
        trail.stream()
            .filter(e -> e.kind().equals("call.intent") && e.text("decision").equals("allowed"))
            .map(Trail.Entry::id)
            .toList();
    List<String> outcomes =
        trail.stream()
            .filter(e -> e.kind().equals("call.outcome"))
            .map(e -> e.text("intent"))
            .toList();
    assertThat(intents).hasSize(calls);
    assertThat(outcomes).containsExactlyInAnyOrderElementsOf(intents);
  }

  private static Map<String, String> hostile() {
    Map<String, String> hostile = new LinkedHashMap<>();
    heads(hostile);
    bodies(hostile);
    events(hostile);
    return hostile;
  }

  private static void heads(Map<String, String> hostile) {
    hostile.put("switch of protocols", "HTTP/1.1 101 X\r\nupgrade: LEAK\r\n\r\nLEAK");
    hostile.put("hint", "HTTP/1.1 103 X\r\nlink: LEAK\r\n\r\n" + json(RESULT));
    hostile.put("no content", "HTTP/1.1 204 X\r\ncontent-length: 4\r\n\r\nLEAK");
    hostile.put("redirect", "HTTP/1.1 307 X\r\nlocation: LEAK\r\ncontent-length: 0\r\n\r\n");
    hostile.put("not modified", "HTTP/1.1 304 X\r\netag: LEAK\r\n\r\n");
    hostile.put("cookie", RawServer.ok("application/json\r\nset-cookie: LEAK", RESULT));
    hostile.put("header", RawServer.ok("application/json\r\nx-other: LEAK", RESULT));
    hostile.put("session", RawServer.ok("application/json\r\nmcp-session-id: LEAK", RESULT));
    hostile.put("two lengths", RawServer.ok("application/json\r\ncontent-length: 3", LEAKING));
    hostile.put(
        "both lengths", RawServer.ok("application/json\r\ntransfer-encoding: chunked", LEAKING));
    hostile.put("cut", json(LEAKING).replace("content-length: ", "content-length: 9"));
  }

  private static void bodies(Map<String, String> hostile) {
    hostile.put("page", RawServer.ok("text/html", LEAK));
    hostile.put("two types", RawServer.ok("application/json\r\ncontent-type: text/html", LEAKING));
    hostile.put("other charset", RawServer.ok("application/json; charset=utf-16", LEAKING));
    hostile.put("encoded", RawServer.ok("application/json\r\ncontent-encoding: br", LEAKING));
    hostile.put("other id", json(LEAKING.replace(":1", ":2")));
    hostile.put("id of another type", json(LEAKING.replace(":1", ":\"1\"")));
    hostile.put("twice", json(LEAKING.replace("\"result\":", "\"result\":{},\"result\":")));
    hostile.put("nearly twice", json(LEAKING.replace("\"result\":", "\"Result\":{},\"result\":")));
    hostile.put("something behind", json(RESULT + LEAKING));
    hostile.put("batch", json("[" + RESULT + "," + LEAKING.replace(":1", ":2") + "]"));
    hostile.put("mark and a wrong id", json("\u00ef\u00bb\u00bf" + LEAKING.replace(":1", ":2")));
    hostile.put("null and a result twice", json(LEAKING.replace("{\"j", "{\"result\":null,\"j")));
    hostile.put(
        "trailers",
        RawServer.chunked("application/json", RESULT).replace("0\r\n", "0\r\nx: LEAK\r\n"));
  }

  private static void events(Map<String, String> hostile) {
    hostile.put("comment", stream(": LEAK\n\n" + event(RESULT)));
    hostile.put("field", stream("other: LEAK\n" + event(RESULT)));
    hostile.put("name", stream("event: LEAK\n" + event(LEAKING) + event(RESULT)));
    hostile.put("name alone", stream("event: LEAK\n\n" + event(RESULT)));
    hostile.put("id with NUL", stream("id: \0LEAK\n" + event(RESULT)));
    hostile.put("long id", stream("id: " + LEAK.repeat(100) + "\n" + event(RESULT)));
    hostile.put("unreadable", stream("data: LEAK\n\n" + event(RESULT)));
    hostile.put("second answer", stream(event(RESULT) + event(LEAKING)));
    hostile.put("answer of another", stream(event(LEAKING.replace(":1", ":2")) + event(RESULT)));
    hostile.put("request", stream(event(request()) + event(RESULT)));
    hostile.put("stream with an error", stream(event(LEAKING)).replace("200", "500"));
    hostile.put("cut event", stream("data: " + LEAKING.substring(1)));
  }

  /** What a stateless server may not ask. */
  private static String request() {
    return "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"elicitation/create\",\"params\":{\"message\":\"LEAK\"}}";
  }

  private static String json(String body) {
    return RawServer.ok("application/json", body);
  }

  private static String event(String data) {
    return "data: " + data + "\n\n";
  }

  private static String stream(String events) {
    return RawServer.chunked("text/event-stream", events);
  }
}
