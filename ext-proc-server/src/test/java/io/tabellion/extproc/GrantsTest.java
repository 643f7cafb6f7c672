package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.approval.ApprovalException;
import io.tabellion.approval.ApprovalRequest;
import io.tabellion.approval.ApprovalState;
import io.tabellion.approval.AskingDesk;
import io.tabellion.approval.Deadlines;
import io.tabellion.approval.Decisions.Word;
import io.tabellion.approval.Office;
import io.tabellion.approval.Person;
import io.tabellion.approval.Vote.Window;
import io.tabellion.approval.WindowGrant;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Fact;
import io.tabellion.audit.StoredEntry;
import io.tabellion.state.MemoryState;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.trail.recall.RecallApprovals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What goes beyond one approval for one call: further calls, second approvers, broken glass. */
@Tag("unit")
final class GrantsTest extends Asking {
  private static final Person ERIN = person("erin", "oncall");
  private static final Person FRANK = person("frank", "leads");

  private static final String RULES =
      """
      - {id: all, match: {}, then: allow}
      - id: any
        match: {tools: [refund]}
        then: requireApproval
        approval:
          approvers: "'finance' in approver.groups"
          window: {longest: 1h, uses: 3, when: "args.amount < 1000"}
          escalate: {after: 5m, approvers: "'leads' in approver.groups"}
          breakGlass: {who: "'oncall' in approver.groups", review: 24h}
      - id: same
        match: {tools: [report]}
        then: requireApproval
        approval: {approvers: "'finance' in approver.groups", window: {longest: 2h, uses: 5}}
      - id: both
        match: {tools: [wire]}
        then: requireApproval
        approval: {approvers: "'finance' in approver.groups", quorum: 2, window: {}}
      - id: once
        match: {tools: [note]}
        then: requireApproval
        approval: {approvers: "'finance' in approver.groups"}
      """;

  GrantsTest() {
    super(RULES, SHORT);
  }

  private ApprovalRequest asked(String tool, String args) throws Exception {
    assertThat(text(sent("alice", call(1, tool, args)))).contains("PENDING");
    return pending();
  }

  private void goesOn(String subject, String tool, String args) {
    Stream stream = sent(subject, call(2, tool, args));
    stream.forwarded();
    stream.answerJson(OK.replace(":1,", ":2,")).answered();
  }

  private ApprovalRequest approveFor(Person who, ApprovalRequest request, Duration time, int uses)
      throws Exception {
    return office.decisions().approve(who, seen(request, "fine"), new Window(time, uses));
  }

  // Further calls.

  @Test
  void furtherCallsGoOnWithinTheConditionOfTheRuleAndTheCount() throws Exception {
    approveFor(CAROL, asked("refund", "{\"amount\":501}"), Duration.ofMinutes(30), 2);
    goesOn("alice", "refund", "{\"amount\":501}");
    assertThat(text(sent("bob", call(3, "refund", "{\"amount\":1}"))))
        .as("another caller")
        .contains("PENDING");
    assertThat(text(sent("alice", call(4, "refund", "{\"amount\":1000}"))))
        .as("outside the condition")
        .contains("PENDING");
    goesOn("alice", "refund", "{\"amount\":1}");
    assertThat(office.ledger().grants()).extracting(WindowGrant::left).containsExactly(1);
    goesOn("alice", "refund", "{\"amount\":2}");
    assertThat(text(sent("alice", call(5, "refund", "{\"amount\":3}"))))
        .as("used up")
        .contains("PENDING");
    assertThat(kinds().stream().filter("approval.grant-used"::equals)).hasSize(2);

    sweep();
    assertThat(kinds()).contains("approval.grant-ended");
    assertThat(office.ledger().grants()).isEmpty();
  }

