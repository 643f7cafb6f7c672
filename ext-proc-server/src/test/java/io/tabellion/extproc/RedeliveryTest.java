package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.audit.Fact;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import io.tabellion.session.SessionOwners.Owned;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Events that a server sends again on another stream of the session. */
@Tag("unit")
final class RedeliveryTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"pay\"}}";
  private static final MaskRule CARDS =
      new MaskRule(
          "cards", null, Set.of("CREDIT_CARD"), 0.5, Map.of(), Operator.Replace.NAMED, Where.BOTH);

  private final Map<String, Owned> past = new ConcurrentHashMap<>();
  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line =
        new LineFixture(
            Limits.DEFAULTS,
            IdentitySettings.ANONYMOUS,
            (_, session) -> Optional.ofNullable(past.get(session)));
    line.mask(Masking.baseline(), _ -> new Masking(List.of(CARDS)));
  }

  @AfterEach
  void end() {
    line.close();
  }

  private void initialize() {
    line.envoy().open().post().initialized("s-1", "2025-11-25");
  }

  /** A call whose answer begins as a stream. */
  private Stream call() {
    Stream stream =
        line.envoy()
            .open()
            .post("mcp-session-id", "s-1", "mcp-protocol-version", "2025-11-25")
            .requestBody(CALL, true);
    stream.forwarded();
    stream.answerHead(200, false, "content-type", "text/event-stream").answered();
    return stream;
  }

  private Stream resume(String id) {
    return listen("mcp-session-id", "s-1", "last-event-id", id);
  }

  private Stream listen(String... headers) {
    Stream stream = line.envoy().open().requestHead("GET", true, headers);
    stream.forwarded();
    stream.answerHead(200, false, "content-type", "text/event-stream").answered();
    return stream;
  }

  private static String log(String id, String text) {
    return (id.isEmpty() ? "" : "id: " + id + "\n")
        + "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":"
        + "{\"level\":\"info\",\"data\":\""
        + text
        + "\"}}\n\n";
  }

  private static String answer(String id, String text) {
    return "id: "
        + id
        + "\ndata: {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\","
        + "\"text\":\""
        + text
        + "\"}]}}\n\n";
  }

  /** What goes on of one event. */
  private static String sent(Stream stream, String event) {
    stream.answerBody(event, false);
    return stream.piece();
  }

  @Test
  void theRestOfAValueIsMaskedAlsoWithoutWhatWentBefore() throws Exception {
    initialize();
    Stream first = call();
    assertThat(sent(first, log("1", "card 4556 7375"))).isEqualTo(log("1", "card 4556 7375"));
    assertThat(sent(first, log("2", " 8689 9855 ok"))).isEqualTo(log("2", "[CREDIT_CARD] ok"));
    first.cancel();
    line.entries(7); // with the end of the first stream
    Stream resumed = resume("1");
    assertThat(sent(resumed, log("2", " 8689 9855 ok"))).isEqualTo(log("2", "[CREDIT_CARD] ok"));
    int last = line.entries(10).size() - 1;
    assertThat(line.fact(last, Fact.MASKED))
        .isEqualTo("[CREDIT_CARD both 1 /params/data, CREDIT_CARD split 1 /params/data]");
    assertThat(line.content(last)).doesNotContain("8689");
    resumed.cancel();
  }

  @Test
  void otherIdsOtherStreamsAndAnotherOrderShowNoMore() {
    initialize();
    Stream first = call();
    sent(first, log("1", "card 45567"));
    sent(first, log("1", "37586"));
    assertThat(sent(first, log("2", "899855 ok"))).isEqualTo(log("2", "[CREDIT_CARD] ok"));
    Stream second = call();
    for (Stream stream :
        List.of(second, resume("1"), resume("0"), listen("mcp-session-id", "s-1"))) {
      assertThat(sent(stream, log("77", "899855 ok"))).isEqualTo(log("77", "[CREDIT_CARD] ok"));
      assertThat(sent(stream, log("", "37586"))).isEqualTo(log("", "37586"));
      assertThat(sent(stream, log("", "899855 ok"))).isEqualTo(log("", "[CREDIT_CARD] ok"));
      stream.cancel();
    }
    first.cancel();
  }

  @Test
  void anAnswerThatWasMaskedSoIsDeliveredAgainAsItWas() throws Exception {
    initialize();
    Stream first = call();
    sent(first, log("1", "card 4556 7375"));
    String released = sent(first, answer("2", " 8689 9855 ok"));
    assertThat(released).isEqualTo(answer("2", "[CREDIT_CARD] ok"));
    first.answerBody("", true).rest();
    Stream resumed = resume("1");
    assertThat(sent(resumed, answer("2", " 8689 9855 ok"))).isEqualTo(released);
    resumed.cancel();
  }

  @Test
  void afterARestartWhatCouldBeTheRestIsMasked() throws Exception {
    initialize();
    String owner = line.fact(0, Fact.OWNER);
    past.put(line.hash.of("session", "s-0"), new Owned(String.valueOf(owner), "2025-11-25", "c/1"));
    Stream resumed = listen("mcp-session-id", "s-0", "last-event-id", "1");
    assertThat(sent(resumed, log("2", " 8689 9855 ok"))).isEqualTo(log("2", "[CUT] ok"));
    assertThat(sent(resumed, log("3", "12 more"))).isEqualTo(log("3", "12 more"));
    int last = line.entries(6).size() - 2;
    assertThat(line.fact(last, Fact.MASKED))
        .isEqualTo("[CUT both 1 /params/data, CUT split 1 /params/data]");
    assertThat(line.content(last)).doesNotContain("8689");
    resumed.cancel();
  }

  /** SEP-1699: nothing went before the answer on the stream that is resumed. */
  @Test
  void anAnswerOnAResumedStreamThatWasOnlyPrimedIsWhole() {
    initialize();
    Stream primed = call();
    primed.answerBody("id: 1\nretry: 500\ndata:\n\n", true);
    primed.rest();
    Stream resumed = resume("1");
    assertThat(sent(resumed, answer("2", "12 rows"))).isEqualTo(answer("2", "12 rows"));
    resumed.cancel();
  }
}
