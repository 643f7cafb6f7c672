package io.tabellion.extproc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.HeapDump;
import io.tabellion.testing.LineFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a heap dump holds once the calls have ended. Planted values stand here backwards, so that
 * the test itself does not hold them; each test has its own.
 */
@Tag("unit")
final class HeapTest {
  private static final String MASKED = "dilavni.elpmaxe@21-4-kaelpaeh.eoj";
  private static final String CUT = "dilavni.elpmaxe@61-7-kaelpaeh-yrram";
  private static final String KEPT = "dilavni.elpmaxe@31-5-lanigiro.eoj";

  /** A thread whose call has ended may hold a value for a moment; what is kept stays in all. */
  private static final int DUMPS = 5;

  @TempDir Path folder;

  private static String value(String backwards) {
    return new StringBuilder(backwards).reverse().toString();
  }

  @Test
  void holdsNoOriginalAfterTheCallsEnded() throws Exception {
    try (LineFixture line = new LineFixture()) {
      MaskRule tokens =
          new MaskRule("t", null, Set.of("EMAIL"), 0.5, Map.of(), new Operator.Token(), Where.BOTH);
      line.mask(Masking.baseline(), _ -> new Masking(List.of(tokens)));
      calls(line, MASKED);
      assertThat(isGone(MASKED)).isTrue();
    }
  }

  @Test
  void holdsTheOriginalWhereTheLogDoes() throws Exception {
    try (LineFixture line = new LineFixture()) {
      calls(line, KEPT);
      assertThat(dumpHolds(KEPT)).isTrue();
    }
  }

  /** Of a value that is cut over events the rest is masked, and nobody holds it for later. */
  @Test
  void holdsNoRestOfAValueThatMayBeDeliveredAgain() throws Exception {
    int cut = 6;
    try (LineFixture line = new LineFixture()) {
      MaskRule all =
          new MaskRule(
              "a", null, Set.of("EMAIL"), 0.5, Map.of(), Operator.Replace.NAMED, Where.BOTH);
      line.mask(Masking.baseline(), _ -> new Masking(List.of(all)));
      initialize(line);
      Stream events =
          line.envoy().open().post("mcp-session-id", "s-1").requestBody(call("find", "x"), true);
      events.forwarded();
      events.answerHead(200, false, "content-type", "text/event-stream").answered();
      events.answerBody("id: 1\ndata: " + log(value(CUT).substring(0, cut)) + "\n\n", false);
      assertThat(events.piece()).contains(value(CUT).substring(0, cut));
      events.answerBody("id: 2\ndata: " + log(value(CUT).substring(cut)) + "\n\n", false);
      assertThat(events.piece()).contains("[EMAIL]");
      events.answerBody("data: " + answer("x") + "\n\n", true);
      assertThat(events.rest()).contains("result");
      assertThat(events.halfClose().closed().isOk()).isTrue();
      line.entries(8);
      assertThat(isGone(CUT.substring(0, CUT.length() - cut))).isTrue();
    }
  }

  private static void initialize(LineFixture line) {
    Stream begin = line.envoy().open().post();
    begin.initialized("s-1", "2025-11-25");
    assertThat(begin.halfClose().closed().isOk()).isTrue();
  }

  private static String log(String text) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":"
        + "\"info\",\"data\":\""
        + text
        + "\"}}";
  }

  /** One call answered as JSON, one by events, one refused. */
  private static void calls(LineFixture line, String backwards) throws Exception {
    String value = value(backwards);
    Stream json =
        line.envoy().open().post("user-agent", value).requestBody(call("find", value), true);
    json.forwarded();
    assertThat(EnvoyPeer.bodyOf(json.answerJson(answer(value)).answered()).toStringUtf8())
        .contains("result");
    assertThat(json.halfClose().closed().isOk()).isTrue();
    Stream events = line.sent(call("find", value));
    events.answerHead(200, false, "content-type", "text/event-stream").answered();
    events.answerBody("data: " + answer(value) + "\n\n", true);
    assertThat(events.rest()).contains("result");
    assertThat(events.halfClose().closed().isOk()).isTrue();
    line.envoy().open().post().requestBody(call("delete", value), true).immediate();
    line.entries(6);
  }

  private static String call(String tool, String value) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\""
        + tool
        + "\",\"arguments\":{\"to\":\""
        + value
        + "\"}}}";
  }

  private static String answer(String value) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"by "
        + value
        + "\"}]}}";
  }

  /** Whether a dump is without it: the first, or one of the next, as threads end their work. */
  private boolean isGone(String backwards) throws IOException {
    for (int i = 0; i < DUMPS; i++) {
      if (!dumpHolds(backwards)) {
        return true;
      }
    }
    return false;
  }

  private boolean dumpHolds(String backwards) throws IOException {
    try (HeapDump dump = new HeapDump(folder)) {
      return dump.holds(value(backwards).getBytes(ISO_8859_1));
    }
  }
}
