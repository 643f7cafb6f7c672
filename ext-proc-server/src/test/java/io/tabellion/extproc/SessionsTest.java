package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.tabellion.audit.Fact;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.identity.IdentitySettings.Jwt;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.Selector;
import io.tabellion.metrics.Counter;
import io.tabellion.session.SessionOwners;
import io.tabellion.session.SessionOwners.Owned;
import io.tabellion.testing.EnvoyPeer;
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

/** Whose a session is, what may be answered in it, and where. */
@Tag("unit")
final class SessionsTest {
  private static final IdentitySettings TOKENS =
      new IdentitySettings(
          new Jwt(Set.of("https://idp"), Set.of("us"), "groups"), null, null, false, Set.of());
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}";
  private static final String RESULT = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[]}}";

  private static final MaskRule PLANS =
      new MaskRule(
          "plans",
          Selector.parse("/params/arguments/plan"),
          Set.of(),
          0,
          Map.of(),
          Operator.Replace.NAMED,
          MaskRule.Where.RECORD);

  private final Map<String, Owned> past = new ConcurrentHashMap<>();
  private LineFixture line;

  @BeforeEach
  void begin() throws Exception {
    SessionOwners owners =
        (server, session) -> Optional.ofNullable(past.get(server + " " + session));
    line = new LineFixture(Limits.DEFAULTS, TOKENS, owners);
  }

  @AfterEach
  void end() {
    line.close();
  }

  private Stream by(String subject, String method, boolean end, String... headers) {
    return line.envoy()
        .open()
        .send(
            Stream.withTokenOf(
                subject, Stream.requestHead(method, end, Map.<String, Value>of(), headers)));
  }

  private Stream post(String subject, String session, String body) {
    return by(
            subject,
            "POST",
            false,
            "content-type",
            "application/json",
            "mcp-session-id",
            session,
            "mcp-protocol-version",
            "2025-11-25")
        .requestBody(body, true);
  }

  private ProcessingResponse initialize(String subject, String session, String revision) {
    return by(subject, "POST", false, "content-type", "application/json")
        .initialized(session, revision);
  }

  @Test
  void sessionBelongsToWhomeverInitialisedIt() throws Exception {
    ProcessingResponse begun = initialize("alice", "s-1", "2025-11-25");
    assertThat(begun.getResponseHeaders().getResponse().getHeaderMutation().getRemoveHeadersList())
        .doesNotContain("mcp-session-id");
    post("alice", "s-1", CALL).forwarded();
    var stolen = post("bob", "s-1", CALL).immediate().getImmediateResponse();
    assertThat(stolen.getStatus().getCodeValue()).isEqualTo(404);
    assertThat(stolen.getBody().toStringUtf8()).contains("\"id\":7");
    var unknown = post("bob", "s-2", CALL).immediate().getImmediateResponse();
    assertThat(unknown.getStatus().getCodeValue()).isEqualTo(404);
    assertThat(line.fact(3, Fact.REASON)).isEqualTo("unknown-session");
    assertThat(line.fact(3, Fact.DETAIL)).isEqualTo("the session of another principal");
    assertThat(line.fact(3, Fact.SUBJECT)).isEqualTo("bob");
    assertThat(line.fact(4, Fact.DETAIL)).doesNotContain("another principal");
  }

  @Test
  void outcomeOfInitializeSaysWhoseTheSessionIs() throws Exception {
    initialize("alice", "s-1", "2025-03-26");
    assertThat(line.fact(1, Fact.METHOD)).isEqualTo("initialize");
    assertThat(line.fact(1, Fact.SESSION)).isEqualTo(line.hash.of("session", "s-1"));
    assertThat(line.fact(1, Fact.OWNER)).isEqualTo(line.fact(0, Fact.OWNER));
    assertThat(line.fact(1, Fact.REVISION)).isEqualTo("2025-03-26");
    assertThat(line.fact(1, Fact.CONVERSATION)).isEqualTo(line.fact(1, Fact.SESSION));
    for (var entry : line.entries(2)) {
      assertThat(entry.leaf().toString()).doesNotContain("s-1");
    }
  }

  @Test
  void sessionOfAnEarlierBootIsKnownFromTheTrail() throws Exception {
    initialize("alice", "s-1", "2025-11-25");
    String owner = line.fact(0, Fact.OWNER);
    past.put(
        "sample " + line.hash.of("session", "s-0"),
        new Owned(String.valueOf(owner), "2025-11-25", "c/1"));
    post("alice", "s-0", CALL).forwarded();
    assertThat(line.fact(2, Fact.CLAIMED_CLIENT)).isEqualTo("c/1");
    post("bob", "s-0", CALL).immediate();
  }

  @Test
  void sessionIdOfSomebodyElseCannotBeTakenOver() throws Exception {
    initialize("alice", "s-1", "2025-11-25");
    ProcessingResponse taken = initialize("bob", "s-1", "2025-11-25");
    assertThat(taken.getResponseHeaders().getResponse().getHeaderMutation().getRemoveHeadersList())
        .contains("mcp-session-id");
    assertThat(EnvoyPeer.bodyOf(taken).toStringUtf8()).contains("withheld");
    assertThat(line.fact(3, Fact.REASON)).isEqualTo("session-taken");
    post("alice", "s-1", CALL).forwarded();
  }

  @Test
  void twoSessionHeadersAreRefused() {
    Stream stream =
        by(
            "alice",
            "POST",
            false,
            "content-type",
            "application/json",
            "mcp-session-id",
            "a",
            "mcp-session-id",
            "b");
    assertThat(stream.immediate().getImmediateResponse().getStatus().getCodeValue()).isEqualTo(400);
  }

  @Test
  void deleteEndsASession() {
    initialize("alice", "s-1", "2025-11-25");
    Stream stream = by("alice", "DELETE", true, "mcp-session-id", "s-1");
    stream.forwarded();
    stream.answerHead(204, true).answered();
    assertThat(
            post("alice", "s-1", CALL)
                .immediate()
                .getImmediateResponse()
                .getStatus()
                .getCodeValue())
        .isEqualTo(404);
  }

  @Test
  void deleteThatTheServerRefusesEndsNothing() {
    initialize("alice", "s-1", "2025-11-25");
    Stream stream = by("alice", "DELETE", true, "mcp-session-id", "s-1");
    stream.forwarded();
    stream.answerHead(405, true).answered();
    post("alice", "s-1", CALL).forwarded();
  }

  @Test
  void batchesPassOnlyInASessionThatHasThem() throws Exception {
    initialize("alice", "old", "2025-03-26");
    initialize("alice", "new", "2025-11-25");
    String batch = "[" + CALL + "," + CALL.replace("7", "8") + "]";
    Stream stream =
        by("alice", "POST", false, "content-type", "application/json", "mcp-session-id", "old")
            .requestBody(batch, true);
    assertThat(EnvoyPeer.bodyOf(stream.forwarded()).toStringUtf8()).isEqualTo(batch);
    String answers = "[" + RESULT.replace("7", "8") + "," + RESULT + "]";
    assertThat(EnvoyPeer.bodyOf(stream.answerJson(answers).answered()).toStringUtf8())
        .isEqualTo("[" + RESULT + "," + RESULT.replace("7", "8") + "]");
    assertThat(line.kinds(8).subList(4, 8))
        .containsExactly("call.intent", "call.intent", "call.outcome", "call.outcome");
    assertThat(
            post("alice", "new", batch)
                .immediate()
                .getImmediateResponse()
                .getStatus()
                .getCodeValue())
        .isEqualTo(400);
  }

  @Test
  void oneRefusedMessageRefusesItsBatch() throws Exception {
    initialize("alice", "old", "2025-03-26");
    String batch = "[" + CALL + "," + CALL.replace("7", "8").replace("echo", "delete_x") + "]";
    Stream stream =
        by("alice", "POST", false, "content-type", "application/json", "mcp-session-id", "old")
            .requestBody(batch, true);
    assertThat(stream.immediate().getImmediateResponse().getBody().toStringUtf8())
        .startsWith("[")
        .contains("\"id\":7", "\"id\":8");
    assertThat(line.fact(2, Fact.DECISION)).isEqualTo("refused");
    assertThat(line.fact(3, Fact.DECISION)).isEqualTo("denied");
  }

  /** One refused message does not open the record to the others. */
  @Test
  void aRefusedBatchIsMaskedByTheRulesOfEachMessage() throws Exception {
    line.mask(Masking.NONE, _ -> new Masking(List.of(PLANS)));
    initialize("alice", "old", "2025-03-26");
    String call = CALL.replace("\"echo\"", "\"echo\",\"arguments\":{\"plan\":\"globex\"}");
    String batch = "[" + call + "," + call.replace("7", "8").replace("echo", "delete_x") + "]";
    by("alice", "POST", false, "content-type", "application/json", "mcp-session-id", "old")
        .requestBody(batch, true)
        .immediate();
    assertThat(line.content(2)).contains("plan").doesNotContain("globex");
    assertThat(line.content(3)).contains("plan").doesNotContain("globex");
    assertThat(line.fact(2, Fact.POLICY)).isNotNull();
  }

  private Stream get(String session, String... lastEventId) {
    var headers = new java.util.ArrayList<>(java.util.List.of("mcp-session-id", session));
    for (String id : lastEventId) {
      headers.add("last-event-id");
      headers.add(id);
    }
    Stream stream = by("alice", "GET", true, headers.toArray(String[]::new));
    stream.forwarded();
    stream.answerHead(200, false, "content-type", "text/event-stream").answered();
    return stream;
  }

  /** SEP-1699: the server primes the stream, closes it, and answers on the one that resumes it. */
  private void primed() {
    Stream stream = post("alice", "s-1", CALL);
    stream.forwarded();
    stream
        .answerHead(200, false, "content-type", "text/event-stream")
        .answerBody("id: e-1\nretry: 500\ndata:\n\n", true);
    stream.answered();
    assertThat(stream.rest()).isEqualTo("id: e-1\nretry: 500\ndata: \n\n");
  }

  @Test
  void answerOfABrokenStreamComesOnTheOneThatResumesIt() throws Exception {
    initialize("alice", "s-1", "2025-11-25");
    primed();
    Stream resumed = get("s-1", "e-1");
    resumed.answerBody("id: e-2\ndata: " + RESULT + "\n\n", false);
    assertThat(resumed.piece()).isEqualTo("id: e-2\ndata: " + RESULT + "\n\n");
    int event = line.entries(9).size() - 1;
    assertThat(line.fact(event, Fact.INTENT))
        .isEqualTo(line.entries(9).get(2).leaf().id().toString());
    assertThat(line.fact(event, Fact.TOOL)).isEqualTo("echo");
    resumed.answerBody("", true);
    resumed.rest();
  }

  @Test
  void whatWasReleasedIsRedeliveredOnlyAsItWas() throws Exception {
    initialize("alice", "s-1", "2025-11-25");
    Stream stream = post("alice", "s-1", CALL);
    stream.forwarded();
    stream
        .answerHead(200, false, "content-type", "text/event-stream")
        .answerBody("id: e-1\ndata: " + RESULT + "\n\n", true);
    stream.answered();
    stream.rest();
    Stream resumed = get("s-1", "e-0");
    resumed.answerBody("id: e-1\ndata: " + RESULT + "\n\n", false);
    assertThat(resumed.piece()).contains(RESULT);
    String forged = RESULT.replace("[]", "[1]");
    resumed.answerBody("id: e-2\ndata: " + forged + "\n\n", true);
    assertThat(resumed.rest()).isEqualTo(":\n");
    assertThat(line.fact(8, Fact.REASON)).isEqualTo("redelivered");
    assertThat(line.fact(9, Fact.REASON)).isEqualTo("unknown-id");
  }

  @Test
  void redeliveryDoesNotAnswerALaterRequestOfTheSameId() throws Exception {
    initialize("alice", "s-1", "2025-11-25");
    Stream first = post("alice", "s-1", CALL);
    first.forwarded();
    first.answerJson(RESULT).answered();
    Stream second = post("alice", "s-1", CALL);
    second.forwarded();
    Stream resumed = get("s-1", "e-0");
    resumed.answerBody("data: " + RESULT + "\n\n", false);
    assertThat(resumed.piece()).isEqualTo(":\n");
    second.answerJson(RESULT).answered();
    resumed.cancel();
  }

  @Test
  void answerOnAStreamThatResumesNothingIsDroppedOnceItWasReleased() {
    initialize("alice", "s-1", "2025-11-25");
    Stream call = post("alice", "s-1", CALL);
    call.forwarded();
    call.answerJson(RESULT).answered();
    Stream stream = get("s-1");
    stream.answerBody("data: " + RESULT + "\n\n", true);
    assertThat(stream.rest()).isEqualTo(":\n");
  }

  @Test
  void clientsAnswerPassesOnlyForAnOpenAllowedRequest() throws Exception {
    initialize("alice", "s-1", "2025-11-25");
    line.allow(question -> true);
    String answer = "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"result\":{}}";
    var unasked = post("alice", "s-1", answer).immediate().getImmediateResponse();
    assertThat(unasked.getStatus().getCodeValue()).isEqualTo(202);
    assertThat(line.fact(2, Fact.REASON)).isEqualTo("not-asked");
    Stream stream = get("s-1");
    String asked = "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}";
    stream.answerBody("data: " + asked + "\n\n", false);
    assertThat(stream.piece()).contains(asked);
    assertThat(EnvoyPeer.bodyOf(post("alice", "s-1", answer).forwarded()).toStringUtf8())
        .isEqualTo(answer);
    post("alice", "s-1", answer).immediate();
    stream.cancel();
  }

  @Test
  void callerWithoutATokenIsCountedNotEntered() throws Exception {
    ProcessingResponse reply = line.envoy().open().post().immediate();
    assertThat(reply.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(401);
    assertThat(EnvoyPeer.mark(reply, "answer")).isEqualTo("none");
    var other =
        Stream.withToken(
            Stream.requestHead("POST", false, Map.of()),
            Map.of("iss", EnvoyPeer.text("https://evil"), "sub", EnvoyPeer.text("x")));
    reply = line.envoy().open().send(other).immediate();
    assertThat(reply.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(403);
    assertThat(line.entries(0)).isEmpty();
    assertThat(line.metrics.get(Counter.UNAUTHENTICATED)).isEqualTo(2);
  }

  @Test
  void replyOfEnvoysToAKnownCallerIsEntered() throws Exception {
    var head = Stream.withTokenOf("alice", Stream.answerHead("rbac_access_denied", 403, true));
    Stream stream = line.envoy().open();
    stream.send(head);
    ProcessingResponse reply = stream.answered();
    assertThat(line.kinds(1)).containsExactly("refused");
    assertThat(line.fact(0, Fact.SUBJECT)).isEqualTo("alice");
    assertThat(EnvoyPeer.mark(reply, "answer"))
        .isEqualTo(line.entries(1).getFirst().leaf().id().toString());
  }
}