  @Test
  void withoutAConditionOnlyIdenticalCallsGoOn() throws Exception {
    approveFor(CAROL, asked("report", "{\"month\":1}"), Duration.ofHours(1), 5);
    goesOn("alice", "report", "{\"month\":1}");
    goesOn("alice", "report", "{\"month\":1}");
    assertThat(text(sent("alice", call(3, "report", "{\"month\":2}")))).contains("PENDING");
    assertThat(office.ledger().grants()).extracting(WindowGrant::used).containsExactly(1);
  }

  @Test
  void fiftyCallsAtOnceUseItAsOftenAsItSays() throws Exception {
    approveFor(CAROL, asked("refund", "{\"amount\":501}"), Duration.ofMinutes(30), 3);
    goesOn("alice", "refund", "{\"amount\":501}");
    List<Stream> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(sent("alice", call(i, "refund", "{\"amount\":" + i + "}")));
    }
    int forwarded = 0;
    for (Stream one : all) {
      forwarded += one.reply().hasImmediateResponse() ? 0 : 1;
    }
    assertThat(forwarded).isEqualTo(3);
    all.forEach(Stream::cancel);
  }

  @Test
  void itEndsByTimeByAPersonAndWithThePolicy() throws Exception {
    ApprovalRequest request = asked("refund", "{\"amount\":501}");
    approveFor(CAROL, request, Duration.ofMinutes(30), 3);
    goesOn("alice", "refund", "{\"amount\":501}");
    String id = office.ledger().grants().getFirst().id();
    assertThatThrownBy(
            () -> office.decisions().revokeGrant(person("alice"), new Word(id, "", "mine")))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("the grant is theirs");
    office.decisions().revokeGrant(DAVE, new Word(id, "", "done"));
    assertThat(text(sent("alice", call(3, "refund", "{\"amount\":1}")))).contains("PENDING");
    assertThatThrownBy(() -> office.decisions().revokeGrant(DAVE, new Word(id, "", "done")))
        .hasMessageContaining("no such grant");

    ApprovalRequest other = pending();
    approveFor(CAROL, other, Duration.ofMinutes(30), 3);
    line.clock.advance(Duration.ofMinutes(31));
    assertThat(text(sent("alice", call(4, "refund", "{\"amount\":2}"))))
        .as("over")
        .contains("PENDING");
    approveFor(CAROL, pending(), Duration.ofMinutes(30), 3);
    policy("-next");
    assertThat(text(sent("alice", call(5, "refund", "{\"amount\":3}"))))
        .as("another policy")
        .contains("PENDING");
    sweep();
    assertThat(office.ledger().grants()).isEmpty();
  }

  @Test
  void whatAllApproversAllowCounts() throws Exception {
    ApprovalRequest request = asked("wire", "{}");
    approveFor(CAROL, request, Duration.ofMinutes(30), 20);
    approveFor(DAVE, request, Duration.ofMinutes(10), 2);
    assertThat(office.ledger().grants()).hasSize(1);
    WindowGrant grant = office.ledger().grants().getFirst();
    assertThat(grant.uses()).isEqualTo(2);
    assertThat(Duration.between(grant.from(), grant.until())).isEqualTo(Duration.ofMinutes(10));

    ApprovalRequest next = asked("wire", "{\"n\":1}");
    approveFor(CAROL, next, Duration.ofMinutes(30), 20);
    approve(DAVE, next);
    assertThat(office.ledger().grants()).as("one of them approved one call only").hasSize(1);
  }

  @Test
  void aRuleMustAllowItAndSaysHowMuch() throws Exception {
    ApprovalRequest once = asked("note", "{}");
    assertThatThrownBy(() -> approveFor(CAROL, once, Duration.ofMinutes(1), 1))
        .hasMessageContaining("window: not allowed by rule once");
    approve(CAROL, once);
    goesOn("alice", "note", "{}");
    ApprovalRequest any = asked("refund", "{\"amount\":501}");
    assertThatThrownBy(() -> approveFor(CAROL, any, Duration.ofHours(2), 1))
        .hasMessageContaining("up to 3600 s");
    assertThatThrownBy(() -> approveFor(CAROL, any, Duration.ofHours(1), 4))
        .hasMessageContaining("1 to 3 calls");
    assertThatThrownBy(() -> approveFor(CAROL, any, Duration.ZERO, 1))
        .hasMessageContaining("1 to 3 calls");
  }

  @Test
  void aGrantThatCannotBeRecordedIsNone() throws Exception {
    ApprovalRequest request = asked("refund", "{\"amount\":501}");
    line.log.failAt(_ -> true);
    assertThatThrownBy(() -> approveFor(CAROL, request, Duration.ofMinutes(30), 3));
    assertThat(office.ledger().grants()).isEmpty();
    assertThat(pending().id()).isEqualTo(request.id());
  }

  @Test
  void anApproverWhoIsNoneAnyMoreGivesNothing() throws Exception {
    approveFor(CAROL, asked("refund", "{\"amount\":501}"), Duration.ofMinutes(30), 3);
    goesOn("alice", "refund", "{\"amount\":501}");
    String before = line.policy().digest();
    assertThat(text(sent("carol", call(3, "refund", "{\"amount\":1}"))))
        .as("her own call")
        .contains("PENDING");
    assertThat(line.policy().digest()).isEqualTo(before);
  }

  @Test
  void whoeverTakesAnApprovalBackTakesBackTheFurtherCalls() throws Exception {
    ApprovalRequest request = asked("refund", "{\"amount\":501}");
    approveFor(CAROL, request, Duration.ofMinutes(30), 3);
    office.decisions().revoke(DAVE, new Word(request.id(), "", "a mistake"));
    assertThat(office.ledger().grants()).isEmpty();
    assertThat(text(sent("alice", call(2, "refund", "{\"amount\":501}")))).contains("PENDING");
    assertThat(text(sent("alice", call(3, "refund", "{\"amount\":1}")))).contains("PENDING");
    assertThat(kinds()).containsSubsequence("approval.revoked", "approval.grant-ended");
    assertThat(restarted().ledger().grants()).isEmpty();
  }

  /** Otherwise a start would find it as if it had not ended. */
  @Test
  void aGrantEndsAfterItsBeginningIsInTheLog() throws Exception {
    ApprovalRequest request = asked("refund", "{\"amount\":501}");
    AtomicReference<Thread> ends = new AtomicReference<>();
    line.log.beforeAppend(() -> {
      if (ends.get() == null) {
        ends.set(Thread.currentThread()); // this append is the beginning
        String id = office.ledger().grants().getFirst().id();
        Thread other =
            Thread.ofPlatform()
                .unstarted(() -> {
                  try {
                    office.decisions().revokeGrant(DAVE, new Word(id, "", "no"));
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                });
        ends.set(other);
        other.start();
        while (other.getState() != Thread.State.WAITING
            && other.getState() != Thread.State.TERMINATED) {
          Thread.onSpinWait();
        }
      }
    });
    approveFor(CAROL, request, Duration.ofMinutes(30), 3);
    ends.get().join();
    assertThat(kinds()).containsSubsequence("approval.grant", "approval.grant-ended");
    assertThat(restarted().ledger().grants()).isEmpty();
  }

  // Second approvers.

  @Test
  void secondApproversMayDecideOnceTheirTimeHasCome() throws Exception {
    ApprovalRequest request = asked("refund", "{\"amount\":501}");
    sweep();
    assertThatThrownBy(() -> approve(FRANK, request)).hasMessageContaining("not an approver");
    line.clock.advance(Duration.ofMinutes(5));
    sweep();
    sweep();
    assertThat(kinds().stream().filter("approval.escalated"::equals)).hasSize(1);
    assertThat(pending().escalated()).containsExactly("any");
    assertThat(approve(FRANK, request).state()).isEqualTo(ApprovalState.APPROVED);
    goesOn("alice", "refund", "{\"amount\":501}");
  }

  @Test
  void aFailureOfOursEndsNoDeadlines() throws Exception {
    asked("refund", "{\"amount\":501}");
    AtomicInteger looks = new AtomicInteger();
    Deadlines deadlines =
        Deadlines.start(
            office.ledger(),
            line.policy()::digest,
            _ -> {
              if (looks.incrementAndGet() == 2) {
                line.clock.advance(Duration.ofMinutes(11));
                throw new IllegalStateException("by the test");
              }
              return false;
            });
    try {
      assertThat(request(one -> one.state() == ApprovalState.EXPIRED)).isNotNull();
    } finally {
      deadlines.close();
    }
  }

  // Broken glass.

  @Test
  void brokenGlassLetsACallOnAndMustBeReviewed() throws Exception {
    ApprovalRequest request = asked("refund", "{\"amount\":501}");
    assertThatThrownBy(() -> office.decisions().breakGlass(CAROL, seen(request, "now")))
        .hasMessageContaining("may not break glass");
    assertThatThrownBy(() -> office.decisions().breakGlass(ERIN, seen(request, " ")))
        .hasMessageContaining("why this cannot wait");
    assertThatThrownBy(
            () -> office.decisions().breakGlass(ERIN, new Word(request.id(), "00", "now")))
        .hasMessageContaining("digest");
    ApprovalRequest broken = office.decisions().breakGlass(ERIN, seen(request, "outage"));
    assertThat(broken.state()).isEqualTo(ApprovalState.APPROVED);
    assertThat(office.ledger().reviewsDue()).isEqualTo(1);
    goesOn("alice", "refund", "{\"amount\":501}");
    assertThat(kinds())
        .containsSubsequence(
            "approval.requested",
            "approval.break-glass",
            "call.intent",
            "approval.consumed",
            "call.outcome",
            "approval.completed");

    ApprovalRequest again = asked("refund", "{\"amount\":501}");
    assertThat(again.id()).isNotEqualTo(request.id());
    line.clock.advance(Duration.ofHours(25));
    assertThat(office.ledger().reviewsOverdue()).isEqualTo(1);
    sweep();
    ApprovalRequest late = asked("refund", "{\"amount\":502}");
    assertThatThrownBy(() -> office.decisions().breakGlass(ERIN, seen(late, "outage")))
        .hasMessageContaining("review: overdue for " + request.id());

    assertThatThrownBy(() -> office.decisions().review(ERIN, new Word(request.id(), "", "ok")))
        .as("who broke it")
        .hasMessageContaining("may not review it");
    office.decisions().review(CAROL, new Word(request.id(), "", "right"));
    assertThatThrownBy(() -> office.decisions().review(CAROL, new Word(request.id(), "", "ok")))
        .isInstanceOf(ApprovalException.class);
    assertThat(office.ledger().reviewsDue()).isZero();
    assertThat(office.decisions().breakGlass(ERIN, seen(late, "outage")).state())
        .isEqualTo(ApprovalState.APPROVED);
  }

  @Test
  void afterFiveCallsSomebodyMustLook() throws Exception {
    for (int i = 0; i < 5; i++) {
      ApprovalRequest request = asked("refund", "{\"amount\":" + i + "}");
      office.decisions().breakGlass(ERIN, seen(request, "outage"));
    }
    ApprovalRequest sixth = asked("refund", "{\"amount\":5}");
    assertThatThrownBy(() -> office.decisions().breakGlass(ERIN, seen(sixth, "outage")))
        .hasMessageContaining("review: due for 5 calls");
  }

  @Test
  void twentyPeopleAtOnceBreakNoMoreThanFive() throws Exception {
    List<ApprovalRequest> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String subject = "agent-" + i;
      assertThat(text(sent(subject, call(1, "refund", "{\"amount\":501}")))).contains("PENDING");
      all.add(request(one -> subject.equals(one.requester().subject())));
    }
    AtomicInteger broken = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (ApprovalRequest one : all) {
        var _ =
            threads.submit(() -> {
              office.decisions().breakGlass(ERIN, seen(one, "outage"));
              return broken.incrementAndGet();
            });
      }
    }
    assertThat(broken).hasValue(5);
    assertThat(office.ledger().reviewsDue()).isEqualTo(5);
  }

  @Test
  void aBreakThatCannotBeRecordedLeavesTheRequestToOthers() throws Exception {
    ApprovalRequest request = asked("refund", "{\"amount\":501}");
    line.log.failAt(_ -> true);
    assertThatThrownBy(() -> office.decisions().breakGlass(ERIN, seen(request, "outage")))
        .isInstanceOf(AuditUnavailableException.class);
    assertThat(office.ledger().find(request.id()).orElseThrow().state())
        .isEqualTo(ApprovalState.PENDING);
    assertThat(office.ledger().reviewsDue()).isZero();
  }

  /** The approval may last longer than the request would have waited. */
  @Test
  void anApprovalIsKnownByItsIdAsLongAsItCounts() throws Exception {
    ApprovalRequest request = asked("refund", "{\"amount\":501}");
    line.clock.advance(Duration.ofMinutes(9));
    approve(CAROL, request);
    line.clock.advance(Duration.ofMinutes(12));
    line.state.tidy(line.clock.instant());
    assertThat(office.ledger().find(request.id())).isPresent();
    goesOn("alice", "refund", "{\"amount\":501}");
    assertThat(office.ledger().find(request.id()).orElseThrow().state())
        .isEqualTo(ApprovalState.COMPLETED);
    assertThat(kinds()).endsWith("approval.consumed", "call.outcome", "approval.completed");
  }

  // After a restart.

  /** The entries of what is not over, as the next start finds them. */
  private Office restarted() throws Exception {
    Map<String, List<StoredEntry>> open = new LinkedHashMap<>();
    Set<String> over = new LinkedHashSet<>();
    for (StoredEntry entry : line.entries(1)) {
      String subject = RecallApprovals.MEANING.subject(entry);
      if (subject != null) {
        open.computeIfAbsent(subject, _ -> new ArrayList<>()).add(entry);
        if (RecallApprovals.MEANING.ends(entry)) {
          over.add(subject);
        }
      }
    }
    open.keySet().removeAll(over);
    List<StoredEntry> entries =
        open.values().stream()
            .flatMap(List::stream)
            .sorted(Comparator.comparingLong(StoredEntry::index))
            .toList();
    Office next = Office.of(new MemoryState(line.clock), line.log, line.clock, SHORT, said -> said);
    RecallApprovals.Open recalled = RecallApprovals.of(entries, line.policy());
    next.ledger().restore(recalled.requests(), recalled.grants());
    line.desk(new AskingDesk(next.ledger(), line.hash, line.clock, SHORT));
    return next;
  }

  @Test
  void aGrantIsAsGoodAfterARestartAsBefore() throws Exception {
    approveFor(CAROL, asked("refund", "{\"amount\":501}"), Duration.ofMinutes(30), 2);
    goesOn("alice", "refund", "{\"amount\":501}");
    goesOn("alice", "refund", "{\"amount\":1}");
    WindowGrant before = office.ledger().grants().getFirst();
    office = restarted();
    WindowGrant after = office.ledger().grants().getFirst();
    assertThat(after.id()).isEqualTo(before.id());
    assertThat(after.left()).isEqualTo(1);
    assertThat(after.until()).isEqualTo(before.until());
    goesOn("alice", "refund", "{\"amount\":2}");
  }

  @Test
  void halfAWindowIsRemembered() throws Exception {
    ApprovalRequest request = asked("wire", "{}");
    approveFor(CAROL, request, Duration.ofMinutes(30), 20);
    office = restarted();
    approveFor(DAVE, pending(), Duration.ofMinutes(10), 2);
    assertThat(office.ledger().grants()).hasSize(1);
    assertThat(office.ledger().grants().getFirst().target().requester().name()).isEqualTo("alice");
    assertThat(line.fact(0, Fact.APPROVAL)).isEqualTo(request.id());
  }

  @Test
  void aReviewIsStillDueAfterARestart() throws Exception {
    ApprovalRequest request = asked("refund", "{\"amount\":501}");
    office.decisions().breakGlass(ERIN, seen(request, "outage"));
    goesOn("alice", "refund", "{\"amount\":501}");
    ApprovalRequest again = asked("refund", "{\"amount\":501}");
    office.decisions().breakGlass(ERIN, seen(again, "outage"));
    goesOn("alice", "refund", "{\"amount\":501}");
    line.clock.advance(Duration.ofMinutes(1));
    office = restarted();

    assertThat(office.ledger().reviewsDue()).isEqualTo(2);
    assertThat(office.ledger().find(request.id()).orElseThrow().reviewUntil())
        .isEqualTo(line.clock.instant().plus(Duration.ofHours(24)).minus(Duration.ofMinutes(1)));
    office.decisions().review(CAROL, new Word(request.id(), "", "right"));
    office.decisions().review(CAROL, new Word(again.id(), "", "right"));
    assertThat(office.ledger().reviewsDue()).isZero();
    assertThat(restarted().ledger().reviewsDue()).isZero();
  }

  /** A policy that asks otherwise now does not say any more what these calls were asked for. */
  @Test
  void reviewsAreDueAlsoAfterARestartWithAnotherPolicy() throws Exception {
    for (int i = 0; i < 5; i++) {
      ApprovalRequest request = asked("refund", "{\"amount\":" + i + "}");
      office.decisions().breakGlass(ERIN, seen(request, "outage"));
    }
    policy(
        "-next",
        """
        - {id: all, match: {}, then: allow}
        - id: any
          match: {tools: [refund]}
          when: args.amount > 500
          then: requireApproval
          approval:
            approvers: "'finance' in approver.groups"
            breakGlass: {who: "'oncall' in approver.groups"}
        """);
    office = restarted();
    sweep();
    assertThat(office.ledger().reviewsDue()).isEqualTo(5);
    ApprovalRequest sixth = asked("refund", "{\"amount\":501}");
    assertThatThrownBy(() -> office.decisions().breakGlass(ERIN, seen(sixth, "outage")))
        .hasMessageContaining("review: due for 5 calls by rule any");
    assertThat(
            line.entries(1).reversed().stream()
                .map(StoredEntry::leaf)
                .filter(leaf -> leaf.kind().text().equals("approval.superseded"))
                .findFirst()
                .orElseThrow()
                .facts()
                .texts(Fact.RULES))
        .as("of a request whose rule asks otherwise now")
        .containsExactly("any");
  }

  /** The log tells of a long name only that it was long: nobody knows then whose call it is. */
  @Test
  void nobodyApprovesACallOfTheirOwnAfterARestart() throws Exception {
    for (String name : List.of("carol@example.com", "carol".repeat(60))) {
      Person themselves = person(name, "finance");
      assertThat(text(sent(name, call(1, "refund", "{\"amount\":501}")))).contains("PENDING");
      assertThatThrownBy(() -> approve(themselves, pending())).hasMessageContaining("theirs");
      office = restarted();
      assertThatThrownBy(() -> approve(themselves, pending()))
          .isInstanceOf(ApprovalException.class);
      office.decisions().breakGlass(ERIN, seen(pending(), "outage"));
    }
    assertThat(office.ledger().reviewsDue()).isEqualTo(2);
    for (ApprovalRequest broken : office.ledger().all()) {
      office.decisions().review(CAROL, new Word(broken.id(), "", "right"));
    }
  }

  // Operators.

  @Test
  void whatIsStoppedIsAskedOfNobody() throws Exception {
    ApprovalRequest request = asked("refund", "{\"amount\":501}");
    office.ledger().sweep(line.policy().digest(), one -> one.id().equals(request.id()));
    assertThat(office.ledger().find(request.id()).orElseThrow().state())
        .isEqualTo(ApprovalState.CANCELLED);
    assertThatThrownBy(() -> approve(CAROL, request)).hasMessageContaining("state: cancelled");
  }
}
