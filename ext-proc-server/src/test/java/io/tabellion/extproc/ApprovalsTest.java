package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.approval.ApprovalException;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Decisions.Word;
import io.tabellion.audit.Fact;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls that people decide about, from the call to the entries. */
@Tag("unit")
final class ApprovalsTest extends Asking {
  private static final String RULES =
      """
      - {id: all, match: {}, then: allow}
      - id: large
        match: {tools: [refund]}
        then: requireApproval
        approval: {approvers: "'finance' in approver.groups", ttl: 10m}
      - id: two
        match: {tools: [wire]}
        then: requireApproval
        approval: {approvers: "'finance' in approver.groups", quorum: 2, reason: required}
      - id: small
        match: {tools: [note]}
        then: requireApproval
        approval: {approvers: "args.amount < 10"}
      """;

  ApprovalsTest() {
    super(RULES, PATIENT);
  }

  @Test
  void anApprovedCallGoesOnOnceAndTheTrailTellsAll() throws Exception {
    Stream stream = refund(1);
    ApprovalRequest request = pending();
    assertThat(stream.silent()).isTrue();
    assertThat(kinds()).containsExactly("approval.requested");
    assertThat(line.content(0)).contains("501");

    approve(CAROL, request);

    assertThat(EnvoyPeer.bodyOf(stream.forwarded()).toStringUtf8()).contains("\"amount\":501");
    stream.answerJson(OK).answered();
    assertThat(line.kinds(6))
        .containsExactly(
            "approval.requested",
            "approval.approved",
            "call.intent",
            "approval.consumed",
            "call.outcome",
            "approval.completed");
    assertThat(line.fact(1, Fact.APPROVER)).isEqualTo("carol");
    assertThat(line.fact(1, Fact.APPROVAL_BEFORE)).isEqualTo("pending");
    assertThat(line.content(1)).isEqualTo("{\"reason\":\"fine\"}");
    assertThat(line.fact(2, Fact.DECISION)).isEqualTo("allowed");
    assertThat(line.fact(3, Fact.INTENT)).isEqualTo(line.entries(3).get(2).leaf().id().toString());
    for (int i = 0; i < 6; i++) {
      assertThat(line.fact(i, Fact.APPROVAL)).as("entry " + i).isEqualTo(request.id());
    }
    assertThat(request(one -> one.id().equals(request.id())).state())
        .isEqualTo(ApprovalState.COMPLETED);
    stream.cancel();

    Stream again = refund(2);
    assertThat(pending().id()).as("another request").isNotEqualTo(request.id());
    assertThat(again.silent()).isTrue();
    again.cancel();
  }

  /** Others may see a step before its entry is durable; nobody may use it. */
  @Test
  void anApprovalThatIsNotDurableYetLetsNothingOn() throws Exception {
    Stream stream = refund(1);
    ApprovalRequest request = pending();
    CountDownLatch durable = new CountDownLatch(1);
    AtomicInteger appends = new AtomicInteger();
    line.log.beforeAppend(() -> {
      if (appends.incrementAndGet() == 1) {
        await(durable);
      }
    });
    Thread carol = Thread.ofVirtual().start(() -> approves(request));
    request(one -> one.state() == ApprovalState.APPROVED);

    assertThat(stream.silent()).isTrue();
    assertThat(appends).as("only the approval's own").hasValue(1);
    durable.countDown();
    stream.forwarded();
    carol.join();
    assertThat(line.kinds(4))
        .containsExactly(
            "approval.requested", "approval.approved", "call.intent", "approval.consumed");
    stream.cancel();
  }

