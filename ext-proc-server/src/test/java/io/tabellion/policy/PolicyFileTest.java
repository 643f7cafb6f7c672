package io.tabellion.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.Question.Direction;
import io.tabellion.yaml.YamlException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class PolicyFileTest {
  private static final String HEAD =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: test, version: 3}
      rules:
      """;

  private static final String RULES =
      """
        - id: readers
          match: {methods: [tools/call], servers: ["crm-*"], tools: ["get_*", search]}
          then: allow
        - id: no-secrets
          match: {tools: ["*secret*"]}
          then: deny
          message: Ask a human.
        - id: no-deletes
          match: {methods: ["tools/*"], tools: [get_deleted]}
          then: deny
        - id: open-server
          match: {servers: [open]}
          then: allow
        - id: no-logging
          match: {methods: [logging/setLevel]}
          then: deny
        - id: withheld
          match: {direction: response, methods: [resources/read]}
          then: deny
        - id: sampling
          match: {direction: server-request, servers: [open], methods: [sampling/createMessage]}
          then: allow
      """;

  private final Policy policy = policy(RULES);

  @Test
  void aRuleAllowsWhatItNamesAndNothingElse() {
    assertThat(call("crm-eu", "get_user")).isEqualTo(allow("readers"));
    assertThat(call("crm-eu", "search")).isEqualTo(allow("readers"));
    assertThat(call("crm-eu", "search_all")).isEqualTo(deny(null));
    assertThat(call("erp", "get_user")).isEqualTo(deny(null));
  }

  @Test
  void denyBeatsAllowWhateverTheOrder() {
    assertThat(call("crm-eu", "get_secret")).isEqualTo(deny("Ask a human.", "no-secrets"));
    assertThat(call("open", "secret")).isEqualTo(deny("Ask a human.", "no-secrets"));
    assertThat(call("crm-eu", "get_deleted")).isEqualTo(deny(null, "no-deletes"));
  }

  @Test
  void aRuleWithoutToolsIsAboutEveryTool() {
    assertThat(call("open", "anything")).isEqualTo(allow("open-server"));
    assertThat(request("open", "resources/read")).isEqualTo(allow("open-server"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "initialize",
        "server/discover",
        "notifications/initialized",
        "notifications/cancelled",
        "ping",
        "http/get",
        "http/delete",
        "tools/list",
        "prompts/list",
        "resources/list",
        "resources/templates/list"
      })
  void plumbingIsAllowedUnlessDenied(String method) {
    assertThat(request("crm-eu", method)).isEqualTo(allow());
    assertThat(
            policy("  - {id: none, match: {methods: ['%s']}, then: deny}\n".formatted(method))
                .decide(question(Direction.REQUEST, "crm-eu", method, null))
                .action())
        .isEqualTo(Action.DENY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resources/read",
        "prompts/get",
        "completion/complete",
        "subscriptions/listen",
        "tasks/get",
        "notifications/progress",
        "notifications/roots/list_changed",
        "unheard/of",
        ""
      })
  void everythingElseIsDenied(String method) {
    assertThat(request("crm-eu", method)).isEqualTo(deny(null));
  }

  @Test
  void plumbingCanBeDenied() {
    assertThat(request("crm-eu", "logging/setLevel")).isEqualTo(deny(null, "no-logging"));
  }

  @Test
  void answersGoOnUnlessAResponseRuleDenies() {
    assertThat(decide(Direction.RESPONSE, "open", "tools/call", "secret")).isEqualTo(allow());
    assertThat(decide(Direction.RESPONSE, "open", "resources/read", null))
        .isEqualTo(deny(null, "withheld"));
  }

  @Test
  void whatAServerAsksIsDeniedAndWhatItSaysIsNot() {
    assertThat(decide(Direction.SERVER_REQUEST, "crm", "sampling/createMessage", null))
        .isEqualTo(deny(null));
    assertThat(decide(Direction.SERVER_REQUEST, "open", "sampling/createMessage", null))
        .isEqualTo(allow("sampling"));
    assertThat(decide(Direction.SERVER_REQUEST, "crm", "elicitation/create", null))
        .isEqualTo(deny(null));
    assertThat(decide(Direction.SERVER_REQUEST, "crm", "notifications/progress", null))
        .isEqualTo(allow());
  }

  @Test
  void aPolicyWithoutRulesDeniesEveryCall() {
    Policy none = policy("  []\n");
    assertThat(none.decide(question(Direction.REQUEST, "crm", "tools/call", "x")).action())
        .isEqualTo(Action.DENY);
  }

  @Test
  void rulesForOtherToolsAreNotLookedAt() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      many.append(
          "  - {id: r%d, match: {tools: [tool_%d, 'family_%d_*']}, then: allow}\n"
              .formatted(i, i, i));
    }
    RulePolicy large = (RulePolicy) policy(many.toString());

    Question question = question(Direction.REQUEST, "crm", "tools/call", "family_42_x");
    assertThat(large.decide(question).rules()).containsExactly("r42");
    assertThat(large.rules(Direction.REQUEST).candidates(question).cardinality()).isEqualTo(1);
  }

  @Test
  void theDigestIsThatOfTheBytes() {
    NamedFiles none = new NamedFiles(Path.of("p.yaml"));
    assertThat(none.digest(ByteString.copyFromUtf8("abc")))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(policy.digest()).isEqualTo(none.digest(bytes(HEAD + RULES)));
    assertThat(call("crm-eu", "get_user").policy()).isEqualTo(policy.digest());
  }

  @Test
  void everyMistakeIsReportedWithItsPlace() {
    assertThatThrownBy(() ->
            policy(
                """
                  - id: a
                    match: {direction: sideways, methods: [tool/call], tool: [x]}
                    then: allow
                  - id: a
                    match: {servers: ["[ab]"], tools: []}
                    then: maybe
                    wen: "true"
                """))
        .isInstanceOf(YamlException.class)
        .hasMessage(
            """
            p.yaml:6:24: rules[0].match.direction: sideways (expected: request or response or server-request)
            p.yaml:6:44: rules[0].match.methods[0]: tool/call (expected: tools/call)
            p.yaml:6:56: rules[0].match.tool: unknown key (did you mean tools?)
            p.yaml:8:9: rules[1].id: a (expected: an id that no other rule or limit has)
            p.yaml:9:23: rules[1].match.servers[0]: [ab] (expected: a name with * and ?, 1 to 512 characters; \\ before *, ?, [, ], {, } and \\ for the character itself)
            p.yaml:10:11: rules[1].then: maybe (expected: allow, deny or requireApproval)
            p.yaml:11:5: rules[1].wen: unknown key (did you mean when?)\
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  - {id: a, match: {tools: []}, then: deny}\n",
        "  - {id: a, match: {}, then: allow, message: no}\n",
        "  - {id: a, then: allow}\n",
        "  - {id: 'a b', match: {}, then: allow}\n",
        "  - {id: a, match: {}, then: allow}\ndefaults: {decision: allow}\n",
        "  - {id: a, match: {}, then: allow}\nonError: allow\n",
      })
  void refusesWhatWouldOpenOrMeanNothing(String rules) {
    assertThatThrownBy(() -> policy(rules)).isInstanceOf(YamlException.class);
  }

  private Decision call(String server, String tool) {
    return decide(Direction.REQUEST, server, "tools/call", tool);
  }

  private Decision request(String server, String method) {
    return decide(Direction.REQUEST, server, method, null);
  }

  private Decision decide(
      Direction direction, String server, String method, @Nullable String tool) {
    return policy.decide(question(direction, server, method, tool));
  }

  private Decision allow(String... rules) {
    return Decision.of(Action.ALLOW, List.of(rules), null, policy.digest());
  }

  private Decision deny(@Nullable String message, String... rules) {
    return Decision.of(Action.DENY, List.of(rules), message, policy.digest());
  }

  private static Question question(
      Direction direction, String server, String method, @Nullable String tool) {
    return new Question(
        direction,
        new Question.Setting(
            Caller.anonymous(null), server, "session", "2025-11-25", "c", Instant.EPOCH),
        new Question.Target(method, tool, null, null),
        ToolFacts.UNKNOWN,
        Json.Obj.EMPTY,
        null,
        0,
        Set.of());
  }

  private static Policy policy(String rules) {
    return PolicyFile.read(Path.of("p.yaml"), bytes(HEAD + rules), CallCounts.IN_FORCE).policy();
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
