package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse.ResponseStatus;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.grpc.Status;
import io.tabellion.audit.Fact;
import io.tabellion.budget.SpentBudgets;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.metrics.Counter;
import io.tabellion.session.SessionOwners;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.testing.MemoryAuditLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The request's leg: what goes on, what is refused, and what the log holds of it. */
@Tag("unit")
final class RequestsTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\","
          + "\"params\":{\"name\":\"echo\",\"arguments\":{\"a\":\"\\u00fc\"}}}";
  private static final Limits SMALL = new Limits(256, 256, 256, 1 << 20, Duration.ofSeconds(30));

  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture();
  }

  @AfterEach
  void end() throws Exception {
    line.close();
  }

  @Test
  void wholeRequestGoesOnInOneMessage() throws Exception {
    Stream stream = line.envoy().open().post("accept-encoding", "gzip").requestBody(CALL, true);
    ProcessingResponse reply = stream.forwarded();
    var common = reply.getRequestHeaders().getResponse();
    assertThat(common.getStatus()).isEqualTo(ResponseStatus.CONTINUE_AND_REPLACE);
    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8()).isEqualTo(CALL.replace("\\u00fc", "ü"));
    assertThat(common.getHeaderMutation().getRemoveHeadersList()).contains("accept-encoding");
    assertThat(names(reply)).contains("content-type").doesNotContain("content-length");
    assertThat(line.kinds(1)).containsExactly("call.intent");
    assertThat(EnvoyPeer.mark(reply, "entry"))
        .isEqualTo(line.entries(1).getFirst().leaf().id().toString());
    assertThat(line.fact(0, Fact.TOOL)).isEqualTo("echo");
    assertThat(line.fact(0, Fact.DECISION)).isEqualTo("allowed");
    assertThat(line.fact(0, Fact.SERVER)).isEqualTo("sample");
    assertThat(line.fact(0, Fact.REQUEST_ID)).isEqualTo("req-1");
    assertThat(line.fact(0, Fact.SOURCE)).isEqualTo("192.0.2.7:1234");
    assertThat(line.fact(0, Fact.PEER)).isEqualTo("loopback");
    assertThat(line.content(0)).isEqualTo(CALL.replace("\\u00fc", "ü"));
    stream.cancel();
  }

  @Test
  void nothingGoesOnBeforeTheIntentIsDurable() throws Exception {
    MemoryAuditLog.Hold append = line.log.hold();
    Stream stream = line.envoy().open().post().requestBody(CALL, true);
    append.await();
    assertThat(stream.silent()).isTrue();
    append.release();
    stream.forwarded();
  }

  @Test
  void everySplitGivesTheSameRequest() throws Exception {
    ByteString call = ByteString.copyFromUtf8(CALL);
    for (int split = 0; split <= call.size(); split++) {
      Stream stream =
          line.envoy()
              .open()
              .post()
              .requestBody(call.substring(0, split), false)
              .requestBody(call.substring(split), false)
              .requestBody(ByteString.EMPTY, true);
      assertThat(EnvoyPeer.bodyOf(stream.forwarded()).toStringUtf8())
          .isEqualTo(CALL.replace("\\u00fc", "ü"));
      stream.cancel();
    }
  }

  @Test
  void oneByteChunksAreARequest() throws Exception {
    Stream stream = line.envoy().open().post();
    ByteString call = ByteString.copyFromUtf8(CALL);
    for (int i = 0; i < call.size(); i++) {
      stream.requestBody(call.substring(i, i + 1), i == call.size() - 1);
    }
    stream.forwarded();
  }

  @Test
  void trailersEndARequestAndGoNoFurther() throws Exception {
    Stream stream = line.envoy().open().post().requestBody(CALL, false).requestTrailers();
    ProcessingResponse head = stream.forwarded();
    assertThat(head.getRequestHeaders().getResponse().hasBodyMutation()).isFalse();
    assertThat(EnvoyPeer.bodyOf(stream.reply()).toStringUtf8()).contains("tools/call");
    assertThat(stream.reply().getRequestTrailers().getHeaderMutation().getRemoveHeadersList())
        .containsExactly("x-checksum");
  }

  @Test
  void bodyAfterTheEndIsIgnored() throws Exception {
    Stream stream =
        line.envoy().open().post().requestBody(CALL, true).requestBody("x", true).requestTrailers();
    stream.forwarded();
    stream.cancel();
  }

  @Test
  void deniedCallIsAnsweredForTheModel() throws Exception {
    String call = CALL.replace("echo", "delete_all");
    ProcessingResponse reply = line.envoy().open().post().requestBody(call, true).immediate();
    var ours = reply.getImmediateResponse();
    assertThat(ours.getStatus().getCodeValue()).isEqualTo(200);
    assertThat(ours.getBody().toStringUtf8())
        .contains("\"id\":7", "\"isError\":true", "was not executed", "R-1");
    assertThat(EnvoyPeer.metadata(reply)).containsKeys("entry", "answer", "decision", "rule");
    assertThat(line.kinds(1)).containsExactly("call.intent");
    assertThat(line.fact(0, Fact.DECISION)).isEqualTo("denied");
    assertThat(line.fact(0, Fact.RULES)).isEqualTo("[R-1]");
    assertThat(line.content(0)).isEqualTo(call.replace("\\u00fc", "ü"));
    assertThat(line.metrics.get(Counter.DENIED)).isEqualTo(1);
  }

  @Test
  void deniedNotificationIsTakenAndDropped() throws Exception {
    line.allow(question -> false);
    var reply =
        line.envoy()
            .open()
            .post()
            .requestBody("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}", true)
            .immediate()
            .getImmediateResponse();
    assertThat(reply.getStatus().getCodeValue()).isEqualTo(202);
    assertThat(reply.getBody().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"} | 400 | -32600",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"           | 400 | -32700",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]        | 400 | -32600",
        "{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\"}             | 400 | -32600",
        "not json                                                    | 400 | -32700",
      })
  void unreadableBodyIsRefusedAndKeptByDigest(String body, int status, String code)
      throws Exception {
    var reply =
        line.envoy().open().post().requestBody(body, true).immediate().getImmediateResponse();
    assertThat(reply.getStatus().getCodeValue()).isEqualTo(status);
    assertThat(reply.getBody().toStringUtf8()).contains("\"code\":" + code);
    assertThat(line.fact(0, Fact.DECISION)).isEqualTo("refused");
    assertThat(line.fact(0, Fact.BODY_DIGEST)).hasSize(64);
  }

  @Test
  void bodyThatCannotBeReadIsNotKept() throws Exception {
    line.envoy().open().post().requestBody("{\"secret\":", true).immediate();
    assertThat(line.content(0)).isNull();
    assertThat(line.fact(0, Fact.BYTES)).isEqualTo("10");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-envoy-retry-on",
        "x-envoy-max-retries",
        "x-envoy-hedge-on-per-try-timeout",
        "x-envoy-upstream-rq-per-try-timeout-ms",
        "x-envoy-retry-grpc-on",
        "upgrade",
        "x-http-method-override"
      })
  void headersThatWouldRepeatOrTurnARequestAreRefused(String name) throws Exception {
    var reply = line.envoy().open().post(name, "5xx").immediate().getImmediateResponse();
    assertThat(reply.getStatus().getCodeValue()).isEqualTo(400);
    assertThat(line.kinds(1)).containsExactly("call.intent");
  }

  @Test
  void queryIsRefused() throws Exception {
    var reply =
        line.envoy().open().post(":path", "/sample/mcp?a=b").immediate().getImmediateResponse();
    assertThat(reply.getStatus().getCodeValue()).isEqualTo(400);
    assertThat(reply.getBody().toStringUtf8()).contains("path (expected: no query");
    assertThat(line.fact(0, Fact.DECISION)).isEqualTo("refused");
  }

  @ParameterizedTest
  @CsvSource({
    "content-type, text/plain",
    "content-type, application/json;charset=utf-16",
    "content-type, application/json-seq"
  })
  void otherMediaTypesAreRefused(String name, String value) throws Exception {
    var reply =
        line.envoy()
            .open()
            .requestHead("POST", false, name, value)
            .immediate()
            .getImmediateResponse();
    assertThat(reply.getStatus().getCodeValue()).isEqualTo(415);
    assertThat(reply.getBody().toStringUtf8()).contains("\"id\":null");
  }

  @Test
  void encodedBodyIsRefused() throws Exception {
    var reply = line.envoy().open().post("content-encoding", "gzip").immediate();
    assertThat(reply.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "HEAD", "OPTIONS", "PATCH", "get"})
  void otherMethodsAreRefused(String method) throws Exception {
    var reply = line.envoy().open().requestHead(method, true).immediate();
    assertThat(reply.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(405);
  }

  @Test
  void oldTransportIsRefused() throws Exception {
    var reply =
        line.envoy().open().requestHead("GET", true, "accept", "text/event-stream").immediate();
    assertThat(reply.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(405);
  }

  @Test
  void routeWithoutServerIsRefused() throws Exception {
    var head = Stream.requestHead("POST", false, Map.of("xds.route_name", EnvoyPeer.text("other")));
    line.envoy().open().send(head).immediate();
    assertThat(line.fact(0, Fact.REASON)).isEqualTo("no-server");
  }

  @Test
  void tooLargeBodyIsRefusedAtTheCap() throws Exception {
    try (var small = new LineFixture(SMALL, IdentitySettings.ANONYMOUS, SessionOwners.NONE)) {
      var reply =
          small
              .envoy()
              .open()
              .post()
              .requestBody("x".repeat(200), false)
              .requestBody("x".repeat(57), false)
              .immediate()
              .getImmediateResponse();
      assertThat(reply.getStatus().getCodeValue()).isEqualTo(413);
      assertThat(reply.getBody().toStringUtf8()).contains("41301", "\"id\":null");
      assertThat(small.fact(0, Fact.BYTES)).isEqualTo("257");
      assertThat(small.server().heldBytes()).isZero();
    }
  }

  @Test
  void bodyBeyondTheShareOfItsCallerIsRefused() throws Exception {
    var limits = new Limits(1000, 256, 256, 300, Duration.ofSeconds(30));
    try (var small = new LineFixture(limits, IdentitySettings.ANONYMOUS, SessionOwners.NONE)) {
      Stream first = small.envoy().open().post().requestBody("x".repeat(140), false);
      small.taken();
      Stream second = small.envoy().open().post().requestBody("x".repeat(11), false);
      var reply = second.immediate().getImmediateResponse();
      assertThat(reply.getStatus().getCodeValue()).isEqualTo(503);
      assertThat(reply.getBody().toStringUtf8()).contains("50301");
      first.cancel();
    }
  }

  @Test
  void slowUploadIsRefused() throws Exception {
    Stream stream = line.envoy().open().post().requestBody("{", false);
    line.taken();
    line.clock.advance(Duration.ofSeconds(31));
    var reply = stream.immediate().getImmediateResponse();
    assertThat(reply.getStatus().getCodeValue()).isEqualTo(408);
    assertThat(line.fact(1, Fact.REASON)).isEqualTo("too-slow");
  }

  @Test
  void emptyPostIsRefused() throws Exception {
    var reply =
        line.envoy()
            .open()
            .requestHead("POST", true, "content-type", "application/json")
            .immediate()
            .getImmediateResponse();
    assertThat(reply.getStatus().getCodeValue()).isEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource(
      value = BodySendMode.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"FULL_DUPLEX_STREAMED", "UNRECOGNIZED"})
  void otherBodyModesAreAbortedWithAnError(BodySendMode mode) {
    for (boolean ofRequest : List.of(true, false)) {
      var config =
          ProtocolConfiguration.newBuilder()
              .setRequestBodyMode(ofRequest ? mode : BodySendMode.FULL_DUPLEX_STREAMED)
              .setResponseBodyMode(ofRequest ? BodySendMode.FULL_DUPLEX_STREAMED : mode);
      var head = Stream.requestHead("POST", false, Map.of()).setProtocolConfig(config);
      assertThat(line.envoy().open().send(head).closed().getCode())
          .isEqualTo(Status.Code.FAILED_PRECONDITION);
    }
  }

  @Test
  void messageOutOfOrderIsAborted() {
    for (var message :
        List.of(
            ProcessingRequest.newBuilder().setRequestBody(HttpBody.getDefaultInstance()),
            ProcessingRequest.newBuilder())) {
      assertThat(line.envoy().open().send(message).closed().isOk()).isFalse();
    }
    assertThat(line.envoy().open().answerBody("x", true).closed().isOk()).isFalse();
    assertThat(line.envoy().open().answerTrailers().closed().isOk()).isFalse();
    Stream twice = line.envoy().open().post().post();
    assertThat(twice.closed().isOk()).isFalse();
  }

  @Test
  void cleanCloseNeverLeavesAnythingPending() {
    assertThat(line.envoy().open().halfClose().closed().isOk()).isFalse();
    assertThat(line.envoy().open().post().halfClose().closed().isOk()).isFalse();
    Stream half = line.envoy().open().post().requestBody("{", false).halfClose();
    assertThat(half.closed().isOk()).isFalse();
    Stream released = line.sent(CALL);
    assertThat(released.halfClose().closed().isOk()).isFalse();
  }

  @Test
  void halfCloseAfterTheLastReplyIsAnsweredCleanly() {
    Stream stream = line.envoy().open().post().requestBody("x", true);
    stream.immediate();
    assertThat(stream.halfClose().closed().isOk()).isTrue();
  }

  @Test
  void capabilitiesThatNoServerMayUseAreTakenOut() throws Exception {
    String initialize =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
            + "\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"sampling\":{},\"roots\":{},"
            + "\"other\":{}},\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}}}";
    Stream stream = line.envoy().open().post().requestBody(initialize, true);
    assertThat(EnvoyPeer.bodyOf(stream.forwarded()).toStringUtf8())
        .contains("\"capabilities\":{\"other\":{}}");
    assertThat(line.fact(0, Fact.DETAIL)).contains("sampling", "roots");
    assertThat(line.fact(0, Fact.CLAIMED_CLIENT)).isEqualTo("c/1");
    line.allow(question -> true);
    stream = line.envoy().open().post().requestBody(initialize, true);
    assertThat(EnvoyPeer.bodyOf(stream.forwarded()).toStringUtf8()).contains("sampling");
  }

  @Test
  void mirroredHeadersOfTheSessionEraAreStripped() {
    Stream stream =
        line.envoy()
            .open()
            .post("mcp-method", "ping", "mcp-name", "x", "mcp-param-a", "b")
            .requestBody(CALL, true);
    var mutation = stream.forwarded().getRequestHeaders().getResponse().getHeaderMutation();
    assertThat(mutation.getRemoveHeadersList()).contains("mcp-method", "mcp-name", "mcp-param-a");
  }

  @Test
  void longWordsOfCallersBecomeFactsByDigest() throws Exception {
    String id = "i".repeat(300);
    String call = CALL.replace("7", "\"" + id + "\"");
    line.envoy().open().post("user-agent", "u".repeat(257)).requestBody(call, true).forwarded();
    assertThat(line.fact(0, Fact.RPC_ID)).startsWith("length 302, digest ");
    assertThat(line.fact(0, Fact.CLAIMED_USER_AGENT)).startsWith("length 257, digest ");
  }

  @Test
  void logThatIsDownRefusesWithoutExecution() throws Exception {
    line.log.fail();
    ProcessingResponse reply = line.envoy().open().post().requestBody(CALL, true).immediate();
    assertThat(reply.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(200);
    assertThat(reply.getImmediateResponse().getBody().toStringUtf8())
        .contains("NOT EXECUTED", "\"isError\":true");
    assertThat(EnvoyPeer.mark(reply, "answer")).isEqualTo("none");
    String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"prompts/list\"}";
    reply = line.envoy().open().post().requestBody(ping, true).immediate();
    assertThat(reply.getImmediateResponse().getBody().toStringUtf8()).contains("50301");
    assertThat(line.metrics.get(Counter.AUDIT_FAILURES)).isEqualTo(2);
    assertThat(line.entries(0)).isEmpty();
  }

  @Test
  void spentBudgetIsNoFailureOfTheLog() throws Exception {
    SpentBudgets.of("sample", line.state, line.clock);
    ProcessingResponse reply = line.envoy().open().post().requestBody(CALL, true).immediate();
    assertThat(reply.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(200);
    assertThat(reply.getImmediateResponse().getBody().toStringUtf8())
        .contains("NOT EXECUTED", "Wait a minute", "\"outcome\":\"limited\"", "\"retryable\":true")
        .doesNotContain("audit log");
    String list = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"prompts/list\"}";
    reply = line.envoy().open().post().requestBody(list, true).immediate();
    assertThat(reply.getImmediateResponse().getBody().toStringUtf8()).contains("42901");
    assertThat(line.metrics.get(Counter.OVER_BUDGET)).isEqualTo(2);
    assertThat(line.metrics.get(Counter.AUDIT_FAILURES)).isZero();
  }

  private static List<String> names(ProcessingResponse reply) {
    return reply.getRequestHeaders().getResponse().getHeaderMutation().getSetHeadersList().stream()
        .map(HeaderValueOption::getHeader)
        .map(header -> header.getKey())
        .toList();
  }
}
