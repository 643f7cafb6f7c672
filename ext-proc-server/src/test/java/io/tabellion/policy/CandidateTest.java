package io.tabellion.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.Decision.Candidate;
import io.tabellion.policy.Question.Answer;
import io.tabellion.policy.Question.Direction;
import io.tabellion.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A candidate beside the policy in force: it judges the same and has no effect. */
@Tag("unit")
class CandidateTest {
  private final Counted counted = new Counted();

  private static final String HEAD =
      "apiVersion: tabellion.io/v1\nkind: Policy\nmetadata: {name: %s}\n";
  private static final String IN_FORCE =
      HEAD.formatted("now") + "rules: [{id: all, match: {}, then: allow}]\n";
  private static final String DENIES =
      HEAD.formatted("next")
          + "rules:\n"
          + "  - {id: all, match: {}, then: allow}\n"
          + "  - {id: no-wipes, match: {tools: [wipe]}, then: deny}\n";

  private final RefusableLog log = new RefusableLog();
  private final ManualClock clock = new ManualClock(Instant.EPOCH);
  @TempDir Path folder;
  private Path file = Path.of("policy.yaml");
  private Path next = Path.of("next.yaml");

  @BeforeEach
  void setUp() throws IOException {
    file = Files.writeString(folder.resolve("policy.yaml"), IN_FORCE);
    next = folder.resolve("next.yaml");
  }

  // Its file.

  @Test
  void itsLoadIsRecordedAsThatOfACandidate() throws Exception {
    Files.writeString(next, DENIES);
    try (PolicyReloader reloader = load()) {
      assertThat(reasons()).containsExactly("start", "candidate");
      Entry entry = log.entries().getLast();
      Candidate candidate = candidate(counted.judge(reloader.get(), call("wipe")));
      assertThat(entry.kind()).isEqualTo(EntryKind.POLICY_LOADED);
      assertThat(entry.facts().text(Fact.POLICY)).isEqualTo(candidate.decision().policy());
      assertThat(entry.facts().text(Fact.DETAIL)).isEqualTo("next version 1");
      assertThat(entry.facts().text(Fact.DECISION)).isNull();
      assertThat(Objects.requireNonNull(entry.content()).bytes().toStringUtf8()).isEqualTo(DENIES);
      assertThat(reloader.get().digest())
          .isEqualTo(log.entries().getFirst().facts().text(Fact.POLICY));
    }
  }

  @Test
  void aBadOneStopsNoStartAndNoneIsCompared() throws Exception {
    Files.writeString(next, DENIES.replace("then: deny", "then: deni"));
    try (PolicyReloader reloader = load()) {
      assertThat(reasons()).containsExactly("start", "candidate-refused");
      assertThat(log.entries().getLast().facts().text(Fact.DECISION)).isEqualTo("refused");
      assertThat(counted.judge(reloader.get(), call("wipe")).candidate()).isNull();
      look(reloader, 3);
      assertThat(reasons()).hasSize(2);
    }
  }

  @Test
  void itComesChangesBreaksAndGoesWhileThePolicyStays() throws Exception {
    try (PolicyReloader reloader = load()) {
      Policy first = reloader.get();
      assertThat(reasons()).containsExactly("start");
      look(reloader, 3);
      assertThat(reloader.get()).isSameAs(first);

      Files.writeString(next, DENIES);
      reloader.look();
      assertThat(would(reloader, "wipe")).isNull();
      reloader.look();
      assertThat(would(reloader, "wipe")).isEqualTo(Action.DENY);

      Files.writeString(next, DENIES.replace("wipe", "drop"));
      look(reloader, 2);
      assertThat(would(reloader, "wipe")).isEqualTo(Action.ALLOW);
      assertThat(would(reloader, "drop")).isEqualTo(Action.DENY);

      Files.writeString(next, "broken");
      look(reloader, 4);
      assertThat(would(reloader, "drop")).isNull();

      Files.writeString(next, DENIES);
      look(reloader, 2);
      assertThat(would(reloader, "wipe")).isEqualTo(Action.DENY);

      Files.delete(next);
      look(reloader, 4);
      assertThat(reloader.get()).isSameAs(first);
      assertThat(reasons())
          .containsExactly(
              "start",
              "candidate",
              "candidate",
              "candidate-refused",
              "candidate",
              "candidate-removed");
      assertThat(log.entries().getLast().facts().text(Fact.POLICY))
          .isEqualTo(log.entries().get(4).facts().text(Fact.POLICY));
    }
  }

