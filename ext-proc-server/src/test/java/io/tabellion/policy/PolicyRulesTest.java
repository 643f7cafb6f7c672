package io.tabellion.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.Masking;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.Decision.RuleError;
import io.tabellion.policy.Decision.Shadow;
import io.tabellion.policy.Question.Answer;
import io.tabellion.policy.Question.Direction;
import io.tabellion.policy.ToolFacts.Annotations;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class PolicyRulesTest {
  private static final String HEAD =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: test}
      """;
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Set<String> LISTED = Set.of(Question.ARGS, Question.BYTES);

  private final Counted counted = new Counted();

  // Precedence.

  @Test
  void denyBeatsApprovalBeatsAllowWhateverTheOrder() {
    List<String> rules =
        new ArrayList<>(
            List.of(
                "  - {id: yes, match: {tools: [t]}, then: allow}\n",
                "  - {id: ask, match: {tools: [t]}, then: requireApproval, message: Ask.,"
                    + " approval: {approvers: 'true'}}\n",
                "  - {id: no, match: {tools: [t]}, when: 'args.bad', then: deny, message: Bad.}\n"));
    for (int i = 0; i < 6; i++) {
      Policy policy = policy("rules:\n" + String.join("", rules));
      assertThat(policy.decide(call("t", Map.of("bad", true))).rules()).containsExactly("no");
      assertThat(policy.decide(call("t", Map.of("bad", true))).message()).isEqualTo("Bad.");
      Decision asks = policy.decide(call("t", Map.of("bad", false)));
      assertThat(asks.action()).isEqualTo(Action.REQUIRE_APPROVAL);
      assertThat(asks.rules()).containsExactly("ask");
      assertThat(asks.message()).isEqualTo("Ask.");
      Collections.rotate(rules, 1);
      if (i == 2) {
        Collections.swap(rules, 0, 1);
      }
    }
  }

  @Test
  void anApprovalNeverOpensWhatNothingAllows() {
    String rules =
        """
        rules:
          - {id: yes, match: {tools: [t]}, when: args.ok, then: allow%s}
          - {id: ask, match: {tools: [t, u]}, then: requireApproval, message: Ask., approval: {approvers: 'true'}}
          - {id: list, match: {methods: [prompts/list]}, then: requireApproval, approval: {approvers: 'true'}}
        """;
    Policy policy = policy(rules.formatted(""));

    Decision asked = policy.decide(call("t", Map.of("ok", true)));
    assertThat(asked.action()).isEqualTo(Action.REQUIRE_APPROVAL);
    assertThat(asked.rules()).containsExactly("ask");
    assertThat(asked.approvals()).hasSize(1);
    for (Question open :
        List.of(call("t", Map.of("ok", false)), call("t", Map.of()), call("u", Map.of()))) {
      Decision denied = policy.decide(open);
      assertThat(denied.action()).isEqualTo(Action.DENY);
      assertThat(denied.rules()).isEmpty();
      assertThat(denied.approvals()).isEmpty();
      assertThat(denied.message()).startsWith("No rule allows it.");
    }
    Question list = question("prompts/list", null, null, null);
    assertThat(policy.decide(list).action()).isEqualTo(Action.REQUIRE_APPROVAL);
    Question item = with(call("u", Map.of()), Map.of(), LISTED);
    assertThat(policy.decide(item).action()).isEqualTo(Action.DENY);
    Policy shadow = policy(rules.formatted(", mode: shadow"));
    assertThat(shadow.decide(call("t", Map.of("ok", true))).action()).isEqualTo(Action.DENY);
    assertThat(shadow.decide(call("t", Map.of("ok", true))).shadow().action())
        .isEqualTo(Action.REQUIRE_APPROVAL);
  }

  @Test
  void approvalTermsSayWhoMayApprove() {
    Policy policy =
        policy(
            """
            vars: {large: args.amount > 500}
            rules:
              - {id: refunds, match: {tools: [refund]}, when: vars.large, then: allow}
              - id: refund
                match: {tools: [refund]}
                when: vars.large
                then: requireApproval
                approval:
                  approvers: "'finance' in approver.groups && approver.subject != principal.subject"
                  quorum: 2
                  reason: required
                  ttl: 5m
                  notify: [slack-fin]
            """);
    Question question = call("refund", Map.of("amount", 501));
    Decision decision = policy.decide(question);

    ApprovalTerms terms = decision.approvals().getFirst();
    assertThat(terms.quorum()).isEqualTo(2);
    assertThat(terms.reasonRequired()).isTrue();
    assertThat(terms.channels()).containsExactly("slack-fin");
    assertThat(terms.approvers().may(question, "ann", List.of("finance"))).isTrue();
    assertThat(terms.approvers().may(question, "ann", List.of("sales"))).isFalse();
    assertThat(terms.approvers().may(question, "u1", List.of("finance"))).isFalse();
    assertThat(policy.decide(call("refund", Map.of("amount", 500))).action())
        .isEqualTo(Action.DENY);
  }

  // Errors.

  @ParameterizedTest
  @CsvSource({
    "allow, , DENY",
    "deny, , DENY",
    "requireApproval, 'approval: {approvers: ''true''},', REQUIRE_APPROVAL",
  })
  void aConditionThatFailsFiresWhatRefusesAndNothingThatAllows(
      String then, @Nullable String more, Action action) {
    Decision decision =
        policy(
                """
                rules:
                  - {id: base, match: {tools: [u]}, then: allow}
                  - {id: open, match: {tools: [t]}, when: "!%s", then: allow}
                  - {id: failing, match: {tools: [t]}, when: args.missing == 1, %s then: %s}
                """
                    .formatted(then.equals("allow"), more == null ? "" : more, then))
            .decide(call("t", Map.of()));

    assertThat(decision.action()).isEqualTo(action);
    assertThat(decision.errors()).containsExactly(new RuleError("failing", "absent"));
    assertThat(decision.rules()).isEqualTo(then.equals("allow") ? List.of() : List.of("failing"));
  }

  @Test
  void aMaskWhoseConditionFailsMasks() {
    Policy policy =
        policy(
            """
            rules:
              - id: hide
                match: {direction: response}
                when: response.result.missing == 1
                mask: [{select: /result/a}, {unless: args.x == 1, select: /result/b}]
            """);

    Decision decision = policy.decide(answer("t", Map.of("ok", true)));
    assertThat(decision.masking().rules()).hasSize(2);
    assertThat(decision.action()).isEqualTo(Action.ALLOW);
    assertThat(decision.errors())
        .containsExactly(new RuleError("hide", "absent"), new RuleError("hide", "absent"));
  }

  @Test
  void anErrorThatDoesNotMatterIsNone() {
    Decision decision =
        policy("rules: [{id: a, match: {}, when: args.x == 1 || true, then: allow}]")
            .decide(call("t", Map.of()));

    assertThat(decision.action()).isEqualTo(Action.ALLOW);
    assertThat(decision.errors()).isEmpty();
  }

  // Shadow and off.

  @Test
  void aRuleInShadowIsRecordedAndChangesNothing() {
    Policy policy =
        policy(
            """
            rules:
              - {id: all, match: {tools: [t]}, then: allow}
              - {id: strict, match: {tools: [t]}, when: args.n > 1, then: deny, mode: shadow}
              - {id: gone, match: {tools: [t]}, then: deny, mode: off}
            """);

    Decision decision = policy.decide(call("t", Map.of("n", 2)));
    assertThat(decision.action()).isEqualTo(Action.ALLOW);
    assertThat(decision.rules()).containsExactly("all");
    assertThat(decision.shadow()).isEqualTo(new Shadow(Action.DENY, List.of("strict")));
    assertThat(policy.decide(call("t", Map.of("n", 1))).shadow()).isEqualTo(Shadow.NONE);
  }

  @Test
  void anAllowInShadowAllowsNothing() {
    Decision decision =
        policy("rules: [{id: a, match: {}, then: allow, mode: shadow}]")
            .decide(call("t", Map.of()));

    assertThat(decision.action()).isEqualTo(Action.DENY);
    assertThat(decision.rules()).isEmpty();
    assertThat(decision.shadow()).isEqualTo(new Shadow(Action.ALLOW, List.of("a")));
  }

  @Test
  void aFileInShadowLetsPassAndSaysWhatItWouldHaveDone() {
    Decision decision =
        policy("mode: shadow\nrules: [{id: a, match: {tools: [x]}, then: allow}]")
            .decide(call("t", Map.of()));

    assertThat(decision.action()).isEqualTo(Action.ALLOW);
    assertThat(decision.shadow()).isEqualTo(new Shadow(Action.DENY, List.of()));
  }

  @Test
  void aFileThatIsOffAllowsNothing() {
    Decision decision =
        policy("mode: off\nrules: [{id: a, match: {}, then: allow}]").decide(call("t", Map.of()));

    assertThat(decision.action()).isEqualTo(Action.DENY);
  }

  @Test
  void aMaskInShadowMasksTheRecordAlone() {
    Policy policy =
        policy(
            """
            rules:
              - {id: m, match: {direction: response}, mask: [{select: /result/a}], mode: shadow}
            """);

    assertThat(policy.decide(answer("t", Map.of())).masking().rules())
        .extracting(MaskRule::where)
        .containsExactly(MaskRule.Where.RECORD);
  }

  // Masks.

  @Test
  void masksAddUpAndCountForWhatIsDeniedToo() {
    Policy policy =
        policy(
            """
            vars: {isDba: "'dba' in principal.groups"}
            rules:
              - {id: no, match: {tools: [t]}, then: deny}
              - {id: one, match: {}, mask: [{select: /params/arguments/a, with: {replace: X}}]}
              - {id: two, match: {tools: [t]}, mask: [{select: /params/arguments/b, unless: vars.isDba}]}
            """);

    Decision decision = policy.decide(call("t", Map.of()));
    assertThat(decision.masking().rules()).extracting(MaskRule::rule).containsExactly("one", "two");
    assertThat(decision.rules()).containsExactly("no");
    assertThat(policy.decide(call("t", Map.of(), "dba")).masking().rules())
        .extracting(MaskRule::rule)
        .containsExactly("one");
    assertThat(policy.decide(question("ping", null, null, null)).masking())
        .isNotEqualTo(Masking.NONE);
  }

  // Annotations.

  @Test
  void whatAServerSaysOfItsToolsCannotLoosenAPolicy() {
    String rules =
        """
        vars: {reads: tool.annotations.readOnlyHint}
        rules:
          - {id: reads, match: {methods: [tools/call]}, when: vars.reads, then: allow}
        """;
    Annotations claims = new Annotations(true, false, null, null);

    assertThat(decide(policy(rules), claims)).isEqualTo(Action.DENY);
    assertThat(decide(policy("servers: [{name: 'c*', trusted: true}]\n" + rules), claims))
        .isEqualTo(Action.ALLOW);
    assertThat(decide(policy("servers: [{name: 'd*', trusted: true}]\n" + rules), claims))
        .isEqualTo(Action.DENY);
  }

  @Test
  void whatAServerSaysOfItsToolsCanTightenIt() {
    Policy policy =
        policy(
            """
            rules:
              - {id: all, match: {}, then: allow}
              - {id: bad, match: {}, when: tool.annotations.destructiveHint, then: deny}
              - {id: odd, match: {}, when: tool.annotations.idempotentHint, then: deny}
            """);

    assertThat(decide(policy, new Annotations(null, false, false, null))).isEqualTo(Action.DENY);
    assertThat(decide(policy, Annotations.NONE)).isEqualTo(Action.DENY);
    Policy trusting =
        policy(
            """
            servers: [{name: crm, trusted: true}]
            rules:
              - {id: all, match: {}, then: allow}
              - {id: bad, match: {}, when: tool.annotations.destructiveHint, then: deny}
            """);
    assertThat(decide(trusting, new Annotations(null, false, null, null))).isEqualTo(Action.ALLOW);
    assertThat(decide(trusting, Annotations.NONE)).isEqualTo(Action.DENY);
  }

  // Resources and prompts.

  @ParameterizedTest
  @CsvSource({
    "file:///pub/a.txt,                        ALLOW",
    "file:///pub/../etc/passwd,                DENY",
    "file:///pub/%2e%2e/etc/passwd,            DENY",
    "file:///pub/%252e%252e/etc/passwd,        DENY",
    "file:///pub/..%2fetc/passwd,              DENY",
    "file:///pub\\..\\etc\\passwd,             DENY",
    "file:///pub/./a.txt,                      ALLOW",
    "FILE:///pub/a.txt,                        DENY",
    "file:///pub/secret.key,                   DENY",
    "file:///pub/x/../secret.key,              DENY",
    "file:///pub/%73ecret.key,                 DENY",
    "file:///etc/passwd,                       DENY",
  })
  void aResourceIsWhatAServerCouldTakeItFor(String uri, Action action) {
    Policy policy =
        policy(
            """
            rules:
              - {id: pub, match: {resources: ["file:///pub/*"]}, then: allow}
              - {id: keys, match: {resources: ["*/secret.key"]}, then: deny}
            """);

    assertThat(policy.decide(question("resources/read", null, uri, null)).action())
        .isEqualTo(action);
  }

  @ParameterizedTest
  @CsvSource({
    "file:///pub/a.txt,              ALLOW",
    "file:///pub/%2e%2e/etc/passwd,  DENY",
    "file:///pub/a%20b.txt,          ALLOW",
    "file:///pub/x/../keys/a,        DENY",
    "file:/pub/a.txt,                DENY",
    "file:///pub/%6Beys/a,           DENY",
    "pub/a.txt,                      DENY",
  })
  void aConditionSeesEveryReadingOfAUri(String uri, Action action) {
    Policy policy =
        policy(
            """
            vars:
              inside: resource.uri.startsWith('file:///pub/')
            rules:
              - {id: pub, match: {methods: [resources/read]}, when: vars.inside, then: allow}
              - {id: keys, match: {methods: [resources/read]}, when: "resource.uri.contains('/keys/')", then: deny}
            """);

    assertThat(policy.decide(question("resources/read", null, uri, null)).action())
        .isEqualTo(action);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      value = {
        "match: {resources: ['file:///keys/*']}",
        "match: {}, when: \"resource.uri.startsWith('file:///keys/')\"",
      })
  void whatAllowsAndMasksMasksInEveryReading(String about) {
    Policy policy =
        policy(
            """
            rules:
              - {id: all, match: {}, then: allow}
              - {id: keys, %s, then: allow, mask: [{select: /params/x}]}
            """
                .formatted(about));

    Decision sure = policy.decide(question("resources/read", null, "file:///keys/a", null));
    assertThat(sure.rules()).containsExactly("all", "keys");
    assertThat(sure.masking().rules()).hasSize(1);
    Decision maybe = policy.decide(question("resources/read", null, "file:///pub/../keys/a", null));
    assertThat(maybe.action()).isEqualTo(Action.ALLOW);
    assertThat(maybe.masking().rules()).hasSize(1);
    Decision other = policy.decide(question("resources/read", null, "file:///pub/a", null));
    assertThat(other.masking().rules()).isEmpty();
  }

  @Test
  void whatIsNoUriIsRefusedOnlyWhereARuleIsAboutResourcesOfTheServer() {
    String all = "rules:\n  - {id: all, match: {}, then: allow}\n";
    String about = "  - {id: x, match: {servers: [%s], resources: ['a:*']}, then: deny}\n";
    Question odd = question("resources/read", null, "my notes", null);

    assertThat(policy(all).decide(odd).action()).isEqualTo(Action.ALLOW);
    assertThat(policy(all + about.formatted("other")).decide(odd).action()).isEqualTo(Action.ALLOW);
    Decision refused = policy(all + about.formatted("'*'")).decide(odd);
    assertThat(refused.action()).isEqualTo(Action.DENY);
    assertThat(refused.refusesUri()).isTrue();
    assertThat(refused.errors()).extracting(Decision.RuleError::rule).containsExactly("x");
    assertThat(
            policy(all + about.formatted("'*'").replace("}, then", "}, mode: shadow, then"))
                .decide(odd)
                .shadow()
                .rules())
        .containsExactly("x");
  }

  @ParameterizedTest
  @CsvSource({
    "file:///pub/{name},    ALLOW",
    "file:///{+path},       ALLOW",
    "file:///etc/{name},    DENY",
    "db://{table},          DENY",
    "file:///pub/x/{name},  DENY",
  })
  void aTemplateIsShownIfOneOfItsResourcesMayBeRead(String template, Action action) {
    Policy policy =
        policy(
            """
            rules:
              - {id: pub, match: {resources: ["file:///pub/*"]}, then: allow}
              - {id: no-x, match: {resources: ["file:///pub/x/*"]}, then: deny}
            """);

    Decision decision =
        policy.decide(
            with(
                question("resources/read", null, template, null),
                Map.of(),
                Set.of(Question.ARGS, Question.BYTES, Question.URI)));
    assertThat(decision.action()).isEqualTo(action);
  }

  @Test
  void promptsAreMatchedByName() {
    Policy policy = policy("rules: [{id: p, match: {prompts: ['sum*']}, then: allow}]");

    assertThat(policy.decide(question("prompts/get", null, null, "summary")).action())
        .isEqualTo(Action.ALLOW);
    assertThat(policy.decide(question("prompts/get", null, null, "other")).action())
        .isEqualTo(Action.DENY);
    assertThat(policy.decide(question("tools/call", "sum", null, null)).action())
        .isEqualTo(Action.DENY);
  }

  // Lists.

  /** Rules that are written by chance: what a list hides is denied whatever the arguments. */
  @Test
  void whatAListHidesIsDeniedWhateverTheArguments() {
    Random random = new Random(20261124);
    int hidden = 0;
    int shown = 0;
    for (int i = 0; i < 300; i++) {
      String rules = randomRules(random);
      Policy policy = policy(rules);
      boolean hides =
          policy.decide(with(call("t", Map.of()), Map.of(), LISTED)).action() == Action.DENY;
      boolean allowedSometimes = false;
      for (int j = 0; j < 60; j++) {
        Action action = policy.decide(call("t", randomArguments(random))).action();
        allowedSometimes |= action != Action.DENY;
      }
      assertThat(hides && allowedSometimes).as(rules).isFalse();
      hidden += hides ? 1 : 0;
      shown += allowedSometimes ? 1 : 0;
    }
    assertThat(hidden).isGreaterThan(30);
    assertThat(shown).isGreaterThan(30);
  }

  private static String randomRules(Random random) {
    StringBuilder rules = new StringBuilder("rules:\n");
    int many = 1 + random.nextInt(4);
    for (int i = 0; i < many; i++) {
      String then =
          switch (random.nextInt(3)) {
            case 0 -> "allow";
            case 1 -> "deny";
            default -> "requireApproval, approval: {approvers: 'true'}";
          };
      rules.append(
          "  - {id: r%d, match: {tools: [%s]}, when: \"%s\", then: %s}\n"
              .formatted(i, random.nextBoolean() ? "t" : "'*'", randomCondition(random, 3), then));
    }
    return rules.toString();
  }

  private static String randomCondition(Random random, int depth) {
    String[] leaves = {
      "args.a == 1", "args.b > 2", "has(args.c)", "args.missing", "'ops' in principal.groups",
      "principal.issuer == 'x'", "true", "false", "args.size() == 2", "request.bytes > 500"
    };
    if (depth == 0 || random.nextInt(3) == 0) {
      return leaves[random.nextInt(leaves.length)];
    }
    String one = randomCondition(random, depth - 1);
    String other = randomCondition(random, depth - 1);
    return switch (random.nextInt(4)) {
      case 0 -> "(" + one + " && " + other + ")";
      case 1 -> "(" + one + " || " + other + ")";
      case 2 -> "!(" + one + ")";
      default -> "(" + one + " ? " + other + " : false)";
    };
  }

  private static Map<String, Object> randomArguments(Random random) {
    Map<String, Object> args = new LinkedHashMap<>();
    if (random.nextInt(4) > 0) {
      args.put("a", random.nextInt(3));
    }
    if (random.nextInt(4) > 0) {
      args.put("b", random.nextInt(5));
    }
    if (random.nextBoolean()) {
      args.put("c", true);
    }
    if (random.nextInt(3) == 0) {
      args.put("missing", random.nextBoolean());
    }
    return args;
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '~',
      value = {
        "allow | args.path.startsWith('/pub') | ALLOW",
        "allow | 'admin' in principal.groups    | DENY",
        "allow | 'staff' in principal.groups    | ALLOW",
        "allow | args.x == 1 && 'admin' in principal.groups | DENY",
        "deny  | args.x == 1                    | DENY"
      })
  void anItemIsShownUnlessDeniedWhateverTheArguments(String then, String when, Action action) {
    Policy policy =
        policy(
            "rules: [{id: r, match: {tools: [t]}, when: \"%s\", then: %s}]".formatted(when, then));

    assertThat(policy.decide(with(call("t", Map.of(), "staff"), Map.of(), LISTED)).action())
        .isEqualTo(action);
  }

  // Limits.

  @Test
  void callsAreLimitedInEveryStretchOfTime() throws Exception {
    Policy policy = policy(LIMITED);

    assertThat(actions(policy, 0, 0, 30)).containsOnly(Action.ALLOW);
    Decision fourth = counted.judge(policy, at(call("t", Map.of()), 59));
    assertThat(fourth.action()).isEqualTo(Action.DENY);
    assertThat(fourth.rules()).containsExactly("few");
    assertThat(fourth.message()).isEqualTo("Slow down.");
    assertThat(actions(policy, 60, 60)).containsOnly(Action.ALLOW);
    assertThat(actions(policy, 61)).containsOnly(Action.DENY);
    assertThat(actions(policy, 90)).containsOnly(Action.ALLOW);
  }

  private static final String LIMITED =
      """
      rules: [{id: all, match: {}, when: "!has(args.no)", then: allow}]
      limits:
        - {id: few, match: {tools: ["*"]}, calls: {max: 3, per: 1m, by: [principal, tool]}, message: Slow down.}
      """;

  @Test
  void callsAreCountedApartByWhatTheLimitSays() throws Exception {
    Policy policy = policy(LIMITED);
    assertThat(actions(policy, 0, 0, 0)).containsOnly(Action.ALLOW);

    assertThat(counted.judge(policy, call("u", Map.of())).action()).isEqualTo(Action.ALLOW);
    assertThat(counted.judge(policy, by("somebody", call("t", Map.of()))).action())
        .isEqualTo(Action.ALLOW);
    assertThat(actions(policy, 0)).containsOnly(Action.DENY);
  }

  @Test
  void whatIsDeniedOrListedDoesNotCount() throws Exception {
    Policy policy = policy(LIMITED);
    for (int i = 0; i < 10; i++) {
      assertThat(counted.judge(policy, call("t", Map.of("no", 1))).action()).isEqualTo(Action.DENY);
      assertThat(counted.judge(policy, with(call("t", Map.of()), Map.of(), LISTED)).action())
          .isEqualTo(Action.ALLOW);
    }

    assertThat(actions(policy, 0, 0, 0)).containsOnly(Action.ALLOW);
  }

  @Test
  void aNewFileRemembersTheCalls() throws Exception {
    assertThat(actions(policy(LIMITED), 0, 0, 0)).containsOnly(Action.ALLOW);

    assertThat(actions(policy(LIMITED + "servers: []\n"), 0)).containsOnly(Action.DENY);
  }

  @Test
  void aLimitInShadowIsOnlyRecorded() throws Exception {
    Policy policy = policy(LIMITED.replace("message: Slow down.", "mode: shadow"));

    assertThat(actions(policy, 0, 0, 0, 0)).containsOnly(Action.ALLOW);
    assertThat(counted.judge(policy, call("t", Map.of())).shadow())
        .isEqualTo(new Shadow(Action.DENY, List.of("few")));
  }

  @Test
  void sizesAreLimited() {
    Policy policy =
        policy(
            """
            rules: [{id: all, match: {}, then: allow}]
            limits:
              - {id: small, request: 1KiB}
              - {id: brief, answer: 2KiB}
            """);

    assertThat(policy.decide(sized(call("t", Map.of()), 1024)).action()).isEqualTo(Action.ALLOW);
    Decision large = policy.decide(sized(call("t", Map.of()), 1025));
    assertThat(large.rules()).containsExactly("small");
    assertThat(large.message()).isEqualTo("At most 1KiB; this is more.");
    assertThat(policy.decide(sized(answer("t", Map.of()), 2048)).action()).isEqualTo(Action.ALLOW);
    assertThat(policy.decide(sized(answer("t", Map.of()), 2049)).rules()).containsExactly("brief");
    assertThat(policy.decide(sized(question("ping", null, null, null), 5000)).action())
        .isEqualTo(Action.ALLOW);
  }

  @Test
  void aFloodOfCallersDoesNotFillTheMemory() throws Exception {
    Policy policy = policy(LIMITED);
    for (int i = 0; i < CallCounts.MOST; i++) {
      counted.judge(policy, by("u" + i, call("t", Map.of())));
    }

    assertThat(counted.judge(policy, by("one more", call("t", Map.of()))).action())
        .isEqualTo(Action.DENY);
    assertThat(counted.judge(policy, by("one more", at(call("t", Map.of()), 61))).action())
        .isEqualTo(Action.ALLOW);
  }

  private List<Action> actions(Policy policy, int... seconds) throws InterruptedException {
    List<Action> actions = new ArrayList<>();
    for (int second : seconds) {
      actions.add(counted.judge(policy, at(call("t", Map.of()), second)).action());
    }
    return actions;
  }

  // What speed hangs on.

  @Test
  void rulesForOtherToolsServersOrMethodsAreNotLookedAt() {
    StringBuilder many = new StringBuilder("rules:\n");
    for (int i = 0; i < 1000; i++) {
      many.append("  - {id: t%d, match: {tools: [other_%d]}, then: deny}\n".formatted(i, i));
      many.append(
          "  - {id: s%d, match: {servers: ['srv_%d*'], tools: ['get*']}, then: deny}\n"
              .formatted(i, i));
      many.append("  - {id: m%d, match: {methods: [x/m%d]}, then: deny}\n".formatted(i, i));
      many.append("  - {id: p%d, match: {prompts: ['p%d']}, then: deny}\n".formatted(i, i));
    }
    RulePolicy policy = (RulePolicy) policy(many + "  - {id: it, match: {}, then: allow}\n");

    Question question = call("get_it", Map.of());
    assertThat(policy.rules(Direction.REQUEST).candidates(question).cardinality()).isEqualTo(1);
    assertThat(policy.decide(question).rules()).containsExactly("it");
  }

  // Questions.

  private static Action decide(Policy policy, Annotations annotations) {
    Question question = call("t", Map.of());
    return policy
        .decide(
            new Question(
                question.direction(),
                question.setting(),
                question.target(),
                new ToolFacts(annotations, false, "", List.of()),
                question.args(),
                null,
                0,
                Set.of()))
        .action();
  }

  private static Question call(String tool, Map<String, Object> args, String... groups) {
    Question question = question("tools/call", tool, null, null, groups);
    return with(question, args, Set.of());
  }

  private static Question answer(String tool, Map<String, Object> result) {
    Question question = question("tools/call", tool, null, null);
    return new Question(
        Direction.RESPONSE,
        question.setting(),
        question.target(),
        ToolFacts.UNKNOWN,
        Json.Obj.EMPTY,
        new Answer(json(result), null, List.of()),
        100,
        Set.of());
  }

  private static Question question(
      String method,
      @Nullable String tool,
      @Nullable String resource,
      @Nullable String prompt,
      String... groups) {
    return new Question(
        Direction.REQUEST,
        new Question.Setting(caller("u1", groups), "crm", "session", "2025-11-25", "c", NOON),
        new Question.Target(method, tool, resource, prompt),
        ToolFacts.UNKNOWN,
        Json.Obj.EMPTY,
        null,
        100,
        Set.of());
  }

  private static Caller caller(String subject, String... groups) {
    return new Caller(
        Caller.Source.JWT, subject, null, List.of(), null, List.of(groups), List.of(), null, null);
  }

  private static Question with(Question question, Map<String, Object> args, Set<String> unknown) {
    return new Question(
        question.direction(),
        question.setting(),
        question.target(),
        question.tool(),
        json(args),
        question.answer(),
        question.bytes(),
        unknown);
  }

  private static Question sized(Question question, long bytes) {
    return new Question(
        question.direction(),
        question.setting(),
        question.target(),
        question.tool(),
        question.args(),
        question.answer(),
        bytes,
        question.unknown());
  }

  private static Question at(Question question, int second) {
    Question.Setting setting = question.setting();
    return in(
        question,
        new Question.Setting(
            setting.caller(),
            setting.server(),
            setting.era(),
            setting.version(),
            setting.conversation(),
            NOON.plusSeconds(second)));
  }

  private static Question by(String subject, Question question) {
    Question.Setting setting = question.setting();
    return in(
        question,
        new Question.Setting(
            caller(subject),
            setting.server(),
            setting.era(),
            setting.version(),
            setting.conversation(),
            setting.now()));
  }

  private static Question in(Question question, Question.Setting setting) {
    return new Question(
        question.direction(),
        setting,
        question.target(),
        question.tool(),
        question.args(),
        question.answer(),
        question.bytes(),
        question.unknown());
  }

  private static Json.Obj json(Map<String, Object> values) {
    Json.Obj object = Json.Obj.EMPTY;
    for (Map.Entry<String, Object> value : values.entrySet()) {
      Json json =
          value.getValue() instanceof Boolean truth
              ? Json.Literal.of(truth)
              : new Json.Num(value.getValue().toString());
      object = object.with(value.getKey(), json);
    }
    return object;
  }

  private Policy policy(String rest) {
    ByteString bytes = ByteString.copyFromUtf8(HEAD + rest);
    return PolicyFile.read(Path.of("p.yaml"), bytes, CallCounts.IN_FORCE).policy();
  }
}