  private void approves(ApprovalRequest request) {
    try {
      approve(CAROL, request);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aParkedCallIsToldToComeAgainAndThenGoesThroughAtOnce() throws Exception {
    office = line.office(SHORT);
    String parked = text(refund(1));
    ApprovalRequest request = pending();
    assertThat(parked)
        .contains(
            "PENDING HUMAN APPROVAL - the call was not executed yet",
            request.id(),
            "again with exactly the same arguments",
            "\"isError\":true",
            "\"state\":\"pending\"",
            "\"argumentsDigest\":\"sha-256:ea2bd7dc1e15849baec490500a837cf578b5c66449044a57a1ce56bfb200f74e\"");
    approve(CAROL, request);

    Stream again = refund(2);
    assertThat(EnvoyPeer.bodyOf(again.forwarded()).toStringUtf8()).contains("\"id\":2");
    again.cancel();
  }

  @Test
  void anotherArgumentCallerOrPolicyIsAnotherRequest() throws Exception {
    office = line.office(SHORT);
    refund(1).immediate();
    ApprovalRequest request = pending();
    approve(CAROL, request);

    assertThat(text(sent("alice", call(2, "refund", "{\"amount\":502}")))).contains("PENDING");
    assertThat(text(sent("bob", call(3, "refund", "{\"amount\":501}")))).contains("PENDING");
    policy("-next");
    assertThat(text(refund(4))).contains("PENDING");
    assertThat(office.ledger().all())
        .extracting(ApprovalRequest::binding)
        .hasSize(4)
        .doesNotHaveDuplicates();
    sweep();
    assertThat(office.ledger().find(request.id()).orElseThrow().state())
        .isEqualTo(ApprovalState.SUPERSEDED);
  }

  @Test
  void membersInAnotherOrderAndPassingMetaAreTheSameCall() throws Exception {
    office = line.office(SHORT);
    sent("alice", call(1, "refund", "{\"amount\":501,\"to\":\"x\"}")).immediate();
    approve(CAROL, pending());

    sent(
            "alice",
            "{\"jsonrpc\":\"2.0\",\"id\":\"b\",\"method\":\"tools/call\",\"params\":{\"_meta\":{\"progressToken\":7},\"name\":\"refund\",\"arguments\":{\"to\":\"x\",\"amount\":501}}}")
        .forwarded();
    assertThat(office.ledger().all()).hasSize(1);
  }

  @Test
  void metaThatAServerMayReadIsBound() throws Exception {
    office = line.office(SHORT);
    refund(1).immediate();
    approve(CAROL, pending());

    String other =
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"_meta\":{\"account\":\"x\"},\"name\":\"refund\",\"arguments\":{\"amount\":501}}}";
    assertThat(text(sent("alice", other))).contains("PENDING");
  }

  @Test
  void fiftyTriesOfOneCallExecuteOnce() throws Exception {
    List<Stream> tries = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      tries.add(refund(i));
    }
    ApprovalRequest request = pending();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (office.ledger().held() < 50 && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    approve(CAROL, request);

    int forwarded = 0;
    for (Stream one : tries) {
      var reply = one.reply();
      if (reply.hasImmediateResponse()) {
        assertThat(reply.getImmediateResponse().getBody().toStringUtf8())
            .contains("NOT EXECUTED A SECOND TIME", request.id());
      } else {
        forwarded++;
      }
    }
    assertThat(forwarded).isEqualTo(1);
    assertThat(office.ledger().all()).hasSize(1);
    assertThat(kinds().stream().filter("approval.consumed"::equals)).hasSize(1);
    assertThat(kinds().stream().filter("approval.requested"::equals)).hasSize(1);
    tries.forEach(Stream::cancel);
  }

  @Test
  void aDenialEndsTheCallAndIdenticalOnes() throws Exception {
    Stream stream = refund(1);
    ApprovalRequest request = pending();
    office.decisions().deny(CAROL, new Word(request.id(), "", "wrong customer"));

    assertThat(text(stream)).contains("DENIED BY AN APPROVER", "carol", "wrong customer");
    assertThat(text(refund(2))).as("identical").contains("DENIED BY AN APPROVER");
    line.clock.advance(Duration.ofMinutes(11));
    Stream later = refund(3);
    assertThat(pending().id()).isNotEqualTo(request.id());
    later.cancel();
  }

  @Test
  void nobodyDecidesAboutACallOfTheirOwn() throws Exception {
    Stream stream = refund(1);
    ApprovalRequest request = pending();

    assertThatThrownBy(() -> approve(person("alice", "finance"), request))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("nobody decides about a call of their own");
    assertThatThrownBy(() -> approve(person("eve", "sales"), request))
        .hasMessageContaining("not an approver by rule large");
    assertThatThrownBy(
            () -> office.decisions().approve(CAROL, new Word(request.id(), "0".repeat(64), "x")))
        .hasMessageContaining("digest");
    assertThat(stream.silent()).isTrue();
    stream.cancel();
  }

  @Test
  void whatAPersonSaysIsCutBetweenCharacters() throws Exception {
    Stream stream = refund(1);
    ApprovalRequest request = pending();
    String said = "a".repeat(999) + "\uD83D\uDE00 and more";
    office.decisions().deny(CAROL, new Word(request.id(), "", said));

    assertThat(text(stream)).contains("a".repeat(999) + "…");
    assertThat(line.content(1)).isEqualTo("{\"reason\":\"" + "a".repeat(999) + "…\"}");
  }

  @Test
  void aQuorumCountsPeopleAndWantsReasons() throws Exception {
    Stream stream = sent("alice", call(1, "wire", "{}"));
    ApprovalRequest request = pending();

    assertThatThrownBy(
            () -> office.decisions().approve(CAROL, new Word(request.id(), request.digest(), " ")))
        .hasMessageContaining("reason: empty");
    approve(CAROL, request);
    assertThatThrownBy(() -> approve(person("carol", "finance", "board"), request))
        .hasMessageContaining("approved it already");
    assertThat(stream.silent()).isTrue();
    assertThat(approve(DAVE, request).state()).isEqualTo(ApprovalState.APPROVED);
    stream.forwarded();
    assertThat(kinds()).startsWith("approval.requested", "approval.vote", "approval.approved");
    stream.cancel();
  }

  @Test
  void conditionsOnApproversReadTheArguments() throws Exception {
    Stream stream = sent("alice", call(1, "note", "{\"amount\":11}"));
    ApprovalRequest request = pending();
    assertThatThrownBy(() -> approve(CAROL, request)).hasMessageContaining("not an approver");
    stream.cancel();
  }

  @Test
  void aRequestExpiresWithWordsOfItsOwn() throws Exception {
    Stream stream = refund(1);
    ApprovalRequest request = pending();
    line.clock.advance(Duration.ofMinutes(10));
    sweep();

    assertThat(text(stream)).contains("APPROVAL EXPIRED", request.id());
    assertThatThrownBy(() -> approve(CAROL, request)).hasMessageContaining("state: expired");
    assertThat(kinds()).contains("approval.expired");
  }

  @Test
  void aVoteThatComesTooLateExpiresTheRequest() throws Exception {
    office = line.office(SHORT);
    refund(1).immediate();
    ApprovalRequest request = pending();
    line.clock.advance(Duration.ofMinutes(10));

    assertThatThrownBy(() -> approve(CAROL, request)).hasMessageContaining("state: expired");
  }

  @Test
  void anApprovalThatIsNotUsedInTimeIsOver() throws Exception {
    office = line.office(SHORT);
    refund(1).immediate();
    approve(CAROL, pending());
    line.clock.advance(Duration.ofMinutes(15));

    assertThat(text(refund(2))).contains("APPROVAL EXPIRED");
    assertThat(text(refund(3))).contains("PENDING");
  }

  @Test
  void anApprovalCanBeRevokedBeforeItIsUsed() throws Exception {
    office = line.office(SHORT);
    refund(1).immediate();
    ApprovalRequest request = approve(CAROL, pending());
    office.decisions().revoke(DAVE, new Word(request.id(), "", "mistake"));

    assertThat(text(refund(2))).as("a new request").contains("PENDING");
    assertThatThrownBy(() -> office.decisions().revoke(DAVE, new Word(request.id(), "", "mistake")))
        .isInstanceOf(ApprovalException.class);
  }

  @Test
  void aQuestionEndsTheHoldAndTheRequestGoesOn() throws Exception {
    Stream stream = refund(1);
    ApprovalRequest request = pending();
    office.decisions().askBack(CAROL, new Word(request.id(), "", "Which ticket?"));

    assertThat(text(stream)).contains("QUESTION FROM AN APPROVER", "carol", "Which ticket?");
    Stream again = refund(2);
    assertThat(again.silent()).isTrue();
    approve(DAVE, request);
    again.forwarded();
    again.cancel();
  }

  @Test
  void aClientThatWentAwayIsNeverServedByALaterApproval() throws Exception {
    Stream stream = refund(1);
    ApprovalRequest request = pending();
    stream.cancel();
    assertThat(line.kinds(2)).containsExactly("approval.requested", "call.intent");
    assertThat(line.fact(1, Fact.REASON)).isEqualTo("approval-pending");

    approve(CAROL, request);
    assertThat(line.kinds(3)).doesNotContain("approval.consumed");
  }

  @Test
  void aCancelledCallEndsItsRequest() throws Exception {
    Stream stream = refund(7);
    ApprovalRequest request = pending();
    sent(
            "alice",
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":7}}")
        .forwarded();

    assertThat(text(stream)).contains("not executed");
    assertThat(request(one -> one.id().equals(request.id())).state())
        .isEqualTo(ApprovalState.CANCELLED);
    assertThat(kinds()).contains("approval.cancelled");
  }

  @Test
  void anotherCallersCancellationDoesNothing() throws Exception {
    Stream stream = refund(7);
    ApprovalRequest request = pending();
    sent(
            "bob",
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":7}}")
        .forwarded();

    assertThat(stream.silent()).isTrue();
    assertThat(office.ledger().find(request.id()).orElseThrow().state())
        .isEqualTo(ApprovalState.PENDING);
    stream.cancel();
  }

  @Test
  void whoAsksTooMuchOrIsDeniedTooOftenIsRefused() throws Exception {
    office = line.office(SHORT);
    for (int i = 0; i < 3; i++) {
      assertThat(text(sent("alice", call(i, "refund", "{\"n\":" + i + "}")))).contains("PENDING");
    }
    assertThat(text(sent("alice", call(3, "refund", "{\"n\":3}")))).contains("too many calls");
    assertThat(text(sent("bob", call(3, "refund", "{\"n\":3}")))).contains("PENDING");
    List<ApprovalRequest> all = office.ledger().all();
    office.decisions().deny(CAROL, new Word(all.get(0).id(), "", ""));
    office.decisions().deny(CAROL, new Word(all.get(1).id(), "", ""));
    assertThat(text(sent("alice", call(4, "refund", "{\"n\":4}")))).contains("were denied");
  }

  @Test
  void whoIsNobodyHoldsNoApproval() throws Exception {
    String refused =
        line.envoy()
            .open()
            .post()
            .requestBody(call(1, "refund", "{}"), true)
            .immediate()
            .getImmediateResponse()
            .getBody()
            .toStringUtf8();
    assertThat(refused).contains("only to callers whose identity is verified");
    assertThat(office.ledger().all()).isEmpty();
  }

  @Test
  void aNumberThatIsReadDifferentlyIsRefused() throws Exception {
    for (String number : List.of("9007199254740993", "1e400", "0.1000000000000000055")) {
      assertThat(text(sent("alice", call(1, "refund", "{\"n\":" + number + "}"))))
          .as(number)
          .contains("read differently");
    }
    assertThat(office.ledger().all()).isEmpty();
    Stream plain = sent("alice", call(1, "refund", "{\"n\":0.1,\"m\":1e3,\"k\":-0.5}"));
    pending();
    plain.cancel();
  }

  @Test
  void aLogThatFailsLeavesTheApprovalUnused() throws Exception {
    office = line.office(SHORT);
    refund(1).immediate();
    ApprovalRequest request = approve(CAROL, pending());
    line.log.failAt(_ -> true);
    assertThat(text(refund(2))).contains("NOT EXECUTED");
    assertThat(office.ledger().find(request.id()).orElseThrow().state())
        .isEqualTo(ApprovalState.APPROVED);
  }

  @Test
  void aServerThatFailsEndsTheApprovalAsFailed() throws Exception {
    Stream stream = refund(1);
    ApprovalRequest request = approve(CAROL, pending());
    stream.forwarded();
    stream
        .answerJson("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"no\"}}")
        .answered();
    assertThat(request(one -> one.id().equals(request.id()) && one.state().isOver()).state())
        .isEqualTo(ApprovalState.FAILED_UPSTREAM);
    assertThat(kinds()).endsWith("call.outcome", "approval.failed");
  }

  @Test
  void anAnswerThatNeverComesIsUnknown() throws Exception {
    Stream stream = refund(1);
    ApprovalRequest request = approve(CAROL, pending());
    stream.forwarded();
    stream.cancel();
    assertThat(request(one -> one.id().equals(request.id()) && one.state().isOver()).state())
        .isEqualTo(ApprovalState.OUTCOME_UNKNOWN);
  }
}
