package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.tabellion.audit.Fact;
import io.tabellion.audit.StoredEntry;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.metrics.Counter;
import io.tabellion.session.SessionOwners;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers event by event. */
@Tag("unit")
final class EventStreamsTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}";
  private static final String RESULT = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[]}}";
  private static final String PROGRESS =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\","
          + "\"params\":{\"progressToken\":1,\"progress\":1}}";
  private static final String SAMPLING =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"sampling/createMessage\",\"params\":{}}";

  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture();
  }

  @AfterEach
  void end() {
    line.close();
  }

  private static String event(String data) {
    return "data: " + data + "\n\n";
  }

  private Stream called() {
    return line.sent(CALL).answerHead(200, false, "content-type", "text/event-stream");
  }

  @Test
  void eventsAreReleasedOneByOne() throws Exception {
    Stream stream = called();
    ProcessingResponse head = stream.answered();
    assertThat(head.getResponseHeaders().getResponse().hasBodyMutation()).isFalse();
    stream.answerBody(event(PROGRESS), false);
    assertThat(stream.piece()).isEqualTo(event(PROGRESS));
    stream.answerBody(event(RESULT), false);
    assertThat(stream.piece()).isEqualTo(event(RESULT));
    stream.answerBody(ByteString.EMPTY, true);
    assertThat(stream.rest()).isEmpty();
    assertThat(line.kinds(5))
        .containsExactly(
            "call.intent", "stream.open", "stream.event", "stream.event", "call.outcome");
    assertThat(line.fact(2, Fact.METHOD)).isEqualTo("notifications/progress");
    assertThat(line.fact(3, Fact.OUTCOME)).isEqualTo("ok");
    assertThat(line.fact(3, Fact.TOOL)).isEqualTo("echo");
    assertThat(line.fact(3, Fact.EVENT)).isEqualTo("2");
    assertThat(line.content(3)).isEqualTo(RESULT);
    assertThat(line.fact(4, Fact.OUTCOME)).isEqualTo("ok");
    String intent = line.entries(5).getFirst().leaf().id().toString();
    for (int i = 1; i < 5; i++) {
      assertThat(line.fact(i, Fact.INTENT)).isEqualTo(intent);
    }
    assertThat(stream.halfClose().closed().isOk()).isTrue();
  }

  @Test
  void everySplitGivesTheSameEvents() {
    String body =
        ": hi\r\n\r\nid: 1\r\nevent: message\r\n" + event(PROGRESS) + "\r" + event(RESULT);
    ByteString bytes = ByteString.copyFromUtf8(body);
    List<String> seen = new ArrayList<>();
    for (int split = 0; split <= bytes.size(); split++) {
      Stream stream =
          called()
              .answerBody(bytes.substring(0, split), false)
              .answerBody(bytes.substring(split), false)
              .answerBody(ByteString.EMPTY, true);
      stream.answered();
      seen.add(stream.rest());
    }
    assertThat(seen).containsOnly(seen.getFirst());
    assertThat(seen.getFirst())
        .isEqualTo(":\nevent: message\nid: 1\n" + event(PROGRESS) + event(RESULT));
  }

  @Test
  void headWaitsForTheOpeningAndEventsForTheirEntries() throws Exception {
    var gates = List.of(new CountDownLatch(1), new CountDownLatch(1));
    var reached = List.of(new CountDownLatch(1), new CountDownLatch(1));
    Stream stream = line.sent(CALL);
    var step = new java.util.concurrent.atomic.AtomicInteger();
    line.log.beforeAppend(() -> {
      int now = step.getAndIncrement();
      if (now < gates.size()) {
        reached.get(now).countDown();
        await(gates.get(now));
      }
    });
    stream
        .answerHead(200, false, "content-type", "text/event-stream")
        .answerBody(event(RESULT), false);
    await(reached.get(0));
    assertThat(stream.silent()).isTrue();
    gates.get(0).countDown();
    stream.answered();
    await(reached.get(1));
    assertThat(stream.silent()).isTrue();
    gates.get(1).countDown();
    assertThat(stream.piece()).isEqualTo(event(RESULT));
    stream.cancel();
  }

  @Test
  void eventsOfOneChunkShareAGroup() throws Exception {
    Stream stream = called();
    stream.answered();
    var groups = new java.util.concurrent.atomic.AtomicInteger();
    line.log.beforeAppend(groups::incrementAndGet);
    stream.answerBody(event(PROGRESS) + event(PROGRESS) + event(RESULT), true);
    assertThat(stream.rest()).isEqualTo(event(PROGRESS) + event(PROGRESS) + event(RESULT));
    assertThat(line.kinds(6)).hasSize(6);
    assertThat(groups).hasValue(1);
  }

  @Test
  void requestOfTheServerIsDroppedUnlessThePolicyAllowsIt() throws Exception {
    Stream stream = called().answerBody(event(SAMPLING) + event(RESULT), true);
    stream.answered();
    assertThat(stream.rest()).isEqualTo(":\n" + event(RESULT));
    assertThat(line.fact(2, Fact.DECISION)).isEqualTo("dropped");
    assertThat(line.fact(2, Fact.METHOD)).isEqualTo("sampling/createMessage");
    assertThat(line.content(2)).isEqualTo(SAMPLING);
    assertThat(line.metrics.get(Counter.DROPPED)).isEqualTo(1);
  }

  @Test
  void answerToAnotherQuestionIsDroppedAndASecondAnswerToo() throws Exception {
    String other = RESULT.replace("7", "8");
    Stream stream = called().answerBody(event(other) + event(RESULT) + event(RESULT), true);
    stream.answered();
    assertThat(stream.rest()).isEqualTo(":\n" + event(RESULT) + ":\n");
    assertThat(line.fact(2, Fact.REASON)).isEqualTo("unknown-id");
    assertThat(line.fact(4, Fact.REASON)).isEqualTo("unknown-id");
  }

  @Test
  void unreadableEventIsDroppedAndTheAnswerBehindItGoesOn() throws Exception {
    Stream stream = called().answerBody(event("{\"secret\"") + event(RESULT), true);
    stream.answered();
    assertThat(stream.rest()).isEqualTo(":\n" + event(RESULT));
    assertThat(line.fact(2, Fact.DECISION)).isEqualTo("dropped");
    assertThat(line.fact(2, Fact.REASON)).isEqualTo("unreadable");
    assertThat(line.fact(2, Fact.DETAIL)).isEqualTo("at byte 9 (expected: a colon)");
    assertThat(line.content(2)).isNull();
    assertThat(line.fact(2, Fact.BODY_DIGEST)).hasSize(64);
    assertThat(line.fact(4, Fact.OUTCOME)).isEqualTo("ok");
    assertThat(line.fact(4, Fact.EXECUTED)).isEqualTo("yes");
  }

  /** The answer may have been in it, so who waits is told when nothing more can come. */
  @Test
  void whoWaitsForWhatCouldNotBeReadIsToldAtTheEnd() throws Exception {
    Stream stream = called();
    stream.answered();
    stream.answerBody(event("{\"secret\""), false);
    assertThat(stream.piece()).isEqualTo(":\n");
    stream.answerBody(ByteString.EMPTY, true);
    assertThat(stream.rest())
        .contains("Nobody can say whether the tool was executed", "\"id\":7", "a colon")
        .doesNotContain("secret");
    assertThat(line.fact(3, Fact.DECISION)).isEqualTo("withheld");
    assertThat(line.fact(4, Fact.OUTCOME)).isEqualTo("withheld");
    assertThat(line.fact(4, Fact.EXECUTED)).isEqualTo("unknown");
  }

  /** The answer may come on a stream that the client resumes, so nobody answers in its place. */
  @ParameterizedTest
  @ValueSource(strings = {"ping", "[DONE]", "null", "{}", "\"keep-alive\""})
  void endBehindWhatIsNoMessageIsAnEnd(String data) throws Exception {
    Stream stream = called().answerBody("id: 1\n" + event(data), true);
    stream.answered();
    assertThat(stream.rest()).isEqualTo(":\n");
    assertThat(line.fact(3, Fact.OUTCOME)).isEqualTo("not_released");
    assertThat(line.fact(3, Fact.EXECUTED)).isEqualTo("unknown");
  }

  @Test
  void typeOfAStreamThatIsMendedIsListed() throws Exception {
    Stream stream = line.sent(CALL);
    stream.answerHead(200, false, "content-type", "text/event-stream; charset=UTF8");
    stream.answered();
    assertThat(line.fact(1, Fact.REPAIRED)).isEqualTo("[content-type /content-type]");
    stream.cancel();
  }

  /** What servers, proxies and libraries send between the messages of MCP. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"jsonrpc\":\"2.0\",\"method\":7}\n\n",
        "data: ping\n\n",
        "data: [DONE]\n\n",
        "data: null\n\n",
        "data: {}\n\n",
        "data: []\n\n",
        "data: {\"type\":\"heartbeat\"}\n\n",
        "data:\n\n",
        "data\n\n",
        "event: ping\ndata: {}\n\n",
        "event: endpoint\ndata: /messages?id=1\n\n",
        "event: message\ndata: x\n\n",
        ": keep-alive\n\n",
        ":\r\n\r\n",
        "retry: 3000\n\n",
        "id: 1\ndata: \n\n",
        "data: {\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1,\"message\":\"m\"}}\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"id\":8,\"result\":{}}\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{},\"result\":{}}\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"id\":7}\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\",\"params\":{\"a\":1,\"a\":2}}\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\",\"params\":7}\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":null}\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"notifications/x\"}\n\n",
        "data: [{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"},{}]\n\n"
      })
  void whatIsOddDoesNotTakeTheAnswerBehindIt(String odd) throws Exception {
    Stream stream = called().answerBody(odd + event(RESULT), true);
    stream.answered();
    assertThat(stream.rest()).endsWith(event(RESULT)).doesNotContain("[DONE]", "heartbeat");
    List<StoredEntry> entries = line.entries(4);
    assertThat(entries.getLast().leaf().facts().text(Fact.OUTCOME)).isEqualTo("ok");
    assertThat(entries.getLast().leaf().facts().text(Fact.EXECUTED)).isEqualTo("yes");
  }

  @Test
  void notificationWithoutItsNullGoesOn() throws Exception {
    Stream stream =
        called()
            .answerBody(
                event(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":null}")
                    + event(RESULT),
                true);
    stream.answered();
    assertThat(stream.rest())
        .isEqualTo(
            event("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}")
                + event(RESULT));
    assertThat(line.fact(2, Fact.REPAIRED)).isEqualTo("[null-member /params]");
    assertThat(line.fact(3, Fact.REPAIRED)).isNull();
  }

  @Test
  void answerInAnEventIsMended() throws Exception {
    String odd =
        "{\"jsonrpc\":\"2.0\",\"id\":7.0,\"result\":{\"content\":[],\"t\":\"\\ud83d\"},\"error\":null,\"x\":1}";
    Stream stream = called().answerBody(event("[" + odd + "]"), true);
    stream.answered();
    assertThat(stream.rest()).isEqualTo(event(RESULT.replace("[]", "[],\"t\":\"\ufffd\"")));
    assertThat(line.fact(2, Fact.REPAIRED))
        .isEqualTo(
            "[lone-surrogate /result/t, unknown-member /x, integer /id, null-member /error, batch-of-one]");
  }

  @Test
  void eventOfAnotherNameIsDroppedAndAnswersNothing() throws Exception {
    String named = "event: endpoint\ndata: " + RESULT + "\n\nevent: ping\ndata: now\n\n";
    Stream stream = called().answerBody(named + event(RESULT), true);
    stream.answered();
    assertThat(stream.rest()).isEqualTo(":\n:\n" + event(RESULT));
    assertThat(line.fact(2, Fact.DECISION)).isEqualTo("dropped");
    assertThat(line.fact(2, Fact.REASON)).isEqualTo("event-name");
    assertThat(line.content(2)).isEqualTo(RESULT);
    assertThat(line.fact(3, Fact.REASON)).isEqualTo("event-name");
    assertThat(line.fact(3, Fact.BODY_DIGEST)).hasSize(64);
    assertThat(line.fact(5, Fact.OUTCOME)).isEqualTo("ok");
  }

  @Test
  void nameWithoutDataDoesNotGoOn() throws Exception {
    String named = "event: unrecorded\n\nevent: unrecorded\nid: 1\n\n";
    Stream stream = called().answerBody(named + event(RESULT), true);
    stream.answered();
    assertThat(stream.rest()).isEqualTo(":\nid: 1\n\n" + event(RESULT));
    assertThat(line.fact(2, Fact.EVENT_ID)).isEqualTo("1");
  }

  @Test
  void eventWithoutItsBlankLineIsJudgedToo() {
    Stream stream = called().answerBody("data: " + RESULT, true);
    stream.answered();
    assertThat(stream.rest()).isEqualTo(event(RESULT));
  }

  @Test
  void trailersAreDroppedAndTheEndWaits() throws Exception {
    Stream stream = called().answerBody(event(RESULT), false).answerTrailers();
    stream.answered();
    StringBuilder body = new StringBuilder();
    ProcessingResponse reply = stream.reply();
    while (reply.hasResponseBody()) {
      body.append(io.tabellion.testing.EnvoyPeer.bodyOf(reply).toStringUtf8());
      reply = stream.reply();
    }
    assertThat(body).hasToString(event(RESULT));
    assertThat(reply.getResponseTrailers().getHeaderMutation().getRemoveHeadersList())
        .containsExactly("x-checksum");
    assertThat(line.kinds(4).getLast()).isEqualTo("call.outcome");
  }

  @Test
  void endWithoutAnAnswerIsRecordedSo() throws Exception {
    Stream stream = called().answerBody("id: 1\ndata:\n\n", true);
    stream.answered();
    assertThat(stream.rest()).isEqualTo("id: 1\ndata: \n\n");
    assertThat(line.fact(3, Fact.OUTCOME)).isEqualTo("not_released");
    assertThat(line.fact(3, Fact.EXECUTED)).isEqualTo("unknown");
    assertThat(line.fact(2, Fact.EVENT_ID)).isEqualTo("1");
  }

  @Test
  void tooLargeEventEndsTheStreamWithAWord() throws Exception {
    var limits = new Limits(1024, 1024, 1024, 1 << 20, Duration.ofSeconds(30));
    try (var small = new LineFixture(limits, IdentitySettings.ANONYMOUS, SessionOwners.NONE)) {
      Stream stream = small.envoy().open().post().requestBody(CALL, true);
      stream.forwarded();
      stream
          .answerHead(200, false, "content-type", "text/event-stream")
          .answerBody(event(PROGRESS), false)
          .answerBody("data: " + "x".repeat(1100), false);
      stream.answered();
      assertThat(stream.rest()).startsWith(event(PROGRESS)).contains("WAS executed", "1024");
      assertThat(small.fact(3, Fact.REASON)).isEqualTo("too-large");
      assertThat(small.kinds(5).getLast()).isEqualTo("call.outcome");
    }
  }

  @Test
  void manyEventsArriveInOrderWithBoundedMemory() throws Exception {
    Stream stream = called();
    stream.answered();
    StringBuilder sent = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      String event = event(PROGRESS.replace("\"progress\":1", "\"progress\":" + i));
      sent.append(event);
      stream.answerBody(event, i == 1999);
    }
    assertThat(stream.rest()).isEqualTo(sent.toString());
    assertThat(line.kinds(2003)).hasSize(2003);
  }

  @Test
  void logThatFailsInMidStreamEndsItWithAWord() throws Exception {
    Stream stream = called();
    stream.answered();
    stream.answerBody(event(PROGRESS), false);
    stream.piece();
    line.log.fail();
    stream.answerBody(event(RESULT), false);
    assertThat(stream.rest()).contains("WAS executed").doesNotContain(RESULT);
  }

  @Test
  void clientThatGoesAwayLeavesAnOutcome() throws Exception {
    Stream stream = called();
    stream.answered();
    stream.answerBody(event(PROGRESS), false);
    stream.piece();
    stream.cancel();
    assertThat(line.kinds(4).getLast()).isEqualTo("call.outcome");
    assertThat(line.fact(3, Fact.OUTCOME)).isEqualTo("not_released");
    assertThat(line.fact(3, Fact.DETAIL)).isEqualTo("cancelled");
  }

  @Test
  void clientThatGoesAwayWithItsAnswerHasIt() throws Exception {
    Stream stream = called();
    stream.answered();
    stream.answerBody(event(RESULT), false);
    stream.piece();
    stream.cancel();
    assertThat(line.fact(3, Fact.OUTCOME)).isEqualTo("ok");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
