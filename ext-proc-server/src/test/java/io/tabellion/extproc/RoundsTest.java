package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalSettings;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Decisions.Word;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls of the stateless era that wait for people in rounds. */
@Tag("unit")
final class RoundsTest extends Asking {
  private static final ApprovalSettings BRIEF =
      new ApprovalSettings(Duration.ofMillis(20), Map.of(), Duration.ofMinutes(15), 3, 2, null);

  private static final String RULES =
      """
      - {id: all, match: {}, then: allow}
      - id: large
        match: {tools: [refund]}
        then: requireApproval
        approval: {approvers: "'finance' in approver.groups", ttl: 10m}
      """;

  RoundsTest() {
    super(RULES, BRIEF);
  }

  private static String body(int id, String arguments, String beside, String capabilities) {
    return ("{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{\"name\":\"refund\",\"arguments\":%s%s,"
            + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientInfo\":{\"name\":\"c\",\"version\":\"1\"},"
            + "\"io.modelcontextprotocol/clientCapabilities\":%s}}}")
        .formatted(id, arguments, beside, capabilities);
  }

  private Stream stateless(String subject, String body) {
    return stateless(subject, "tools/call", "refund", body);
  }

  private Stream round(String beside) {
    return stateless("alice", body(1, "{\"amount\":501}", beside, "{}"));
  }

  private static Json.Obj result(Stream stream) {
    Json.Obj result = json(text(stream)).object("result");
    return result == null ? Json.Obj.EMPTY : result;
  }

  private static Json.Obj json(String text) {
    Reading read = new JsonReader(Limits.DEFAULT).read(ByteString.copyFromUtf8(text));
    assertThat(read).isInstanceOf(Reading.Document.class);
    return read instanceof Reading.Document(Json.Obj object) ? object : Json.Obj.EMPTY;
  }

  private static String state(Json.Obj result) {
    assertThat(result.text("resultType")).isEqualTo("input_required");
    assertThat(result.get("inputRequests")).isNull();
    return String.valueOf(result.text("requestState"));
  }

  private static String with(String state) {
    return ",\"requestState\":" + JsonWriter.toText(new Json.Text(state));
  }

  @Test
  void aCallIsSentAgainUntilSomebodyDecided() throws Exception {
    String first = state(result(round("")));
    ApprovalRequest request = pending();
    assertThat(first).doesNotContain(request.id(), "alice");
    String second = state(result(round(with(first))));
    assertThat(second).isNotEqualTo(first);
    approve(CAROL, request);

    Stream last = round(with(second));
    String forwarded = EnvoyPeer.bodyOf(last.forwarded()).toStringUtf8();
    assertThat(forwarded).contains("\"amount\":501").doesNotContain("requestState", "tbl1.");
    last.answerJson(OK.replace("{\"content", "{\"resultType\":\"complete\",\"content")).answered();
    assertThat(office.ledger().all()).hasSize(1);
    assertThat(kinds().stream().filter("approval.requested"::equals)).hasSize(1);
    assertThat(kinds()).endsWith("approval.consumed", "call.outcome", "approval.completed");
  }

  @Test
  void afterNineRoundsItIsParked() {
    String beside = "";
    for (int i = 0; i < 9; i++) {
      beside = with(state(result(round(beside))));
    }
    Json.Obj parked = result(round(beside));
    assertThat(parked.text("resultType")).isEqualTo("complete");
    assertThat(JsonWriter.toText(parked)).contains("PENDING HUMAN APPROVAL", "\"isError\":true");
  }

  @Test
  void aDenialEndsTheRounds() throws Exception {
    String state = state(result(round("")));
    office.decisions().deny(CAROL, new Word(pending().id(), "", "no"));
    assertThat(JsonWriter.toText(result(round(with(state))))).contains("DENIED BY AN APPROVER");
  }

  @Test
  void aStateOfSomebodyElseAnAlteredAndAnOldOneAreRefused() throws Exception {
    String state = state(result(round("")));
    assertThat(text(stateless("bob", body(2, "{\"amount\":501}", with(state), "{}"))))
        .contains("-32602", "requestState");
    char end = state.charAt(state.length() - 1);
    String altered = state.substring(0, state.length() - 1) + (end == 'A' ? 'Q' : 'A');
    for (String bad :
        new String[] {altered, "tbl1.", "tbl1.AAAA", "tbl1.!", "tbl1." + "A".repeat(99)}) {
      assertThat(text(round(with(bad)))).as(bad).contains("-32602");
    }
    line.clock.advance(Duration.ofMinutes(61));
    assertThat(text(round(with(state)))).contains("-32602");
    assertThat(office.ledger().all()).hasSize(1);
  }

