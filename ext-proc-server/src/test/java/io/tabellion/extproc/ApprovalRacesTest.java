package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.approval.ApprovalException;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.Decisions.Word;
import io.tabellion.audit.Fact;
import io.tabellion.testing.EnvoyPeer.Stream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Steps of one request that come at the same instant, and clocks that jump. */
@Tag("unit")
final class ApprovalRacesTest extends Asking {
  private static final int ROUNDS = 60;

  private static final String RULES =
      """
      - {id: all, match: {}, then: allow}
      - id: large
        match: {tools: [refund]}
        then: requireApproval
        approval: {approvers: "'finance' in approver.groups || 'board' in approver.groups", ttl: 10m}
      - id: two
        match: {tools: [wire]}
        then: requireApproval
        approval: {approvers: "'finance' in approver.groups || 'board' in approver.groups", quorum: 2}
      """;

  ApprovalRacesTest() {
    super(RULES, SHORT);
  }

  private ApprovalRequest asked(String subject, String tool, int n) throws Exception {
    assertThat(text(sent(subject, call(1, tool, "{\"n\":" + n + "}")))).contains("PENDING");
    return request(
        one -> one.state() == ApprovalState.PENDING && subject.equals(one.requester().subject()));
  }

  /** Runs both at the same moment; returns which of them threw nothing. */
  private static List<Boolean> atOnce(List<Callable<?>> steps) throws Exception {
    CyclicBarrier start = new CyclicBarrier(steps.size());
    List<Boolean> good = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> all = new ArrayList<>();
      for (Callable<?> step : steps) {
        all.add(
            threads.submit(() -> {
              start.await();
              try {
                step.call();
                return true;
              } catch (ApprovalException e) {
                return false;
              }
            }));
      }
      for (Future<Boolean> one : all) {
        good.add(one.get());
      }
    }
    return good;
  }

  @Test
  void ofApprovalDenialAndExpiryAtOneInstantOneCounts() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      ApprovalRequest request = asked("agent-" + i, "refund", i);
      line.clock.advance(Duration.ofMinutes(10).minusNanos(1));
      atOnce(
          List.of(
              () -> approve(CAROL, request),
              () -> office.decisions().deny(DAVE, new Word(request.id(), "", "no")),
              () -> {
                line.clock.advance(Duration.ofNanos(1));
                sweep();
                return null;
              }));
      ApprovalState state = office.ledger().find(request.id()).orElseThrow().state();
      assertThat(state).isIn(ApprovalState.APPROVED, ApprovalState.DENIED, ApprovalState.EXPIRED);
      long ends = 0;
      for (var entry : line.entries(1)) {
        String kind = entry.leaf().kind().text();
        boolean ofIt = request.id().equals(entry.leaf().facts().text(Fact.APPROVAL));
        ends +=
            ofIt
                    && List.of("approval.approved", "approval.denied", "approval.expired")
                        .contains(kind)
                ? 1
                : 0;
      }
      assertThat(ends).as("entries about the end of " + request.id()).isEqualTo(1);
    }
  }

  @Test
  void onePersonInTwoGroupsCountsOnceEvenAtOneInstant() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      ApprovalRequest request = asked("agent-" + i, "wire", i);
      List<Boolean> good =
          atOnce(
              List.of(
                  () -> approve(person("carol", "finance"), request),
                  () -> approve(person("carol", "board"), request)));
      assertThat(good).containsExactlyInAnyOrder(true, false);
      ApprovalRequest now = office.ledger().find(request.id()).orElseThrow();
      assertThat(now.state()).isEqualTo(ApprovalState.PENDING);
      assertThat(now.votes()).hasSize(1);
    }
  }

  @Test
  void revocationAndUseAtOneInstantLeaveOneOfThem() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      ApprovalRequest request = asked("agent-" + i, "refund", i);
      approve(CAROL, request);
      String subject = "agent-" + i;
      String body = call(2, "refund", "{\"n\":" + i + "}");
      Stream[] again = new Stream[1];
      List<Boolean> good =
          atOnce(
              List.of(
                  () -> office.decisions().revoke(DAVE, new Word(request.id(), "", "no")),
                  () -> {
                    again[0] = sent(subject, body);
                    return again[0];
                  }));
      boolean forwarded = !again[0].reply().hasImmediateResponse();
      again[0].cancel();
      assertThat(forwarded).as("round " + i).isNotEqualTo(good.getFirst());
    }
  }

  @Test
  void aClockThatIsSetBackOpensNothing() throws Exception {
    ApprovalRequest request = asked("alice", "refund", 1);
    line.clock.advance(Duration.ofDays(-30));
    sweep();
    approve(CAROL, request);
    line.clock.advance(Duration.ofMinutes(16));
    sweep();
    assertThat(office.ledger().find(request.id()).orElseThrow().state())
        .as("the time to use it runs from the approval, by the clock of that moment")
        .isEqualTo(ApprovalState.EXPIRED);
    line.clock.advance(Duration.ofDays(-1));
    assertThat(text(sent("alice", call(2, "refund", "{\"n\":1}")))).contains("PENDING");
    assertThatThrownBy(() -> approve(CAROL, request)).isInstanceOf(ApprovalException.class);
  }

  @Test
  void aClockThatJumpsAheadEndsWhatWaits() throws Exception {
    ApprovalRequest request = asked("alice", "refund", 1);
    approve(CAROL, request);
    line.clock.advance(Duration.ofDays(3650));
    assertThat(text(sent("alice", call(2, "refund", "{\"n\":1}")))).contains("APPROVAL EXPIRED");
    sweep();
    assertThat(kinds()).doesNotContain("approval.consumed");
  }
}
