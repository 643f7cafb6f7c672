package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse.ResponseStatus;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.tabellion.audit.Fact;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.mask.rule.Masking;
import io.tabellion.metrics.Counter;
import io.tabellion.policy.Question.Direction;
import io.tabellion.session.SessionOwners;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.testing.MemoryAuditLog;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are collected whole: what is released, what is withheld, what is recorded. */
@Tag("unit")
final class AnswersTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}";
  private static final String RESULT = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[]}}";

  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture();
  }

  @AfterEach
  void end() {
    line.close();
  }

  private Stream called() {
    return called(CALL);
  }

  private Stream called(String request) {
    return line.sent(request);
  }

  @Test
  void wholeAnswerGoesOnInOneMessage() throws Exception {
    Stream stream =
        called().answerJson("{ \"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[]}}");
    ProcessingResponse reply = stream.answered();
    var common = reply.getResponseHeaders().getResponse();
    assertThat(common.getStatus()).isEqualTo(ResponseStatus.CONTINUE_AND_REPLACE);
    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8()).isEqualTo(RESULT);
    assertThat(line.kinds(2)).containsExactly("call.intent", "call.outcome");
    assertThat(line.fact(1, Fact.OUTCOME)).isEqualTo("ok");
    assertThat(line.fact(1, Fact.EXECUTED)).isEqualTo("yes");
    assertThat(line.fact(1, Fact.TOOL)).isEqualTo("echo");
    assertThat(line.fact(1, Fact.INTENT))
        .isEqualTo(line.entries(2).getFirst().leaf().id().toString());
    assertThat(line.content(1)).isEqualTo(RESULT);
    assertThat(EnvoyPeer.mark(reply, "answer"))
        .isEqualTo(line.entries(2).get(1).leaf().id().toString());
    assertThat(stream.halfClose().closed().isOk()).isTrue();
  }

  @Test
  void nothingIsReleasedBeforeTheOutcomeIsDurable() throws Exception {
    Stream stream = called();
    MemoryAuditLog.Hold append = line.log.hold();
    stream.answerJson(RESULT);
    append.await();
    assertThat(stream.silent()).isTrue();
    append.release();
    stream.answered();
  }

  @Test
  void everySplitGivesTheSameAnswer() {
    ByteString result = ByteString.copyFromUtf8(RESULT);
    for (int split = 0; split <= result.size(); split++) {
      Stream stream =
          called()
              .answerHead(200, false, "content-type", "application/json")
              .answerBody(result.substring(0, split), false)
              .answerBody(result.substring(split), true);
      assertThat(EnvoyPeer.bodyOf(stream.answered())).isEqualTo(result);
    }
  }

  @Test
  void trailersEndAnAnswerAndGoNoFurther() {
    Stream stream =
        called()
            .answerHead(200, false, "content-type", "application/json")
            .answerBody(RESULT, false)
            .answerTrailers();
    assertThat(stream.answered().getResponseHeaders().getResponse().hasBodyMutation()).isFalse();
    assertThat(stream.piece()).isEqualTo(RESULT);
    assertThat(stream.reply().getResponseTrailers().getHeaderMutation().getRemoveHeadersList())
        .containsExactly("x-checksum");
  }

  @Test
  void onlyListedHeadersGoOn() {
    ProcessingResponse reply =
        called()
            .answerJson(
                RESULT,
                "x-secret",
                "s",
                "set-cookie",
                "a=b",
                "mcp-session-id",
                "stray",
                "etag",
                "1",
                "www-authenticate",
                "Bearer")
            .answered();
    assertThat(reply.getResponseHeaders().getResponse().getHeaderMutation().getRemoveHeadersList())
        .containsExactlyInAnyOrder("x-secret", "set-cookie", "mcp-session-id", "etag");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jsonrpc\":\"2.0\",\"id\":8,\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"7\",\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1,\"message\":\"m\"}}",
        "[{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}},{\"jsonrpc\":\"2.0\",\"id\":8,\"result\":{}}]",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{},\"result\":{}}",
        "secret"
      })
  void answerToAnotherQuestionIsWithheld(String answer) throws Exception {
    ProcessingResponse reply = called().answerJson(answer).answered();
    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8())
        .contains("\"id\":7", "Nobody can say whether the tool was executed", "\"isError\":true")
        .doesNotContain("secret");
    assertThat(line.fact(1, Fact.DECISION)).isEqualTo("withheld");
    assertThat(line.fact(1, Fact.EXECUTED)).isEqualTo("unknown");
    assertThat(line.fact(1, Fact.BODY_DIGEST)).hasSize(64);
    assertThat(line.metrics.get(Counter.WITHHELD)).isEqualTo(1);
  }

  @Test
  void answerOfAnotherFormIsWithheldAndWasExecuted() throws Exception {
    ProcessingResponse reply =
        called().answerJson(RESULT.replace("[]", "[],\"Content\":[]")).answered();
    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8()).contains("the tool WAS executed");
    assertThat(line.fact(1, Fact.EXECUTED)).isEqualTo("yes");
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain, '', 200, media-type",
    "application/json, gzip, 200, content-encoding",
    "application/json-text/event-stream, '', 200, media-type",
    "text/event-stream, br, 200, content-encoding",
    "text/html, gzip, 500, content-encoding"
  })
  void otherBodiesAreReplacedAndKeepTheirStatus(
      String type, String encoding, int status, String reason) throws Exception {
    Stream stream = called();
    stream.send(
        encoding.isEmpty()
            ? Stream.answerHead("via_upstream", status, false, "content-type", type)
            : Stream.answerHead(
                "via_upstream", status, false, "content-type", type, "content-encoding", encoding));
    ProcessingResponse reply = stream.answerBody("secret", true).answered();
    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8())
        .contains("Nobody can say whether the tool was executed")
        .doesNotContain("secret");
    assertThat(line.fact(1, Fact.EXECUTED)).isEqualTo("unknown");
    var mutation = reply.getResponseHeaders().getResponse().getHeaderMutation();
    assertThat(mutation.getSetHeadersList().getFirst().getHeader().getRawValue().toStringUtf8())
        .isEqualTo("application/json");
    if (!encoding.isEmpty()) {
      assertThat(mutation.getRemoveHeadersList()).contains("content-encoding");
    }
    assertThat(line.fact(1, Fact.REASON)).isEqualTo(reason);
    assertThat(line.fact(1, Fact.HTTP_STATUS)).isEqualTo(Integer.toString(status));
    assertThat(line.content(1)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 500})
  void errorStatusWithJsonIsReadAndJudged(int status) throws Exception {
    String error =
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":\"m\"}}";
    Stream stream = called().answerHead(status, false, "content-type", "application/json");
    assertThat(EnvoyPeer.bodyOf(stream.answerBody(error, true).answered()).toStringUtf8())
        .isEqualTo(error.replace("null", "7"));
    assertThat(line.fact(1, Fact.DETAIL)).isEqualTo("the id of the request was put in");
    assertThat(line.fact(1, Fact.EXECUTED)).isEqualTo(status == 404 ? "no" : "unknown");
    assertThat(line.fact(1, Fact.OUTCOME)).isEqualTo("rpc_error");
    assertThat(line.fact(1, Fact.ERROR_CODE)).isEqualTo("-32000");
  }

  /** As the Python SDK refuses a session (id {@code server-error}), and others do. */
  @ParameterizedTest
  @ValueSource(strings = {"\"id\":\"server-error\",", "\"id\":null,", "", "\"id\":99,"})
  void errorOfAnyIdOnAnHttpErrorAnswersTheCall(String id) throws Exception {
    String error = "\"error\":{\"code\":-32600,\"message\":\"Session not found\"}}";
    Stream stream = called().answerHead(404, false, "content-type", "application/json");
    String answer =
        EnvoyPeer.bodyOf(stream.answerBody("{\"jsonrpc\":\"2.0\"," + id + error, true).answered())
            .toStringUtf8();
    assertThat(answer).contains("\"id\":7", "Session not found").doesNotContain("server-error");
    assertThat(line.fact(1, Fact.OUTCOME)).isEqualTo("rpc_error");
    assertThat(line.fact(1, Fact.EXECUTED)).isEqualTo("no");
  }

  @ParameterizedTest
  @CsvSource({
    "301, no",
    "302, unknown",
    "303, unknown",
    "307, no",
    "308, no",
    "401, no",
    "403, no",
    "404, no",
    "405, no",
    "406, no",
    "413, no",
    "415, no",
    "429, no",
    "400, unknown",
    "409, unknown",
    "500, unknown",
    "503, unknown"
  })
  void statusAloneNeverShowsThatTheCallWasExecuted(int status, String executed) throws Exception {
    called().answerHead(status, true).reply();
    assertThat(line.fact(1, Fact.EXECUTED)).isEqualTo(executed);
    called().answerHead(status, false, "content-type", "text/plain").answerBody("x", true).reply();
    assertThat(line.fact(3, Fact.EXECUTED)).isEqualTo(executed);
  }

  @Test
  void redirectIsNotForClientsAndTheEntrySaysWhereItLeads() throws Exception {
    ProcessingResponse reply =
        called()
            .answerHead(307, true, "location", "https://u:pw@other.example/mcp/?token=1#x")
            .immediate();
    assertThat(reply.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(502);
    assertThat(reply.getImmediateResponse().getBody().toStringUtf8())
        .contains("redirects to another address (HTTP 307)", "The call was not executed")
        .doesNotContain("other.example");
    assertThat(line.fact(1, Fact.REASON)).isEqualTo("redirect");
    assertThat(line.fact(1, Fact.EXECUTED)).isEqualTo("no");
    assertThat(line.fact(1, Fact.DETAIL)).isEqualTo("redirect to https://other.example/mcp/");
  }

  @ParameterizedTest
  @CsvSource({
    "413, text/html, <html><style>x{}</style><h1>Payload<b>TooLarge</b>Error</h1><p>a &lt; b</p>, PayloadTooLargeError a < b",
    "500, text/plain, request entity too large, request entity too large",
    "404, text/plain; charset=iso-8859-1, Not Found, Not Found",
    "503, '', upstream says no, upstream says no"
  })
  void textOfAnHttpErrorGoesOnWithItsStatus(int status, String type, String body, String said)
      throws Exception {
    Stream stream = called();
    stream.send(
        type.isEmpty()
            ? Stream.answerHead("via_upstream", status, false)
            : Stream.answerHead("via_upstream", status, false, "content-type", type));
    String answer = EnvoyPeer.bodyOf(stream.answerBody(body, true).answered()).toStringUtf8();
    assertThat(answer)
        .contains("\"id\":7", "'sample' answered with HTTP " + status + ": " + said + ".")
        .contains("\"status\":" + status);
    assertThat(line.content(1)).isEqualTo(answer);
    assertThat(line.fact(1, Fact.HTTP_STATUS)).isEqualTo(Integer.toString(status));
  }

  @Test
  void jsonThatIsNoMessageIsTheTextOfAnError() throws Exception {
    Stream stream = called().answerHead(422, false, "content-type", "application/json");
    stream.answerBody("{\"detail\":[{\"msg\":\"field required\"}]}", true);
    assertThat(EnvoyPeer.bodyOf(stream.answered()).toStringUtf8()).contains("field required");
    assertThat(line.fact(1, Fact.OUTCOME)).isEqualTo("http_error");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/event-stream", "application/json", "text/plain"})
  void messagesThatCannotBeReadAreNoTexts(String type) {
    Stream stream = called().answerHead(500, false, "content-type", type);
    stream.answerBody("data: {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"a\":\"x9\"}}\n\n", true);
    assertThat(EnvoyPeer.bodyOf(stream.answered()).toStringUtf8())
        .contains("answered with HTTP 500. Nobody")
        .doesNotContain("x9");
  }

  @Test
  void textOfAnErrorIsMaskedWholeAndThenCut() throws Exception {
    String token = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a";
    line.mask(Masking.baseline(), _ -> Masking.NONE);
    for (int before : new int[] {1, 960, 980, 999, 3000}) {
      Stream stream = called().answerHead(500, false, "content-type", "text/html");
      stream.answerBody("<p>" + "a ".repeat(before / 2) + token + "</p>" + "b ".repeat(800), true);
      String answer = EnvoyPeer.bodyOf(stream.answered()).toStringUtf8();
      assertThat(answer).hasSizeLessThan(1_500).doesNotContain("ghp_").doesNotContain("838347Ae");
    }
  }

  @Test
  void deniedErrorsKeepTheirText() throws Exception {
    line.allow(question -> question.direction() != Direction.RESPONSE);
    Stream stream = called().answerHead(500, false, "content-type", "text/plain");
    assertThat(EnvoyPeer.bodyOf(stream.answerBody("secret", true).answered()).toStringUtf8())
        .contains("answered with HTTP 500. Nobody")
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}, could not be reached (connection refused, no",
    "upstream_reset_before_response_started{connection_timeout}, could not be reached (no connection in time, no",
    "no_healthy_upstream, could not be reached (its address is unknown or not healthy, no",
    "cluster_not_found, could not be reached (Envoy has no cluster for it, no",
    "upstream_response_timeout, did not answer (no answer in time, unknown",
    "upstream_reset_before_response_started{connection_termination}, did not answer (the connection broke before the answer, unknown"
  })
  void anUnreachableServerIsNamed(String details, String said, String executed) throws Exception {
    Stream stream = called().ownAnswer(details, 503, false, "content-type", "text/plain");
    String answer = EnvoyPeer.bodyOf(stream.answerBody("x", true).answered()).toStringUtf8();
    assertThat(answer).contains("\"id\":7", "The MCP server 'sample' " + said);
    assertThat(answer)
        .contains(executed.equals("no") ? "The call was not executed" : "Nobody can say");
    assertThat(line.fact(1, Fact.EXECUTED)).isEqualTo(executed);
  }

  @Test
  void switchOfProtocolsIsNotForClients() throws Exception {
    ProcessingResponse reply = called().answerHead(101, true, "upgrade", "websocket").immediate();
    assertThat(reply.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(502);
    assertThat(line.fact(1, Fact.REASON)).isEqualTo("interim");
    assertThat(line.fact(1, Fact.OUTCOME)).isEqualTo("withheld");
  }

  @Test
  void answerWithoutBodyWaitsForItsOutcome() throws Exception {
    String notification = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
    ProcessingResponse reply = called(notification).answerHead(202, true).answered();
    assertThat(reply.getResponseHeaders().getResponse().hasBodyMutation()).isFalse();
    assertThat(line.fact(1, Fact.OUTCOME)).isEqualTo("ok");
    reply =
        called(notification).answerHead(202, false).answerBody(ByteString.EMPTY, true).answered();
    assertThat(EnvoyPeer.bodyOf(reply).isEmpty()).isTrue();
    assertThat(line.kinds(4).get(3)).isEqualTo("call.outcome");
  }

  @Test
  void bodyToANotificationIsReplacedByNothingOfTheServers() {
    String notification = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
    assertThat(EnvoyPeer.bodyOf(called(notification).answerJson(RESULT).answered()).toStringUtf8())
        .doesNotContain("content");
  }

  @Test
  void tooLargeAnswerSaysThatTheToolWasExecuted() throws Exception {
    var limits = new Limits(1024, 1024, 1024, 1 << 20, Duration.ofSeconds(30));
    try (var small = new LineFixture(limits, IdentitySettings.ANONYMOUS, SessionOwners.NONE)) {
      Stream stream = small.envoy().open().post().requestBody(CALL, true);
      stream.forwarded();
      ProcessingResponse reply =
          stream
              .answerHead(200, false, "content-type", "application/json")
              .answerBody("x".repeat(1025), false)
              .immediate();
      assertThat(reply.getImmediateResponse().getBody().toStringUtf8()).contains("WAS executed");
      stream.answerBody("y", true);
      assertThat(small.fact(1, Fact.REASON)).isEqualTo("too-large");
    }
  }

  @Test
  void deniedAnswerIsWithheldAndKept() throws Exception {
    line.allow(question -> question.direction() != Direction.RESPONSE);
    ProcessingResponse reply = called().answerJson(RESULT).answered();
    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8()).contains("WAS executed");
    assertThat(line.fact(1, Fact.DECISION)).isEqualTo("withheld");
    assertThat(line.content(1)).isEqualTo(RESULT);
  }

  @Test
  void listLosesWhatTheCallerMayNotCall() throws Exception {
    String list = "{\"jsonrpc\":\"2.0\",\"id\":\"l\",\"method\":\"tools/list\"}";
    String tools =
        "{\"jsonrpc\":\"2.0\",\"id\":\"l\",\"result\":{\"tools\":[{\"name\":\"echo\"},"
            + "{\"name\":\"delete_all\"}],\"nextCursor\":\"c\"}}";
    ProcessingResponse reply = called(list).answerJson(tools).answered();
    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8())
        .isEqualTo(tools.replace(",{\"name\":\"delete_all\"}", ""));
    assertThat(line.fact(1, Fact.HIDDEN)).isEqualTo("[delete_all]");
  }

  @Test
  void toolErrorIsAnOutcomeOfItsOwn() throws Exception {
    called()
        .answerJson("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[],\"isError\":true}}")
        .answered();
    assertThat(line.fact(1, Fact.OUTCOME)).isEqualTo("tool_error");
  }

  @Test
  void answerThatCannotBeRecordedIsWithheld() throws Exception {
    Stream stream = called();
    line.log.fail();
    ProcessingResponse reply = stream.answerJson(RESULT).immediate();
    assertThat(reply.getImmediateResponse().getBody().toStringUtf8())
        .contains("WAS executed", "the audit log cannot record it");
    assertThat(EnvoyPeer.mark(reply, "answer")).isEqualTo("none");
    assertThat(line.entries(1)).hasSize(1);
  }

  @Test
  void replyOfEnvoysAfterTheRequestLeftIsItsOutcome() throws Exception {
    Stream stream = called().ownAnswer("upstream_reset", 503, false, "content-type", "text/plain");
    ProcessingResponse reply = stream.answerBody("no healthy upstream", true).answered();
    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8())
        .contains("'sample' did not answer (the connection broke before the answer");
    assertThat(line.fact(1, Fact.OUTCOME)).isEqualTo("http_error");
    assertThat(line.fact(1, Fact.EXECUTED)).isEqualTo("unknown");
    assertThat(line.fact(1, Fact.DETAIL)).isEqualTo("upstream_reset");
  }

  @Test
  void replyOfEnvoysWhileTheRequestIsHeldIsAnsweredAtOnce() throws Exception {
    MemoryAuditLog.Hold append = line.log.hold();
    Stream stream = line.envoy().open().post().requestBody(CALL, true);
    append.await();
    stream.ownAnswer("stream_idle_timeout", 504, false).answerBody("stream timeout", true);
    stream.answered();
    assertThat(stream.rest()).isEqualTo("stream timeout");
    append.release();
    assertThat(line.kinds(3)).containsExactly("call.intent", "call.outcome", "refused");
    assertThat(line.fact(1, Fact.OUTCOME)).isEqualTo("not_released");
    assertThat(line.fact(1, Fact.EXECUTED)).isEqualTo("no");
    assertThat(line.fact(2, Fact.DETAIL)).isEqualTo("stream_idle_timeout");
    assertThat(line.metrics.get(Counter.FORWARDED)).isZero();
  }

  @Test
  void answerOfAServerToARequestThatNeverLeftIsAborted() {
    Stream stream = line.envoy().open().post().answerHead(200, true);
    assertThat(stream.closed().isOk()).isFalse();
  }

  @Test
  void streamThatBeginsWithAnAnswerOfEnvoysIsEchoed() throws Exception {
    Stream stream =
        line.envoy().open().ownAnswer("jwt_authn_access_denied{Jwt_is_missing}", 401, false);
    ProcessingResponse reply = stream.answerBody("Jwt is missing", true).answered();
    assertThat(reply.getResponseHeaders().getResponse().hasHeaderMutation()).isTrue();
    assertThat(reply.getResponseHeaders().getResponse().getHeaderMutation().getRemoveHeadersCount())
        .isZero();
    assertThat(stream.rest()).isEqualTo("Jwt is missing");
    assertThat(EnvoyPeer.mark(reply, "answer")).isEqualTo("none");
    line.taken();
    assertThat(line.metrics.get(Counter.UNAUTHENTICATED)).isEqualTo(1);
    assertThat(line.kinds(1)).doesNotContain("refused");
  }

  @Test
  void streamThatBeginsWithAnAnswerOfAServerIsAborted() {
    assertThat(line.envoy().open().answerHead(200, false).closed().isOk()).isFalse();
    Stream nameless = line.envoy().open();
    nameless.send(Stream.answerHead(null, 401, true));
    assertThat(nameless.closed().isOk()).isFalse();
  }
}