  @Test
  void otherArgumentsWithTheSameStateAreAnotherCall() throws Exception {
    String state = state(result(round("")));
    approve(CAROL, pending());
    Stream other = stateless("alice", body(2, "{\"amount\":502}", with(state), "{}"));
    state(result(other));
    assertThat(office.ledger().all())
        .extracting(ApprovalRequest::state)
        .containsExactlyInAnyOrder(ApprovalState.APPROVED, ApprovalState.PENDING);
  }

  @Test
  void whatTheClientHasForTheServerComesBackToIt() throws Exception {
    String own =
        ",\"requestState\":\"of the server\",\"inputResponses\":{\"q\":{\"action\":\"accept\",\"content\":{\"n\":1}}}";
    String state = state(result(round(own)));
    approve(CAROL, pending());
    Stream again = round(with(state));
    assertThat(EnvoyPeer.bodyOf(again.forwarded()).toStringUtf8())
        .contains(
            "\"requestState\":\"of the server\"",
            "\"inputResponses\":{\"q\":{\"action\":\"accept\",\"content\":{\"n\":1}}}");
    again.cancel();
  }

  @Test
  void aStateOfTheServersOwnIsLeftAlone() throws Exception {
    String body =
        body(3, "{}", ",\"requestState\":\"abc\"", "{}")
            .replace("\"name\":\"refund\"", "\"name\":\"echo\"");
    Stream other = stateless("alice", "tools/call", "echo", body);
    assertThat(EnvoyPeer.bodyOf(other.forwarded()).toStringUtf8())
        .contains("\"requestState\":\"abc\"");
    other.cancel();
  }

  @Test
  void aClientThatShowsLinksIsGivenOneOnce() throws Exception {
    office =
        line.office(
            new ApprovalSettings(
                Duration.ofMillis(20),
                Map.of(),
                Duration.ofMinutes(15),
                3,
                2,
                new ApprovalSettings.Page("https://tabellion.example/approvals", true)));
    String shows = "{\"elicitation\":{\"url\":{}}}";
    Json.Obj first = result(stateless("alice", body(1, "{\"amount\":501}", "", shows)));
    String url = "https://tabellion.example/approvals/" + pending().id();
    assertThat(JsonWriter.toText(first))
        .contains("\"inputRequests\":{\"io.tabellion/approval\":{\"method\":\"elicitation/create\"")
        .contains("\"mode\":\"url\"", "\"url\":\"" + url + "\"");
    String back =
        with(String.valueOf(first.text("requestState")))
            + ",\"inputResponses\":{\"io.tabellion/approval\":{\"action\":\"accept\"}}";
    Json.Obj second = result(stateless("alice", body(1, "{\"amount\":501}", back, shows)));
    state(second);
    approve(CAROL, pending());
    Stream last =
        stateless(
            "alice",
            body(1, "{\"amount\":501}", with(String.valueOf(second.text("requestState"))), shows));
    assertThat(EnvoyPeer.bodyOf(last.forwarded()).toStringUtf8()).doesNotContain("inputResponses");
    last.cancel();
  }

  @Test
  void theClientOfASessionShowsALinkOnlyIfItSaidThatItCan() throws Exception {
    office =
        line.office(
            new ApprovalSettings(
                Duration.ZERO,
                Map.of(),
                Duration.ofMinutes(15),
                3,
                2,
                new ApprovalSettings.Page("https://tabellion.example/approvals", true)));
    inSession("s-1", "{\"elicitation\":{\"url\":{}}}", "2025-11-25");
    assertThat(text(called("s-1", "2025-11-25")))
        .contains("\"code\":-32042", "\"mode\":\"url\"", "/approvals/" + pending().id());
    inSession("s-2", "{\"elicitation\":{}}", "2025-11-25");
    assertThat(text(called("s-2", "2025-11-25")))
        .contains("\"isError\":true", "Status: https://tabellion.example/approvals/apr-");
    inSession("s-3", "{\"elicitation\":{\"url\":{}}}", "2025-06-18");
    assertThat(text(called("s-3", "2025-06-18"))).contains("\"isError\":true");
  }

  private void inSession(String session, String capabilities, String revision) throws Exception {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"%s\",\"capabilities\":%s,\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}}}"
            .formatted(revision, capabilities);
    Stream stream = sent("alice", body);
    stream.forwarded();
    stream
        .answerJson(
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"%s\",\"capabilities\":{},\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}}"
                .formatted(revision),
            "mcp-session-id",
            session)
        .answered();
  }

  private Stream called(String session, String revision) {
    return line.envoy()
        .open()
        .send(
            Stream.withTokenOf(
                "alice",
                Stream.requestHead(
                    "POST",
                    false,
                    Map.of(),
                    "content-type",
                    "application/json",
                    "mcp-session-id",
                    session,
                    "mcp-protocol-version",
                    revision)))
        .requestBody(call(9, "refund", "{\"amount\":501}"), true);
  }
}
