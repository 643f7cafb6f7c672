package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.RawServer;
import io.tabellion.testing.Request;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests, answers and event streams that come in packets of one byte, and of a few, through a
 * real Envoy: what goes on and what is kept is the same as of those that come at once.
 */
@Tag("envoy")
final class StepsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<Integer> STEPS = List.of(Integer.MAX_VALUE, 1, 2, 7, 64);
  private static final String MAIL = "jane.roe@example.org";

  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: steps}
      rules:
      - {id: all, match: {}, then: allow}
      - {id: there, match: {}, mask: [{detect: [ALL], with: {replace: "[{detector}]"}}]}
      - {id: back, match: {direction: response}, mask: [{detect: [ALL], with: {replace: "[{detector}]"}}]}
      - {id: asked, match: {direction: server-request}, mask: [{detect: [ALL], with: {replace: "[{detector}]"}}]}
      """;

  private static final String RESULT =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\","
          + "\"text\":\"write to "
          + MAIL
          + " or jane\\u002eroe\\u0040example.org\"}]}}";
  private static final String EVENTS =
      "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":\""
          + MAIL
          + "\"}}\n\ndata: "
          + RESULT
          + "\n\n";

  @TempDir private Path folder;

  @Test
  void whatGoesOnAndWhatIsKeptIsTheSame() throws Exception {
    Path log;
    try (RawServer server = new RawServer();
        Gateway gateway = new Gateway(folder, server.port(), setup -> setup.withPolicy(POLICY))) {
      log = gateway.setup().log();
      assertSame(
          gateway.port(),
          server,
          "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
              .formatted(RESULT.length(), RESULT));
      assertSame(
          gateway.port(),
          server,
          "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
              .formatted(EVENTS.length(), EVENTS));
    }
    assertKept(log);
  }

  private static void assertSame(int port, RawServer server, String answer) throws IOException {
    server.answer(answer);
    String expected = "";
    for (int step : STEPS) {
      server.forget();
      server.step(step);
      Received received =
          RawClient.sendBy(step, port, Request.call("echo", "of " + MAIL), PATIENCE);
      String all = received.status() + received.body() + "\n" + server.seen();
      assertThat(all).contains("[EMAIL]").doesNotContain(MAIL, "jane");
      expected = expected.isEmpty() ? all : expected;
      assertThat(all).as("%d bytes at a time", step).isEqualTo(expected);
    }
  }

  /** The contents of one call are those of each other. */
  private static void assertKept(Path log) {
    List<String> contents =
        Trail.read(log).stream()
            .filter(entry -> entry.content() != null && !entry.kind().equals("policy.loaded"))
            .map(entry -> entry.kind() + entry.text("body_digest") + entry.content())
            .toList();
    assertThat(contents).hasSize(2 * STEPS.size() + 3 * STEPS.size());
    assertThat(contents.stream().distinct()).hasSize(4);
    assertThat(contents).allSatisfy(content -> assertThat(content).doesNotContain(MAIL, "jane"));
  }
}
