package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.RawServer;
import io.tabellion.testing.Request;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Requests, answers and event streams that come in packets of one byte, and of a few, through a
 * real Envoy: what goes on and what is kept is the same as of those that come at once.
 */
@Tag("envoy")
final class StepsTest extends RawAnswers {
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

  /** What came of each answer at the first time, by its name. */
  private final Map<String, String> firsts = new HashMap<>();

  @Override
  TabellionServer.Setup setup(TabellionServer.Setup usual) {
    return usual.withPolicy(POLICY);
  }

  @TestFactory
  Stream<DynamicTest> whatGoesOnAndWhatIsKeptIsTheSame() {
    String result = RawServer.ok("application/json", RESULT);
    String events = RawServer.chunked("text/event-stream", EVENTS);
    return Stream.of(
            steps("a result", result),
            steps("events", events),
            Stream.of(dynamicTest("what is kept is the same", this::whatIsKeptIsTheSame)))
        .flatMap(tests -> tests);
  }

  private Stream<DynamicTest> steps(String name, String answer) {
    return STEPS.stream()
        .map(step ->
            dynamicTest(
                name
                    + (step == Integer.MAX_VALUE
                        ? ", all at once"
                        : ", %d bytes at a time".formatted(step)),
                () -> isAsTheFirst(name, answer, step)));
  }

  private void isAsTheFirst(String name, String answer, int step) throws IOException {
    server.answer(answer);
    server.forget();
    server.step(step);
    Received received =
        RawClient.sendBy(step, gateway.port(), Request.call("echo", "of " + MAIL), PATIENCE);
    String all = received.status() + received.body() + "\n" + server.seen();
    assertThat(all).contains("[EMAIL]").doesNotContain(MAIL, "jane");
    assertThat(all).isEqualTo(firsts.computeIfAbsent(name, _ -> all));
  }

  private void whatIsKeptIsTheSame() {
    gateway.close();
    assertKept(gateway.setup().log());
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
