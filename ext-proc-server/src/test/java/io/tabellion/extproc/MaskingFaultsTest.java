package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.StoredContent;
import io.tabellion.mask.MaskSettings;
import io.tabellion.mask.proof.DisclosureKey;
import io.tabellion.mask.rule.Masking;
import io.tabellion.metrics.Counter;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The log fails just when a list of commitments is appended: what the list belongs to goes no
 * further (P1, P2), and nothing of it is in the log (P4).
 */
@Tag("unit")
final class MaskingFaultsTest {
  private static final String MAIL = "jane.doe@example.com";
  private static final String MANY = (MAIL + ", ").repeat(300);

  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    byte[] key = KeyPairGenerator.getInstance("X25519").generateKeyPair().getPublic().getEncoded();
    var disclosure =
        DisclosureKey.parse(
            "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
                .formatted(Base64.getEncoder().encodeToString(key)));
    line = new LineFixture(new MaskSettings("default", 1, disclosure, Map.of()));
    line.mask(Masking.baseline(), _ -> Masking.NONE);
  }

  @AfterEach
  void end() {
    line.close();
  }

  private static boolean hasList(List<Entry> entries) {
    return entries.stream().anyMatch(entry -> entry.kind() == EntryKind.COMMITMENTS);
  }

  private Stream call(String text) {
    return line.envoy()
        .open()
        .post()
        .requestBody(
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"find\","
                + "\"arguments\":{\"q\":\""
                + text
                + "\"}}}",
            true);
  }

  private static String answer(String text) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\""
        + text
        + "\"}]}}";
  }

  private static String body(ProcessingResponse reply) {
    return EnvoyPeer.bodyOf(reply).toStringUtf8();
  }

  /** Nothing in the log says what was to be masked. */
  private void assertNothingKept() {
    for (var entry : line.log.read(0, Integer.MAX_VALUE)) {
      assertThat(entry.leaf().toString()).doesNotContain(MAIL);
      if (entry.content().get() instanceof StoredContent.Clear(var content)) {
        assertThat(content.bytes().toStringUtf8()).doesNotContain(MAIL);
      }
    }
  }

  @Test
  void theRequestDoesNotGoOn() {
    line.log.failAt(MaskingFaultsTest::hasList);
    Stream stream = call(MANY);
    assertThat(body(stream.immediate())).contains("NOT EXECUTED").doesNotContain(MAIL);
    assertThat(line.log.size()).isZero();
    assertThat(line.metrics.get(Counter.FORWARDED)).isZero();
    assertThat(line.metrics.get(Counter.AUDIT_FAILURES)).isPositive();
  }

  @Test
  void theAnswerIsReplaced() throws Exception {
    Stream stream = call("all");
    stream.forwarded();
    line.log.failAt(MaskingFaultsTest::hasList);
    stream.answerJson(answer(MANY));
    assertThat(body(stream.immediate())).contains("WAS executed").doesNotContain(MAIL);
    assertThat(line.kinds(1)).containsExactly("call.intent");
    assertNothingKept();
  }

  @Test
  void theEventIsReplacedAndTheStreamEnds() throws Exception {
    Stream stream = call("all");
    stream.forwarded();
    stream.answerHead(200, false, "content-type", "text/event-stream").answered();
    line.log.failAt(MaskingFaultsTest::hasList);
    stream.answerBody("data: " + answer(MANY) + "\n\n", false);
    assertThat(stream.rest()).contains("WAS executed").doesNotContain(MAIL);
    assertThat(line.kinds(2)).containsExactly("call.intent", "stream.open");
    assertNothingKept();
  }

  @Test
  void aRefusedRequestIsRefusedAllTheSame() {
    line.allow(_ -> false);
    line.log.failAt(MaskingFaultsTest::hasList);
    assertThat(body(call(MANY).immediate())).doesNotContain(MAIL);
    assertThat(line.log.size()).isZero();
  }

  @Test
  void withoutAListTheSameGoesOn() throws Exception {
    line.log.failAt(MaskingFaultsTest::hasList);
    Stream stream = call(MAIL);
    assertThat(body(stream.forwarded())).contains(MAIL);
    stream.answerJson(answer(MAIL)).answered();
    assertThat(line.kinds(2)).containsExactly("call.intent", "call.outcome");
    assertNothingKept();
  }
}