  @Test
  void oneThatTakesThePlaceOfThePolicyIsInForce() throws Exception {
    Files.writeString(next, DENIES);
    try (PolicyReloader reloader = load()) {
      assertThat(counted.judge(reloader.get(), call("wipe")).allows()).isTrue();
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
      look(reloader, 2);
      assertThat(counted.judge(reloader.get(), call("wipe")).action()).isEqualTo(Action.DENY);
      assertThat(counted.judge(reloader.get(), call("wipe")).candidate()).isNull();
      assertThat(reasons()).containsExactly("start", "candidate", "changed", "candidate-removed");
    }
  }

  @Test
  void oneThatCannotBeRecordedIsNotComparedUntilItCan() throws Exception {
    try (PolicyReloader reloader = load()) {
      Files.writeString(next, DENIES);
      reloader.look();
      log.fail(AuditUnavailableException.Code.FULL);
      assertThatThrownBy(reloader::look).isInstanceOf(AuditUnavailableException.class);
      assertThat(would(reloader, "wipe")).isNull();
      log.recover();
      reloader.look();
      assertThat(would(reloader, "wipe")).isEqualTo(Action.DENY);
    }
  }

  // What it says.

  @Test
  void itDecidesNothing() throws Exception {
    Files.writeString(next, DENIES);
    try (PolicyReloader reloader = load()) {
      Decision decision = counted.judge(reloader.get(), call("wipe"));
      assertThat(decision.allows()).isTrue();
      assertThat(decision.rules()).containsExactly("all");
      Candidate candidate = candidate(decision);
      assertThat(candidate.decidesOtherwise(decision)).isTrue();
      assertThat(candidate.decision().rules()).containsExactly("no-wipes");
      Decision same = counted.judge(reloader.get(), call("read"));
      assertThat(candidate(same).decidesOtherwise(same)).isFalse();
      assertThat(reloader.get().decide(call("wipe")).candidate()).isNull();
    }
  }

  /** Each counts what it would let on itself: the candidate's limit is not that of the policy. */
  @Test
  void itCountsCallsForItself() throws Exception {
    String limit = "limits: [{id: few, match: {}, calls: {max: %d, per: 1m}}]\n";
    Files.writeString(file, IN_FORCE + limit.formatted(3));
    Files.writeString(next, DENIES + limit.formatted(2));
    try (PolicyReloader reloader = load()) {
      for (String tool : List.of("wipe", "a", "b")) {
        Decision decision = counted.judge(reloader.get(), call(tool));
        assertThat(decision.allows()).isTrue();
        assertThat(candidate(decision).decision().rules())
            .containsExactly(tool.equals("wipe") ? "no-wipes" : "all");
      }
      Decision fourth = counted.judge(reloader.get(), call("c"));
      assertThat(fourth.rules()).containsExactly("few");
      assertThat(candidate(fourth).decision().rules()).containsExactly("few");
    }
  }

  @Test
  void rulesThatMaskOtherwiseAreSeen() throws Exception {
    String masks =
        "  - {id: %s, match: {direction: response, tools: [mail]}, mask: [{detect: [%s]}]}\n";
    Files.writeString(
        file,
        HEAD.formatted("now")
            + "rules:\n  - {id: all, match: {}, then: allow}\n"
            + masks.formatted("one", "EMAIL"));
    try (PolicyReloader reloader = load()) {
      for (String detect : List.of("EMAIL", "PII")) {
        Files.writeString(next, DENIES + masks.formatted("two", detect));
        look(reloader, 2);
        assertThat(candidate(counted.judge(reloader.get(), answer("mail"))).otherMasks())
            .isEqualTo(detect.equals("PII"));
        assertThat(candidate(counted.judge(reloader.get(), answer("other"))).otherMasks())
            .isFalse();
      }
    }
  }

