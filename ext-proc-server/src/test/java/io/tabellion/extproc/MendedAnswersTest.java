package io.tabellion.extproc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.tabellion.audit.Fact;
import io.tabellion.metrics.Counter;
import io.tabellion.pin.LeftOut;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are mended because they have one safe reading, and items that are left out. */
@Tag("unit")
final class MendedAnswersTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}";
  private static final String RESULT =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"ok\"}]}}";
  private static final String NOTIFICATION =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";

  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture();
  }

  @AfterEach
  void end() {
    line.close();
  }

  private Stream sent(String request) {
    return line.sent(request);
  }

  private String answer(ByteString body, String type) {
    Stream stream = sent(CALL).answerHead(200, false, "content-type", type);
    return EnvoyPeer.bodyOf(stream.answerBody(body, true).answered()).toStringUtf8();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`{'jsonrpc':'2.0','id':7,'result':R,'error':null}` | null-member /error",
        "`{'jsonrpc':'2.0','error':null,'id':7,'result':R}` | null-member /error",
        "`{'jsonrpc':'2.0','id':7,'result':R,'params':null,'method':null}` | null-member /method, null-member /params",
        "`{'jsonrpc':'2.0','id':7,'result':R,'trace':{'a':[1]},'duration_ms':3}` | unknown-member /trace, unknown-member /duration_ms",
        "`{'jsonrpc':'2.0','id':7.0,'result':R}` | integer /id",
        "`{'jsonrpc':'2.0','id':70e-1,'result':R}` | integer /id",
        "`[{'jsonrpc':'2.0','id':7,'result':R}]` | batch-of-one",
        "`\ufeff{'jsonrpc':'2.0','id':7,'result':R}` | byte-order-mark",
      })
  void resultIsMendedAndTheEntrySaysSo(String body, String repairs) throws Exception {
    String json =
        body.replace('\'', '"').replace("R", "{\"content\":[{\"type\":\"text\",\"text\":\"ok\"}]}");
    String shown = answer(ByteString.copyFromUtf8(json), "application/json");
    assertThat(shown.replace("\"error\":null,", "")).isEqualToIgnoringWhitespace(sorted(shown));
    assertThat(line.fact(1, Fact.REPAIRED)).isEqualTo("[" + repairs + "]");
    assertThat(line.fact(1, Fact.DECISION)).isEqualTo("allowed");
    assertThat(line.fact(1, Fact.EXECUTED)).isEqualTo("yes");
    assertThat(line.content(1)).isEqualTo(shown);
    assertThat(line.metrics.get(Counter.MENDED)).isEqualTo(1);
  }

  /** All of these say the same, in their own order. */
  private static String sorted(String shown) {
    assertThat(shown).hasSameSizeAs(RESULT).contains("\"id\":7", "\"text\":\"ok\"");
    return shown;
  }

  @Test
  void errorBesideANullIsAnError() throws Exception {
    String error = "\"error\":{\"code\":-32602,\"message\":\"m\"}";
    String shown =
        answer(
            ByteString.copyFromUtf8("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":null," + error + "}"),
            "application/json");
    assertThat(shown).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":7," + error + "}");
    assertThat(line.fact(1, Fact.OUTCOME)).isEqualTo("rpc_error");
    assertThat(line.fact(1, Fact.REPAIRED)).isEqualTo("[null-member /result]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fix the \\ud83d | fix the ?",
        "\\ude00\\ud83d\\ude00 | ?\ud83d\ude00",
        "\\ud83d\\u0041 | ?A",
        "\\ud83d\\ud83d\\ude00\\ude00 | ?\ud83d\ude00?",
        "\\ud83d\\n | ?\\n"
      })
  void loneSurrogateIsReplaced(String escaped, String expected) throws Exception {
    String shown =
        answer(ByteString.copyFromUtf8(RESULT.replace("ok", escaped)), "application/json");
    assertThat(shown).isEqualTo(RESULT.replace("ok", expected.replace('?', '\ufffd')));
    assertThat(line.fact(1, Fact.REPAIRED)).isEqualTo("[lone-surrogate /result/content/0/text]");
    assertThat(line.content(1)).isEqualTo(shown);
  }

  /** Encoded surrogates, a character that was cut, and Latin-1. */
  @ParameterizedTest
  @ValueSource(strings = {"\u00ed\u00a0\u00bd", "\u00e2\u0082", "caf\u00e9", "\u00ff\u00fe"})
  void bytesThatAreNoUtf8AreReplaced(String bytes) throws Exception {
    String shown =
        answer(
            ByteString.copyFrom(RESULT.replace("ok", "a" + bytes + "z"), ISO_8859_1),
            "application/json");
    assertThat(shown)
        .matches(java.util.regex.Pattern.quote(RESULT).replace("ok", "\\E(?:a|acaf)\ufffd+z\\Q"));
    assertThat(line.fact(1, Fact.REPAIRED)).isEqualTo("[not-utf-8 /result/content/0/text]");
  }

  @Test
  void namesOfPlacesAreMaskedAndCapped() throws Exception {
    StringBuilder members = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      members.append(",\"m").append(i).append("\":0");
    }
    answer(
        ByteString.copyFromUtf8(RESULT.substring(0, RESULT.length() - 1) + members + "}"),
        "application/json");
    assertThat(line.fact(1, Fact.REPAIRED)).contains("/m31, and 8 more").doesNotContain("/m32");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json; charset=utf8",
        "application/json;",
        "application/json; charset=us-ascii",
        "application/json; charset=utf-8; profile=mcp",
        "Application/JSON ; Charset = \"UTF-8\"",
        "application/json; v=\"a;b\""
      })
  void parametersOfTheContentTypeSayNothing(String type) throws Exception {
    assertThat(answer(ByteString.copyFromUtf8(RESULT), type)).isEqualTo(RESULT);
    assertThat(line.fact(1, Fact.MEDIA_TYPE)).isEqualToIgnoringCase(type);
  }

  @Test
  void parametersOfAStreamSayNothing() {
    Stream stream =
        sent(CALL).answerHead(200, false, "content-type", "text/event-stream;charset=UTF8; x=y");
    stream.answered();
    stream.answerBody("data: " + RESULT + "\n\n", true);
    assertThat(stream.rest()).isEqualTo("data: " + RESULT + "\n\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"a\":1,\"a\":2}}",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"id\":7,\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{},\"Error\":null}",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{},\"error\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":7.5,\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"7\",\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{},\"params\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}{}",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":NaN}"
      })
  void whatHasTwoReadingsIsWithheld(String answer) throws Exception {
    assertThat(answer(ByteString.copyFromUtf8(answer), "application/json")).contains("WITHHELD");
    assertThat(line.fact(1, Fact.DECISION)).isEqualTo("withheld");
    assertThat(line.content(1)).isNull();
  }

  // Limits.

  @Test
  void deepAnswersGoOnUpToTheLimitWhichIsNamedBeyondIt() throws Exception {
    String deep = "[".repeat(200) + "]".repeat(200);
    assertThat(answer(structured(deep), "application/json")).contains(deep);
    String deeper = "[".repeat(100_000) + "]".repeat(100_000);
    assertThat(answer(structured(deeper), "application/json"))
        .contains("WAS executed", "at most 256 levels (limits.depth)");
    assertThat(line.fact(3, Fact.REASON)).isEqualTo("too-deep");
    assertThat(line.content(3)).isNull();
    assertThat(answer(structured("[" + "0,".repeat(1_000_000) + "0]"), "application/json"))
        .contains("at most 1000000 values (limits.values)");
  }

  private static ByteString structured(String value) {
    return ByteString.copyFromUtf8(
        RESULT.replace("\"content\"", "\"structuredContent\":" + value + ",\"content\""));
  }

  // One bad item.

  private static final String DEEP = "{\"a\":".repeat(300) + "1" + "}".repeat(300);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`{'name':'bad','inputSchema':DEEP}` | too-deep bad",
        "`{'name':'bad','Name':'other'}` | look-alike bad",
        "`{'name':'bad','inputSchema':{'type':'object','type':'array'}}` | duplicate-member bad",
        "`{'name':'bad','name':'worse'}` | duplicate-member bad",
        "`{'name':'bad','x':1NUMBER}` | too-long bad",
        "`{'title':'bad'}` | no-name item 1",
        "`7` | no-name item 1",
        "`DEEP` | too-deep item 1",
        "`{'name':'good'}` | same-name good",
      })
  void oneBadToolDoesNotTakeTheList(String item, String leftOut) throws Exception {
    String bad = item.replace('\'', '"').replace("DEEP", DEEP).replace("NUMBER", "0".repeat(2_000));
    String shown = listed("tools/list", "tools", "{\"name\":\"good\"}", bad, "{\"name\":\"also\"}");
    assertThat(shown).isEqualTo(list("tools", "{\"name\":\"good\"}", "{\"name\":\"also\"}"));
    int outcome = line.kinds(2).indexOf("call.outcome");
    assertThat(line.fact(outcome, Fact.LEFT_OUT)).isEqualTo("[" + leftOut + "]");
    assertThat(line.fact(outcome, Fact.HIDDEN)).isNull();
    assertThat(line.metrics.get(Counter.LEFT_OUT)).isEqualTo(1);
    assertThat(line.pins().leftOut().list())
        .singleElement()
        .satisfies(out -> assertThat(out.reason().word() + " " + out.name()).isEqualTo(leftOut))
        .satisfies(out -> assertThat(out.kind()).isEqualTo("tool"));
  }

  @Test
  void itemThatIsMendedByItsServerIsNotLeftOutAnyMore() throws Exception {
    listed("tools/list", "tools", "{\"name\":\"bad\",\"inputSchema\":" + DEEP + "}");
    assertThat(line.pins().leftOut().list())
        .extracting(LeftOut::reason)
        .containsExactly(LeftOut.Reason.TOO_DEEP);
    listed("tools/list", "tools", "{\"name\":\"bad\"}");
    assertThat(line.pins().leftOut().list()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "resources/list, resources, uri, resource",
    "resources/templates/list, resourceTemplates, uriTemplate, resource-template",
    "prompts/list, prompts, name, prompt"
  })
  void oneBadItemOfOtherListsIsLeftOutAlone(String method, String member, String key, String kind)
      throws Exception {
    String good = "{\"" + key + "\":\"file:///a\"}";
    String bad = "{\"" + key + "\":\"file:///b\",\"_meta\":" + DEEP + "}";
    assertThat(listed(method, member, bad, good)).isEqualTo(list(member, good));
    assertThat(line.fact(1, Fact.LEFT_OUT)).isEqualTo("[too-deep file:///b]");
    assertThat(line.pins().leftOut().list()).extracting(LeftOut::kind).containsExactly(kind);
  }

  /** What is beside the items has no other reading for being beside them. */
  @Test
  void flawBesideTheItemsTakesTheList() throws Exception {
    String tools =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"tools\":[{\"name\":\"a\"}],\"_meta\":{\"x\":1,\"x\":2}}}";
    ProcessingResponse reply = line.envoy().listed(tools);
    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8()).contains("withheld").doesNotContain("\"a\"");
  }

  private String listed(String method, String member, String... items) {
    Stream stream = sent("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\"}");
    return EnvoyPeer.bodyOf(stream.answerJson(list(member, items)).answered()).toStringUtf8();
  }

  private static String list(String member, String... items) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\""
        + member
        + "\":["
        + String.join(",", items)
        + "]}}";
  }

  // Answers to what asks nothing.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "202 | text/plain | Accepted",
        "200 | application/json | null",
        "200 | application/json | {}",
        "200 | application/json | `{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}`",
        "202 | application/json | \"ok\"",
        "200 | text/html | <p>secret",
        "204 | text/plain | ``",
        "200 | application/json | ``"
      })
  void answeredNotificationIsTaken(int status, String type, String body) throws Exception {
    Stream stream = sent(NOTIFICATION).answerHead(status, false, "content-type", type);
    ProcessingResponse reply = stream.answerBody(body, true).answered();
    assertTaken(reply, status);
    assertThat(line.fact(1, Fact.OUTCOME)).isEqualTo("ok");
    assertThat(line.fact(1, Fact.DECISION)).isEqualTo("allowed");
    assertThat(line.fact(1, Fact.REPAIRED)).isEqualTo(body.isEmpty() ? null : "[body]");
    assertThat(line.content(1)).isNull();
  }

  private static void assertTaken(ProcessingResponse reply, int status) {
    assertThat(EnvoyPeer.bodyOf(reply).isEmpty()).isTrue();
    var mutation = reply.getResponseHeaders().getResponse().getHeaderMutation();
    assertThat(mutation.getRemoveHeadersList()).contains("content-type");
    assertThat(mutation.getSetHeadersList())
        .extracting(
            set -> set.getHeader().getKey() + " " + set.getHeader().getRawValue().toStringUtf8())
        .isEqualTo(status == 202 ? java.util.List.of() : java.util.List.of(":status 202"));
  }

  @Test
  void answeredNotificationWithoutBodyIsTaken() {
    ProcessingResponse reply = sent(NOTIFICATION).answerHead(200, true).answered();
    assertThat(
            reply
                .getResponseHeaders()
                .getResponse()
                .getHeaderMutation()
                .getSetHeaders(0)
                .getHeader())
        .satisfies(header -> assertThat(header.getKey()).isEqualTo(":status"))
        .satisfies(header -> assertThat(header.getRawValue().toStringUtf8()).isEqualTo("202"));
  }

  @Test
  void endOfASessionMayBeAnsweredWithWords() throws Exception {
    line.envoy().open().post().initialized("s-1", "2025-11-25");
    Stream stream = line.envoy().open().requestHead("DELETE", true, "mcp-session-id", "s-1");
    stream.forwarded();
    stream.answerHead(200, false, "content-type", "text/plain").answerBody("Session closed", true);
    ProcessingResponse reply = stream.answered();
    assertThat(EnvoyPeer.bodyOf(reply).isEmpty()).isTrue();
    assertThat(line.fact(3, Fact.OUTCOME)).isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 202, 204})
  void requestThatGetsNoAnswerIsTold(int status) throws Exception {
    ProcessingResponse reply = sent(CALL).answerHead(status, true).immediate();
    assertThat(reply.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(200);
    assertThat(reply.getImmediateResponse().getBody().toStringUtf8())
        .contains("\"id\":7", "HTTP " + status, "gave no answer");
    assertThat(line.fact(1, Fact.OUTCOME)).isEqualTo("not_released");
    assertThat(line.fact(1, Fact.EXECUTED)).isEqualTo("unknown");
    assertThat(line.fact(1, Fact.REASON)).isEqualTo("unanswered");
  }

  @Test
  void requestThatWasAcceptedMayBeAnsweredOnTheStreamOfItsSession() {
    line.envoy().open().post().initialized("s-1", "2025-11-25");
    Stream listening = line.envoy().open().requestHead("GET", true, "mcp-session-id", "s-1");
    listening.forwarded();
    listening.answerHead(200, false, "content-type", "text/event-stream").answered();
    Stream call = line.envoy().open().post("mcp-session-id", "s-1").requestBody(CALL, true);
    call.forwarded();
    assertThat(EnvoyPeer.bodyOf(call.answerHead(202, true).answered()).isEmpty()).isTrue();
    listening.answerBody("data: " + RESULT + "\n\n", false);
    assertThat(listening.piece()).isEqualTo("data: " + RESULT + "\n\n");
    listening.cancel();
  }

  @Test
  void requestThatGetsAnEmptyBodyIsTold() {
    Stream stream = sent(CALL).answerHead(202, false).answerBody(ByteString.EMPTY, true);
    assertThat(stream.immediate().getImmediateResponse().getBody().toStringUtf8())
        .contains("\"id\":7", "gave no answer");
  }
}
