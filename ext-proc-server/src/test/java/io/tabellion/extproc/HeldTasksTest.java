package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Decisions.Word;
import io.tabellion.audit.Fact;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls that wait for people as tasks: their clients get the result without calling again. */
@Tag("unit")
final class HeldTasksTest extends Asking {
  private static final String RULES =
      """
      - {id: all, match: {}, then: allow}
      - id: large
        match: {tools: [refund]}
        then: requireApproval
        approval: {approvers: "'finance' in approver.groups", ttl: 10m}
      - {id: no-ssn, match: {direction: response, tools: [refund]}, mask: [{detect: [US_SSN]}]}
      """;

  private static final String TASKS =
      "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}},\"sampling\":{}}";
  private static final String DONE =
      "{\"jsonrpc\":\"2.0\",\"id\":%d,\"result\":{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]}}";

  HeldTasksTest() {
    super(RULES, SHORT);
  }

  private Stream asking(String subject, String method, String name, String params) {
    String body =
        ("{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":{%s,"
                + "\"_meta\":{\"progressToken\":\"p\",\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientInfo\":{\"name\":\"c\",\"version\":\"1\"},"
                + "\"io.modelcontextprotocol/clientCapabilities\":%s}}}")
            .formatted(++ids, method, params, TASKS);
    return stateless(subject, method, name, body);
  }

  private int ids;

  private Stream called() {
    return asking(
        "alice", "tools/call", "refund", "\"name\":\"refund\",\"arguments\":{\"amount\":501}");
  }

  private Stream about(String subject, String method, String task) {
    return asking(subject, method, task, "\"taskId\":\"" + task + "\"");
  }

  private static Json.Obj result(String text) {
    Reading read = new JsonReader(Limits.DEFAULT).read(ByteString.copyFromUtf8(text));
    Json.Obj answer = read instanceof Reading.Document(Json.Obj object) ? object : Json.Obj.EMPTY;
    Json.Obj result = answer.object("result");
    assertThat(result).as(text).isNotNull();
    return result == null ? Json.Obj.EMPTY : result;
  }

  private String begun() {
    Json.Obj begun = result(text(called()));
    assertThat(begun.text("resultType")).isEqualTo("task");
    assertThat(begun.text("status")).isEqualTo("working");
    assertThat(JsonWriter.toText(begun))
        .contains("\"ttlMs\":600000", "\"pollIntervalMs\":5000", "createdAt", "lastUpdatedAt");
    return String.valueOf(begun.text("taskId"));
  }

  private String status(String task) {
    return String.valueOf(result(text(about("alice", "tasks/get", task))).text("status"));
  }

  @Test
  void theResultComesWithTheTaskOnceItIsApproved() throws Exception {
    String task = begun();
    ApprovalRequest request = pending();
    assertThat(task).hasSizeGreaterThan(40).doesNotContain(request.id());
    assertThat(status(task)).isEqualTo("working");
    approve(CAROL, request);

    Stream asks = about("alice", "tasks/get", task);
    var reply = asks.forwarded();
    assertThat(EnvoyPeer.bodyOf(reply).toStringUtf8())
        .contains("\"method\":\"tools/call\"", "\"amount\":501", "\"id\":" + ids)
        .doesNotContain("taskId", "sampling", "progressToken", "modelcontextprotocol/tasks");
    assertThat(reply.toString()).contains("mcp-method", "tools/call", "refund");
    String answered =
        EnvoyPeer.bodyOf(asks.answerJson(DONE.formatted(ids, "ssn 514-69-0360")).answered())
            .toStringUtf8();
    Json.Obj told = result(answered);
    assertThat(told.text("status")).isEqualTo("completed");
    assertThat(told.text("resultType")).isEqualTo("complete");
    assertThat(told.text("taskId")).isEqualTo(task);
    assertThat(String.valueOf(told.get("result")))
        .contains("content")
        .doesNotContain("514-69-0360");
    assertThat(kinds()).endsWith("approval.consumed", "call.outcome", "approval.completed");
    assertThat(line.fact(kinds().size() - 2, Fact.TOOL)).isEqualTo("refund");

    Json.Obj again = result(text(about("alice", "tasks/get", task)));
    assertThat(again.text("status")).isEqualTo("completed");
    assertThat(JsonWriter.toText(again)).contains("NOT EXECUTED A SECOND TIME");
    assertThat(office.ledger().all()).as("nobody is asked again").hasSize(1);
  }

  /** Otherwise one client that calls again and again would push out the tasks of all others. */
  @Test
  void identicalCallsShareATask() throws Exception {
    String task = begun();
    assertThat(begun()).isEqualTo(task);
    office.decisions().deny(CAROL, new Word(pending().id(), "", "no"));
    line.clock.advance(Duration.ofMinutes(11));
    assertThat(begun()).as("of another request").isNotEqualTo(task);
  }

  @Test
  void anAnswerInEventsIsTheTasksToo() throws Exception {
    String task = begun();
    approve(CAROL, pending());
    Stream asks = about("alice", "tasks/get", task);
    asks.forwarded();
    asks.answerHead(200, false, "content-type", "text/event-stream").answered();
    asks.answerBody(
        "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":\"x\"}}\n\n"
            + "event: message\ndata: "
            + DONE.formatted(ids, "done")
            + "\n\n",
        true);
    StringBuilder all = new StringBuilder();
    boolean ended = false;
    while (!ended) {
      var part =
          asks.reply().getResponseBody().getResponse().getBodyMutation().getStreamedResponse();
      all.append(part.getBody().toStringUtf8());
      ended = part.getEndOfStream();
    }
    String events = all.toString();
    assertThat(events)
        .contains("notifications/message", "\"status\":\"completed\"", "\"taskId\":\"" + task);
  }

  @Test
  void aFailureOfTheServerIsAFailedTask() throws Exception {
    String task = begun();
    approve(CAROL, pending());
    Stream asks = about("alice", "tasks/get", task);
    asks.forwarded();
    String answered =
        EnvoyPeer.bodyOf(
                asks.answerJson(
                        "{\"jsonrpc\":\"2.0\",\"id\":%d,\"error\":{\"code\":-32603,\"message\":\"no\"}}"
                            .formatted(ids))
                    .answered())
            .toStringUtf8();
    assertThat(result(answered).text("status")).isEqualTo("failed");
    assertThat(answered).contains("\"error\":{\"code\":-32603");
  }

  @Test
  void aDenialIsTheResultOfTheTask() throws Exception {
    String task = begun();
    office.decisions().deny(CAROL, new Word(pending().id(), "", "wrong customer"));
    Json.Obj told = result(text(about("alice", "tasks/get", task)));
    assertThat(told.text("status")).isEqualTo("completed");
    assertThat(JsonWriter.toText(told)).contains("DENIED BY AN APPROVER", "\"isError\":true");
  }

  @Test
  void aTaskIsNobodyElses() throws Exception {
    String task = begun();
    approve(CAROL, pending());
    Stream bob = about("bob", "tasks/get", task);
    assertThat(EnvoyPeer.bodyOf(bob.forwarded()).toStringUtf8())
        .as("the server does not know it")
        .contains("tasks/get");
    bob.cancel();
    assertThat(office.ledger().all())
        .extracting(ApprovalRequest::state)
        .containsExactly(ApprovalState.APPROVED);
  }

  @Test
  void aTaskThatItsClientCancelsIsNeverMade() throws Exception {
    String task = begun();
    ApprovalRequest request = pending();
    assertThat(result(text(about("alice", "tasks/cancel", task))).text("status"))
        .isEqualTo("cancelled");
    assertThat(office.ledger().find(request.id()).orElseThrow().state())
        .isEqualTo(ApprovalState.CANCELLED);
    Json.Obj later = result(text(about("alice", "tasks/get", task)));
    assertThat(JsonWriter.toText(later)).contains("CANCELLED - the call was not executed");
    assertThat(text(about("alice", "tasks/update", task))).contains("-32602");
  }

  @Test
  void anApprovedTaskThatItsClientCancelsIsNotMadeEither() throws Exception {
    String task = begun();
    ApprovalRequest request = approve(CAROL, pending());
    assertThat(result(text(about("alice", "tasks/cancel", task))).text("status"))
        .isEqualTo("cancelled");
    assertThat(office.ledger().find(request.id()).orElseThrow().state())
        .isEqualTo(ApprovalState.CANCELLED);
  }

  @Test
  void whereThePolicyAsksNoLongerTheAgentCallsAgain() throws Exception {
    String task = begun();
    approve(CAROL, pending());
    policy("", "- {id: all, match: {}, then: allow}\n");
    Json.Obj told = result(text(about("alice", "tasks/get", task)));
    assertThat(told.text("status")).isEqualTo("completed");
    assertThat(JsonWriter.toText(told)).contains("NOT EXECUTED");
    assertThat(kinds()).doesNotContain("approval.consumed");
  }

  @Test
  void fiftyQuestionsForATaskMakeItsCallOnce() throws Exception {
    String task = begun();
    approve(CAROL, pending());
    List<Stream> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(about("alice", "tasks/get", task));
    }
    int forwarded = 0;
    for (Stream one : all) {
      forwarded += one.reply().hasImmediateResponse() ? 0 : 1;
    }
    assertThat(forwarded).isEqualTo(1);
    all.forEach(Stream::cancel);
  }

  @Test
  void anApprovalThatComesTooLateEndsTheTask() throws Exception {
    String task = begun();
    line.clock.advance(Duration.ofMinutes(11));
    sweep();
    Json.Obj told = result(text(about("alice", "tasks/get", task)));
    assertThat(told.text("status")).isEqualTo("completed");
    assertThat(JsonWriter.toText(told)).contains("APPROVAL EXPIRED");
  }
}