  @Test
  void oneThatFailsLetsTheMessageGoOnAsThePolicyDecides() throws Exception {
    Policy inForce = PolicyFile.load(file).policy();
    Policy failing =
        new Policy() {
          @Override
          public Decision decide(Question question) {
            throw new IllegalStateException("told to fail");
          }

          @Override
          public String digest() {
            return "f".repeat(64);
          }
        };
    Decision decision = counted.judge(new ComparedPolicy(inForce, failing), call("wipe"));
    assertThat(decision.allows()).isTrue();
    assertThat(candidate(decision).failed()).isTrue();
    assertThat(candidate(decision).decidesOtherwise(decision)).isFalse();
    assertThat(candidate(decision).decision().policy()).isEqualTo("f".repeat(64));
  }

  // Decisions on several questions.

  @Test
  void ofSeveralQuestionsTheStricterAnswerCountsForEachPolicyByItself() {
    Decision both = decision(Action.ALLOW, Action.DENY).and(decision(Action.ALLOW, Action.ALLOW));
    assertThat(both.action()).isEqualTo(Action.ALLOW);
    assertThat(candidate(both).decision().action()).isEqualTo(Action.DENY);
    Decision alone =
        decision(Action.ALLOW, Action.DENY).and(Decision.of(Action.DENY, List.of(), null, "p"));
    assertThat(candidate(alone).decision().action()).isEqualTo(Action.DENY);
  }

  @Test
  void whatTheCandidateAloneDeniesOfARelatedQuestionIsItsOwn() {
    Decision own = decision(Action.ALLOW, Action.ALLOW);
    Decision related = own.andDenied(decision(Action.ALLOW, Action.DENY));
    assertThat(related.action()).isEqualTo(Action.ALLOW);
    assertThat(candidate(related).decision().action()).isEqualTo(Action.DENY);
    Decision denied = own.andDenied(decision(Action.DENY, Action.ALLOW));
    assertThat(denied.action()).isEqualTo(Action.DENY);
    assertThat(candidate(denied).decision().action()).isEqualTo(Action.ALLOW);
  }

  private static Decision decision(Action action, Action would) {
    Decision candidate = Decision.of(would, List.of("c"), null, "candidate");
    return Decision.of(action, List.of("r"), null, "policy")
        .with(new Candidate(candidate, false, false));
  }

  // Help.

  private static Candidate candidate(Decision decision) {
    return Objects.requireNonNull(decision.candidate());
  }

  private @Nullable Action would(PolicyReloader reloader, String tool) throws InterruptedException {
    Candidate candidate = counted.judge(reloader.get(), call(tool)).candidate();
    return candidate == null ? null : candidate.decision().action();
  }

  private PolicyReloader load() throws InterruptedException {
    return PolicyReloader.load(file, next, log, clock);
  }

  private static void look(PolicyReloader reloader, int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      reloader.look();
    }
  }

  private List<String> reasons() {
    return log.entries().stream().map(e -> String.valueOf(e.facts().text(Fact.REASON))).toList();
  }

  private static Question call(String tool) {
    return question(Direction.REQUEST, tool, null);
  }

  private static Question answer(String tool) {
    return question(Direction.RESPONSE, tool, new Answer(Json.Obj.EMPTY, null, List.of()));
  }

  private static Question question(Direction direction, String tool, @Nullable Answer answer) {
    return new Question(
        direction,
        new Question.Setting(
            Caller.anonymous(null), "crm", "session", "2025-11-25", "c", Instant.EPOCH),
        new Question.Target("tools/call", tool, null, null),
        ToolFacts.UNKNOWN,
        Json.Obj.EMPTY,
        answer,
        0,
        Set.of());
  }
}
