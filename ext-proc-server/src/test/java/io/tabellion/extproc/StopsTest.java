package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.tabellion.approval.Desk;
import io.tabellion.approval.HeldCall;
import io.tabellion.approval.Waiting.End;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.AuditUnavailableException.Code;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.StoredEntry;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.identity.Caller;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.identity.IdentitySettings.Jwt;
import io.tabellion.metrics.Counter;
import io.tabellion.policy.PolicyFile;
import io.tabellion.session.SessionOwners;
import io.tabellion.stop.Selector;
import io.tabellion.stop.Stop;
import io.tabellion.stop.Stops;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.testing.SampleOffice;
import io.tabellion.testing.StopLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators stopped is refused before any rule, and what is under way of it ends. */
@Tag("unit")
final class StopsTest {
  private static final IdentitySettings TOKENS =
      new IdentitySettings(
          new Jwt(Set.of("https://idp"), Set.of("us"), "groups"), null, null, false, Set.of());
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\"}}";
  private static final String ECHO = CALL.formatted("echo");
  private static final String RESULT = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[]}}";
  private static final String PROGRESS =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\","
          + "\"params\":{\"progressToken\":1,\"progress\":1}}";
  private static final Selector ALICE = Selector.of("alice", "", "", "", false);

  @TempDir Path folder;
  private LineFixture line;
  private StopLog operator;

  @BeforeEach
  void begin() throws Exception {
    line = new LineFixture(Limits.DEFAULTS, TOKENS, SessionOwners.NONE);
    operator = new StopLog(new Stops(line.state), line.server(), line.log, line.clock);
  }

  @AfterEach
  void end() {
    line.close();
  }

  private Stream begun(String subject, String method, boolean end, String... headers) {
    return line.envoy()
        .open()
        .send(
            Stream.withTokenOf(
                subject, Stream.requestHead(method, end, Map.<String, Value>of(), headers)));
  }

  private Stream post(String subject, String body) {
    return begun(subject, "POST", false, "content-type", "application/json")
        .requestBody(body, true);
  }

  /** Begins a session. */
  private void initialized(String subject) {
    begun(subject, "POST", false, "content-type", "application/json")
        .initialized("s1", "2025-11-25");
  }

  private Stream inSession(String method) {
    return begun(
        "alice",
        method,
        true,
        "accept",
        "text/event-stream",
        "mcp-session-id",
        "s1",
        "mcp-protocol-version",
        "2025-11-25");
  }

  private static String refused(Stream stream) {
    return EnvoyPeer.bodyOf(stream.immediate()).toStringUtf8();
  }

  private List<StoredEntry> of(EntryKind kind) {
    return line.log.read(0, Integer.MAX_VALUE).stream()
        .filter(entry -> entry.leaf().kind() == kind)
        .toList();
  }

  // From the next message on.

  @Test
  void aStopBeatsWhatThePolicyAllowsAndLiftingLetsThroughAgain() throws Exception {
    Stop stop = operator.set(ALICE, Duration.ofHours(1));

    assertThat(refused(post("alice", ECHO)))
        .contains(
            "STOPPED BY AN OPERATOR - the call was not executed",
            "until 2026-11-24T09:00:00Z",
            "(reason: ticket 4711)",
            "Do not retry")
        .contains("\"isError\":true");
    post("bob", ECHO).forwarded();
    StoredEntry intent = of(EntryKind.CALL_INTENT).getFirst();
    assertThat(intent.leaf().facts().text(Fact.DECISION)).isEqualTo("denied");
    assertThat(intent.leaf().facts().text(Fact.REASON)).isEqualTo("stopped");
    assertThat(intent.leaf().facts().text(Fact.STOP)).isEqualTo(stop.id());
    assertThat(intent.leaf().facts().text(Fact.SUBJECT)).isEqualTo("alice");
    assertThat(intent.leaf().facts().text(Fact.TOOL)).isEqualTo("echo");
    assertThat(intent.leaf().facts().text(Fact.POLICY)).isNull();
    assertThat(line.metrics.get(Counter.STOPPED)).isEqualTo(1);

    assertThat(operator.lift(stop)).isEqualTo(1);

    post("alice", ECHO).forwarded();
    StoredEntry lifted = of(EntryKind.STOP_LIFTED).getFirst();
    assertThat(lifted.leaf().facts().texts(Fact.COUNTERS)).containsExactly("refused=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}}}",
      })
  void everyRequestIsRefused(String request) throws Exception {
    operator.set(Selector.ALL, null);

    assertThat(refused(post("alice", request)))
        .contains("40301", "Stopped by an operator until an operator lifts the stop");
  }

  @Test
  void notificationsAndAnswersAreTakenAndGoNoFurther() throws Exception {
    operator.set(ALICE, null);

    for (String message :
        List.of(
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
            "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}")) {
      assertThat(
              post("alice", message).immediate().getImmediateResponse().getStatus().getCodeValue())
          .isEqualTo(202);
    }
    assertThat(of(EntryKind.CALL_INTENT))
        .allMatch(entry -> "stopped".equals(entry.leaf().facts().text(Fact.REASON)))
        .hasSize(2);
  }

  @Test
  void aGetIsRefusedAndADeletePasses() throws Exception {
    initialized("alice");
    Stop stop = operator.set(ALICE, null);

    ProcessingResponse refused = inSession("GET").immediate();

    assertThat(refused.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(405);
    assertThat(of(EntryKind.CALL_INTENT).getLast().leaf().facts().text(Fact.STOP))
        .isEqualTo(stop.id());
    inSession("DELETE").forwarded();
  }

  @Test
  void aStopOfAToolLetsOtherCallsThrough() throws Exception {
    operator.set(Selector.of("", "", "sample", "ech*", false), null);

    assertThat(refused(post("alice", ECHO))).contains("STOPPED BY AN OPERATOR");
    post("alice", CALL.formatted("add")).forwarded();
  }

  @Test
  void aStopEndsByTheClock() throws Exception {
    Stop stop = operator.set(ALICE, Duration.ofMinutes(1));
    assertThat(refused(post("alice", ECHO))).contains("STOPPED");

    line.clock.advance(Duration.ofMinutes(1));
    post("alice", ECHO).forwarded();

    line.clock.advance(Duration.ofSeconds(-1)); // set back: it holds on, for nobody entered its end
    assertThat(refused(post("alice", ECHO))).contains("STOPPED");
    assertThat(operator.lift(stop)).isEqualTo(2);
  }

  @Test
  void anAgentIsStoppedWhoeverItActsFor() throws Exception {
    operator.set(Selector.of("agent-7", "", "", "", false), null);
    Map<String, Value> claims =
        Map.of(
            "iss",
            EnvoyPeer.text("https://idp"),
            "aud",
            EnvoyPeer.text("us"),
            "sub",
            EnvoyPeer.text("bob"),
            "act",
            Value.newBuilder()
                .setStructValue(EnvoyPeer.struct(Map.of("sub", EnvoyPeer.text("agent-7"))))
                .build());
    Stream stream =
        line.envoy()
            .open()
            .send(
                Stream.withToken(
                    Stream.requestHead(
                        "POST", false, Map.<String, Value>of(), "content-type", "application/json"),
                    claims))
            .requestBody(ECHO, true);

    assertThat(refused(stream)).contains("STOPPED BY AN OPERATOR");
    post("bob", ECHO).forwarded();
  }

  /** Decided while nothing was stopped, recorded after. */
  @Test
  void aMessageThatWasDecidedBeforeIsDecidedAnew() throws Exception {
    BlockingQueue<Stop> set = new LinkedBlockingQueue<>();
    line.log.beforeReserving(() -> {
      if (set.isEmpty()) {
        try {
          set.add(operator.set(ALICE, null));
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    });

    assertThat(refused(post("alice", ECHO))).contains("STOPPED BY AN OPERATOR");
    assertThat(of(EntryKind.CALL_INTENT))
        .extracting(entry -> String.valueOf(entry.leaf().facts().text(Fact.STOP)))
        .containsExactly(set.element().id());
  }

  /** Its intent is being written as the stop comes: it does not leave, and the entry says so. */
  @Test
  void aRequestThatIsBeingWrittenDoesNotLeave() throws Exception {
    AtomicBoolean before = new AtomicBoolean(true);
    line.log.beforeAppend(() -> {
      if (before.getAndSet(false)) {
        try {
          operator.set(ALICE, null);
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    });

    assertThat(refused(post("alice", ECHO))).contains("STOPPED BY AN OPERATOR", "not executed");

    line.entries(3);
    assertThat(of(EntryKind.CALL_INTENT).getFirst().leaf().facts().text(Fact.DECISION))
        .isEqualTo("allowed");
    StoredEntry outcome = of(EntryKind.CALL_OUTCOME).getFirst();
    assertThat(outcome.leaf().facts().text(Fact.EXECUTED)).isEqualTo("no");
    assertThat(outcome.leaf().facts().text(Fact.REASON)).isEqualTo("stopped");
    assertThat(outcome.leaf().facts().text(Fact.STOP)).isNotNull();
  }

  // What is under way.

  @Test
  void aHeldCallEnds() throws Exception {
    BlockingQueue<HeldCall> asked = new LinkedBlockingQueue<>();
    BlockingQueue<End> ended = new LinkedBlockingQueue<>();
    Path file =
        Files.writeString(
            folder.resolve("policy.yaml"),
            """
            apiVersion: tabellion.io/v1
            kind: Policy
            metadata: {name: held}
            rules:
              - {id: all, match: {}, then: allow}
              - {id: ask, match: {tools: [echo]}, then: requireApproval, approval: {approvers: "true"}}
            """);
    line.policy(PolicyFile.load(file).policy());
    line.desk(call -> {
      asked.add(call);
      ended.add(call.waiting().await(Duration.ofMinutes(10)));
      return new Desk.Answer.Approved(SampleOffice.grant(line.clock));
    });
    Stream stream = post("alice", ECHO);
    assertThat(asked.poll(20, TimeUnit.SECONDS)).isNotNull();

    Stop stop = operator.set(ALICE, null);

    assertThat(refused(stream)).contains("STOPPED BY AN OPERATOR");
    assertThat(ended.poll(20, TimeUnit.SECONDS)).isEqualTo(End.GONE);
    assertThat(of(EntryKind.CALL_INTENT))
        .extracting(entry -> String.valueOf(entry.leaf().facts().text(Fact.STOP)))
        .containsExactly(stop.id());
  }

  private Stream streaming(String subject) {
    Stream stream = post(subject, ECHO);
    stream.forwarded();
    stream.answerHead(200, false, "content-type", "text/event-stream");
    stream.answered();
    return stream;
  }

  @Test
  void anEventStreamEndsWithAWordForWhoWaits() throws Exception {
    Stream alice = streaming("alice").answerBody("data: " + PROGRESS + "\n\n", false);
    assertThat(alice.piece()).contains("notifications/progress");
    Stream bob = streaming("bob");

    Stop stop = operator.set(ALICE, null);

    assertThat(alice.rest())
        .contains("STOPPED BY AN OPERATOR", "ticket 4711", "Nobody can say whether");
    StoredEntry outcome = last(EntryKind.CALL_OUTCOME);
    assertThat(outcome.leaf().facts().text(Fact.OUTCOME)).isEqualTo("withheld");
    assertThat(outcome.leaf().facts().text(Fact.EXECUTED)).isEqualTo("unknown");
    assertThat(outcome.leaf().facts().text(Fact.STOP)).isEqualTo(stop.id());
    assertThat(outcome.leaf().facts().text(Fact.DETAIL)).isEqualTo("2 events, then stopped");
    alice.answerBody("data: " + RESULT + "\n\n", true); // goes nowhere
    assertThat(alice.halfClose().closed().isOk()).isTrue();
    bob.answerBody("data: " + RESULT + "\n\n", true);
    assertThat(bob.rest()).contains("\"content\":[]");
  }

  private StoredEntry last(EntryKind kind) throws InterruptedException {
    long size = 0;
    while (of(kind).isEmpty()) {
      size = line.log.size();
      assertThat(line.log.awaitSize(size, Duration.ofSeconds(20))).isTrue();
    }
    return of(kind).getLast();
  }

  @Test
  void aStreamOfAGetEnds() throws Exception {
    initialized("alice");
    Stream stream = inSession("GET");
    stream.forwarded();
    stream.answerHead(200, false, "content-type", "text/event-stream");
    stream.answered();
    long before = line.log.size();

    operator.set(Selector.of("", "", "sample", "", false), null);

    assertThat(stream.rest()).isEmpty();
    line.entries((int) before + 2);
    assertThat(last(EntryKind.CALL_OUTCOME).leaf().facts().text(Fact.REASON)).isEqualTo("stopped");
  }

  @Test
  void aStreamThatBeginsAfterTheStopEnds() throws Exception {
    Stream stream = post("alice", ECHO);
    stream.forwarded();

    operator.set(ALICE, null);
    stream.answerHead(200, false, "content-type", "text/event-stream");

    stream.answered();
    assertThat(stream.rest()).contains("STOPPED BY AN OPERATOR");
  }

  @Test
  void aWholeAnswerOfACallThatRanIsDelivered() throws Exception {
    Stream stream = post("alice", ECHO);
    stream.forwarded();

    operator.set(ALICE, null);
    stream.answerJson(RESULT);

    ProcessingResponse answer = stream.answered();
    assertThat(EnvoyPeer.bodyOf(answer).toStringUtf8()).isEqualTo(RESULT);
  }

  @Test
  void aStopOfAToolEndsStreamsOfItsCallsOnly() throws Exception {
    Stream echo = streaming("alice");
    Stream add = post("alice", CALL.formatted("add"));
    add.forwarded();
    add.answerHead(200, false, "content-type", "text/event-stream");
    add.answered();

    operator.set(Selector.of("", "", "", "echo", false), null);

    assertThat(echo.rest()).contains("STOPPED BY AN OPERATOR");
    add.answerBody("data: " + RESULT + "\n\n", true);
    assertThat(add.rest()).contains("\"content\":[]");
  }

  @Test
  void whatIsOpenCanBeSeenBefore() throws Exception {
    streaming("alice");
    streaming("alice");
    Stream bob = streaming("bob");

    assertThat(line.server().matching(ALICE)).extracting(Caller::subject).containsOnly("alice");
    assertThat(line.server().matching(ALICE)).hasSize(2);
    assertThat(line.server().matching(Selector.ALL)).hasSize(3);
    bob.cancel();
  }

  // The count.

  @Test
  void onlyRefusedMessagesThatAreEnteredCount() throws Exception {
    Stop stop = operator.set(ALICE, null);
    AtomicBoolean full = new AtomicBoolean(true);
    line.log.beforeAppend(() -> {
      if (full.getAndSet(false)) {
        throw new AuditUnavailableException(Code.FULL, "log: full (by the test)");
      }
    });

    assertThat(refused(post("alice", ECHO))).contains("cannot record");
    assertThat(refused(post("alice", ECHO))).contains("STOPPED");

    assertThat(operator.lift(stop)).isEqualTo(1);
  }
}
