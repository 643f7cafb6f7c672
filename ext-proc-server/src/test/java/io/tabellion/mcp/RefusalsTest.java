package io.tabellion.mcp;

import static io.tabellion.mcp.Messages.notification;
import static io.tabellion.mcp.Messages.operation;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.jsonrpc.Envelope;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.MessageReader;
import io.tabellion.jsonrpc.Parsed;
import io.tabellion.jsonrpc.RequestId;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The payloads of facts/mcp.md §2.5 and design §5. */
@Tag("unit")
class RefusalsTest {
  private static final Operation CALL = operation("tools/call", "{'name':'delete_customer'}");
  private static final Operation READ = operation("resources/read", "{'uri':'u'}");
  private static final Operation NOTE = operation(notification("notifications/cancelled", "{}"));
  private static final RequestId ID = new RequestId.Text("a");
  private static final String REFERENCE = "0198-ref";

  private final Refusals session = new Refusals(Era.SESSION, REFERENCE);
  private final Refusals stateless = new Refusals(Era.STATELESS, REFERENCE);

  @Test
  void aBlockedCallIsAResultForTheModel() {
    Refusal refusal = session.blocked(CALL, "crm", List.of("R-112"), "No deletions in production.");
    assertThat(refusal.status()).isEqualTo(200);
    assertThat(refusal.headers())
        .containsExactly(
            new Header("cache-control", "no-store"),
            new Header("content-type", "application/json"));
    assertThat(refusal.body().toStringUtf8())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"BLOCKED"
                + " BY POLICY - the call was not executed. Tool 'delete_customer' on server 'crm' is"
                + " not allowed for this agent (rule R-112). No deletions in production. Do not retry"
                + " this call and do not try to get the same effect with another tool. Tell the user"
                + " and quote reference 0198-ref.\"}],\"isError\":true,\"_meta\":{\"io.tabellion/decision\":"
                + "{\"outcome\":\"blocked\",\"id\":\"0198-ref\",\"rule\":\"R-112\",\"retryable\":false}}}}");
  }

  @Test
  void aDefaultThatBlocksHasNoRule() {
    String text = text(session.blocked(CALL, "crm", List.of(), null));
    assertThat(text).contains("(no rule allows it). Do not retry");
    assertThat(decision(session.blocked(CALL, "crm", List.of(), null)).text("rule")).isNull();
    assertThat(text(new Refusals(Era.SESSION, null).blocked(CALL, "crm", List.of(), null)))
        .endsWith("Tell the user.");
  }

  @Test
  void theStatelessEraNamesTheTypeOfAResult() {
    for (Refusal refusal :
        List.of(
            stateless.blocked(CALL, "crm", List.of(), null),
            stateless.withheld(CALL, "x"),
            stateless.notRecorded(CALL))) {
      assertThat(result(refusal).text("resultType")).isEqualTo("complete");
    }
    assertThat(result(session.blocked(CALL, "crm", List.of(), null)).get("resultType")).isNull();
  }

  @Test
  void otherBlockedRequestsGetAnError() {
    Refusal refusal = session.blocked(READ, "crm", List.of("R-1", "R-2"), null);
    assertThat(refusal.status()).isEqualTo(200);
    assertThat(refusal.body().toStringUtf8())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":40301,\"message\":\"Blocked by policy (rule"
                + " R-1, R-2; reference 0198-ref). Not executed; do not retry.\",\"data\":{"
                + "\"io.tabellion/decision\":{\"outcome\":\"blocked\",\"id\":\"0198-ref\",\"rule\":\"R-1\","
                + "\"retryable\":false}}}}");
  }

  @Test
  void ablockedNotificationIsTakenAndDropped() {
    Refusal refusal = session.blocked(NOTE, "crm", List.of(), null);
    assertThat(refusal.status()).isEqualTo(202);
    assertThat(refusal.body().isEmpty()).isTrue();
    assertThat(refusal.headers()).containsExactly(new Header("cache-control", "no-store"));
  }

  @Test
  void whatMayHaveBeenExecutedSaysSo() {
    assertThat(text(session.failed(CALL, "it could not be read")))
        .isEqualTo(
            "FAILED - the server answered with an error, and its answer was withheld (it could not be"
                + " read). Nobody can say whether the tool was executed: do not call it again before"
                + " that is known. Tell the user and quote reference 0198-ref.");
    assertThat(decision(session.failed(CALL, "x")).text("outcome")).isEqualTo("withheld");
    assertThat(code(session.failed(READ, "x"))).isEqualTo("40301");
    for (Refusal refusal : List.of(session.failed(READ, "x"), session.unread(READ, "x"))) {
      assertThat(refusal.body().toStringUtf8())
          .contains("Nobody can say whether the request was executed.");
    }
  }

  @Test
  void whatWasExecutedSaysSo() {
    assertThat(text(session.withheld(CALL, "it could not be read")))
        .isEqualTo(
            "WITHHELD - the tool WAS executed, but its result was withheld (it could not be read). Do"
                + " not call it again to obtain the data. Tell the user and quote reference 0198-ref.");
    assertThat(text(session.answerTooLarge(CALL, 16_777_216)))
        .contains("WAS executed", "larger than 16777216 bytes");
    assertThat(text(session.answerNotRecorded(CALL))).contains("WAS executed", "audit log");
    assertThat(decision(session.withheld(CALL, "x")).text("outcome")).isEqualTo("withheld");
    assertThat(result(session.withheld(CALL, "x")).get("structuredContent")).isNull();
    assertThat(code(session.withheld(READ, "x"))).isEqualTo("40301");
    assertThat(code(session.answerTooLarge(READ, 5))).isEqualTo("41301");
    assertThat(code(session.answerNotRecorded(READ))).isEqualTo("50301");
    assertThat(session.withheld(READ, "x").status()).isEqualTo(200);
  }

  @Test
  void withoutARecordNothingIsExecuted() {
    assertThat(session.notRecorded(CALL).status()).isEqualTo(200);
    assertThat(text(session.notRecorded(CALL))).startsWith("NOT EXECUTED").contains("audit log");
    assertThat(session.notRecorded(READ).status()).isEqualTo(200);
    assertThat(code(session.notRecorded(READ))).isEqualTo("50301");
    assertThat(session.notRecorded(NOTE).status()).isEqualTo(503);
  }

  @Test
  void malformedBodiesHaveNullForAnIdOrNone() {
    Fault fault = Fault.of(new Parsed.Malformed(-32700, "byte 4", "a colon"));
    assertThat(session.fault(fault, null).status()).isEqualTo(400);
    assertThat(session.fault(fault, null).body().toStringUtf8())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"Not accepted: byte 4"
                + " (expected: a colon; reference 0198-ref)\",\"data\":{\"io.tabellion/decision\":{"
                + "\"outcome\":\"refused\",\"id\":\"0198-ref\",\"rule\":\"not-json\",\"retryable\":false}}}}");
    assertThat(((Json.Obj) message(stateless.fault(fault, null))).get("id")).isNull();
    assertThat(code(session.fault(Fault.of(Parsed.Malformed.message("#", "x")), null)))
        .isEqualTo("-32600");
    assertThat(new Refusals(Era.SESSION, null).fault(fault, null).body().toStringUtf8())
        .doesNotContain("reference");
  }

  /** Each fault has the status and code that the facts give; the id is echoed where it is known. */
  @ParameterizedTest
  @EnumSource(Fault.Kind.class)
  void everyFaultIsAnswered(Fault.Kind kind) {
    Fault fault = new Fault(kind, "#", "x");
    for (Refusals refusals : List.of(session, stateless)) {
      Refusal refusal = refusals.fault(fault, ID);
      assertThat(refusal.status()).isEqualTo(kind.status());
      assertThat(((Json.Obj) message(refusal)).text("id")).isEqualTo("a");
      assertReadable(refusal);
      assertReadable(refusals.fault(fault, new RequestId.Num("1")));
    }
  }

  @Test
  void statusAndCodeOfTheNamedFaults() {
    assertFault(Fault.Kind.HEADER_MISMATCH, 400, "-32020");
    assertFault(Fault.Kind.META_MISSING, 400, "-32602");
    assertFault(Fault.Kind.REVISION, 400, "-32022");
    assertFault(Fault.Kind.NO_SUCH_METHOD, 404, "-32601");
    assertFault(Fault.Kind.BATCH, 400, "-32600");
    assertFault(Fault.Kind.TOO_LARGE, 413, "41301");
    assertFault(Fault.Kind.MEDIA_TYPE, 415, "-32600");
    assertFault(Fault.Kind.CONTENT_ENCODING, 415, "-32600");
    assertFault(Fault.Kind.UNKNOWN_SESSION, 404, "-32001");
    assertFault(Fault.Kind.HTTP_METHOD, 405, "-32600");
    assertFault(Fault.Kind.RETRY_HEADERS, 400, "-32600");
    assertFault(Fault.Kind.UNAVAILABLE, 503, "50301");
  }

  @Test
  void whatWasNotReadHasANullIdInBothEras() {
    for (Fault.Kind kind :
        List.of(Fault.Kind.TOO_LARGE, Fault.Kind.MEDIA_TYPE, Fault.Kind.CONTENT_ENCODING)) {
      Refusal refusal = stateless.fault(new Fault(kind, "#", "x"), null);
      assertThat(((Json.Obj) message(refusal)).get("id")).isEqualTo(Json.Literal.NULL);
    }
  }

  @Test
  void a405SaysWhatIsAllowed() {
    assertThat(session.fault(new Fault(Fault.Kind.HTTP_METHOD, "GET", "POST"), null).headers())
        .contains(new Header("allow", "POST"));
  }

  /** Row 29. */
  @Test
  void aNameThatIsNoToolNameIsAnsweredToTheModel() {
    Refusal refusal = session.fault(new Fault(Fault.Kind.TOOL_NAME, "#/params/name", "x"), ID);
    assertThat(refusal.status()).isEqualTo(200);
    assertThat(text(refusal)).startsWith("NOT EXECUTED");
  }

  @Test
  void anUnknownRevisionIsToldTheKnownOnes() {
    Fault fault = new Fault(Fault.Kind.REVISION, "mcp-protocol-version", "a revision that we know");
    Json.Obj data =
        member(
            error(stateless.fault(fault, ID, Headers.of("mcp-protocol-version", "9999-01-01"))),
            "data");
    assertThat(JsonWriter.toText(data))
        .contains("\"supported\":[\"2026-07-28\"],\"requested\":\"9999-01-01\"");
    Headers odd = Headers.of("mcp-protocol-version", "\ud83d<script>");
    assertThat(stateless.fault(fault, ID, odd).body().toStringUtf8())
        .contains("\"requested\":\"\"");
    Fault other = new Fault(Fault.Kind.HEADER_MISMATCH, "#", "x");
    assertThat(stateless.fault(other, ID, odd)).isEqualTo(stateless.fault(other, ID));
  }

  @Test
  void aBatchIsAnsweredInOne() {
    Refusal call = session.blocked(CALL, "crm", List.of(), null);
    Refusal note = session.blocked(NOTE, "crm", List.of(), null);
    Refusal batch = Refusals.batch(List.of(call, note, call));
    assertThat(batch.status()).isEqualTo(200);
    assertThat(message(batch)).isEqualTo(new Json.Array(List.of(message(call), message(call))));
    assertThat(Refusals.batch(List.of(note)).status()).isEqualTo(202);
  }

  @Test
  void aRejectedAnswerTellsTheServer() {
    assertThat(JsonWriter.toText(Refusals.rejectedByUser(new RequestId.Num("3"))))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-1,\"message\":\"User rejected the"
                + " request\"}}");
  }

  private void assertFault(Fault.Kind kind, int status, String code) {
    Refusal refusal = session.fault(new Fault(kind, "#", "x"), null);
    assertThat(refusal.status()).isEqualTo(status);
    assertThat(code(refusal)).isEqualTo(code);
  }

  /** What we say is a message to a reader as strict as ours. */
  private static void assertReadable(Refusal refusal) {
    assertThat(new MessageReader(Limits.DEFAULT).read(refusal.body()))
        .isInstanceOfSatisfying(
            Parsed.Single.class,
            single ->
                assertThat(single.envelope())
                    .isInstanceOfAny(Envelope.Result.class, Envelope.Failure.class));
  }

  private static Json message(Refusal refusal) {
    return Objects.requireNonNull(refusal.message());
  }

  private static Json.Obj result(Refusal refusal) {
    return member((Json.Obj) message(refusal), "result");
  }

  private static Json.Obj error(Refusal refusal) {
    return member((Json.Obj) message(refusal), "error");
  }

  private static Json.Obj member(Json.Obj object, String name) {
    return Objects.requireNonNull(object.object(name), name);
  }

  private static String code(Refusal refusal) {
    return JsonWriter.toText(Objects.requireNonNull(error(refusal).get("code")));
  }

  private static Json.Obj decision(Refusal refusal) {
    return member(member(result(refusal), "_meta"), "io.tabellion/decision");
  }

  private static String text(Refusal refusal) {
    assertThat(result(refusal).get("isError")).isEqualTo(Json.Literal.TRUE);
    Json.Array content = Objects.requireNonNull(result(refusal).array("content"));
    return Objects.requireNonNull(((Json.Obj) content.items().getFirst()).text("text"));
  }
}
