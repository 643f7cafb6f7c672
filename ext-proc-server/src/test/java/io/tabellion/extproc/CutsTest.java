package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Fact;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.StoredEntry;
import io.tabellion.mask.MaskSettings;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.MaskRule.Where;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Bodies with something to mask in them, in two chunks that are cut at each byte: what goes on and
 * what is kept is the same, wherever the cut is.
 */
@Tag("unit")
final class CutsTest {
  private static final String MAIL = "jane.doe@example.com";
  private static final String TOKEN = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a";

  /** With characters of several bytes, escapes, JSON in a text, and a blob. */
  private static final String SECRETS =
      "\"“%s” é\\u0040 jane\\u002edoe\\u0040example.com 😀 {\\\"k\\\":\\\"%s\\\"}\",\"{\\\"k\\\":\\\"%s\\\"}\""
          .formatted(MAIL, TOKEN, TOKEN);

  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"find\","
          + "\"arguments\":{\"q\":["
          + SECRETS
          + "]}}}";
  private static final String PLAIN =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"find\"}}";
  private static final String ANSWER =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[],\"structuredContent\":{\"q\":["
          + SECRETS
          + "]}}}";
  private static final String EVENTS =
      ": \r\nid: 1\r\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":"
          + "{\"level\":\"info\",\r\ndata: \"data\":["
          + SECRETS
          + "]}}\r\n\r\nevent: message\nid: 2\ndata: "
          + ANSWER
          + "\n\n";

  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture(MaskSettings.DEFAULTS);
    MaskRule mask =
        new MaskRule(
            "mask",
            null,
            Set.of("EMAIL", "GITHUB_TOKEN"),
            0.5,
            Map.of(),
            Operator.Replace.NAMED,
            Where.BOTH);
    line.mask(Masking.baseline(), _ -> new Masking(List.of(mask)));
  }

  @AfterEach
  void end() {
    line.close();
  }

  /** What goes on, and what is kept of it, in the order of the entries. */
  private String kept(int from, int entries) throws Exception {
    StringBuilder all = new StringBuilder();
    for (StoredEntry entry : line.entries(from + entries).subList(from, from + entries)) {
      all.append(entry.leaf().kind())
          .append(entry.leaf().facts().values().get(Fact.MASKED))
          .append(entry.leaf().facts().values().get(Fact.BODY_DIGEST));
      if (entry.content().get() instanceof StoredContent.Clear(var content)) {
        all.append(content.bytes().toStringUtf8());
      }
      all.append('\n');
    }
    return all.toString();
  }

  /**
   * Sends a body cut at each of its bytes.
   *
   * @param entries that each leaves
   */
  private void assertSame(String body, int entries, Way way) throws Exception {
    ByteString bytes = ByteString.copyFromUtf8(body);
    IntFunction<String> sent = cut -> way.go(bytes.substring(0, cut), bytes.substring(cut));
    String whole = sent.apply(0);
    assertThat(whole).contains("[EMAIL]", "[GITHUB_TOKEN]").doesNotContain(MAIL, TOKEN);
    String kept = kept(0, entries);
    assertThat(kept).contains("[EMAIL]", "[GITHUB_TOKEN]").doesNotContain(MAIL, TOKEN);
    for (int cut = 1; cut <= bytes.size(); cut++) {
      assertThat(sent.apply(cut)).as("cut at %d", cut).isEqualTo(whole);
      assertThat(kept(cut * entries, entries)).as("cut at %d", cut).isEqualTo(kept);
    }
  }

  /** Sends both chunks; returns what goes on. */
  private interface Way {
    String go(ByteString first, ByteString second);
  }

  private Stream called() {
    return line.sent(PLAIN);
  }

  @Test
  void ofARequest() throws Exception {
    assertSame(
        CALL,
        2,
        (first, second) -> {
          Stream stream =
              line.envoy().open().post().requestBody(first, false).requestBody(second, true);
          String sent = EnvoyPeer.bodyOf(stream.forwarded()).toStringUtf8();
          stream.answerJson("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}").answered();
          return sent;
        });
  }

  @Test
  void ofAnAnswer() throws Exception {
    assertSame(
        ANSWER,
        2,
        (first, second) -> {
          Stream stream = called().answerHead(200, false, "content-type", "application/json");
          stream.answerBody(first, false).answerBody(second, true);
          return EnvoyPeer.bodyOf(stream.answered()).toStringUtf8();
        });
  }

  @Test
  void ofAnEventStream() throws Exception {
    assertSame(
        EVENTS,
        5,
        (first, second) -> {
          Stream stream = called().answerHead(200, false, "content-type", "text/event-stream");
          stream.answered();
          stream.answerBody(first, false).answerBody(second, true);
          return stream.rest();
        });
  }
}
