package io.tabellion.extproc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Fact;
import io.tabellion.budget.Budget;
import io.tabellion.budget.BudgetSettings;
import io.tabellion.budget.Budgets;
import io.tabellion.policy.Policy;
import io.tabellion.policy.PolicyFile;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.trail.recall.RecallState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process that starts finds in the log of the one before. */
@Tag("unit")
final class RecallTest {
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: recall}
      rules:
        - {id: all, match: {}, then: allow}
        - {id: wipes, match: {tools: [wipe]}, then: deny}
      limits: [{id: three, match: {methods: [tools/call]}, calls: {max: 3, per: 10m, by: [principal, tool]}}]
      """;

  private static final String CALL =
      """
      {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"TOOL","arguments":{}}}\
      """;

  @TempDir Path folder;
  private Policy policy;

  /** The process before, and the one that starts. */
  private LineFixture before;

  private LineFixture after;

  @BeforeEach
  void begin() throws Exception {
    Path file = Files.writeString(folder.resolve("policy.yaml"), POLICY);
    policy = PolicyFile.load(file).policy();
    before = new LineFixture();
    before.policy(policy);
    after = new LineFixture();
    after.policy(policy);
  }

  @AfterEach
  void end() throws Exception {
    before.close();
    after.close();
  }

  private void recall() throws InterruptedException {
    var _ = recall(BudgetSettings.DEFAULTS);
  }

  private Budgets recall(BudgetSettings settings) throws InterruptedException {
    after.clock.advance(Duration.between(after.clock.instant(), before.clock.instant()));
    var budgets = new Budgets(settings, after.state, after.clock);
    new RecallState(before.log, budgets, after.state, after.clock).recall(policy);
    return budgets;
  }

  /** Returns whether the call went on. */
  private static boolean calls(LineFixture line, String tool) throws InterruptedException {
    Stream stream = line.envoy().open().post().requestBody(CALL.replace("TOOL", tool), true);
    boolean goesOn = !stream.reply().hasImmediateResponse();
    stream.cancel();
    return goesOn;
  }

  @Test
  void callsOfTheProcessBeforeCountForLimits() throws Exception {
    assertThat(calls(before, "echo")).isTrue();
    assertThat(calls(before, "echo")).isTrue();
    assertThat(calls(before, "wipe")).isFalse();
    before.clock.advance(Duration.ofMinutes(9));
    recall();

    assertThat(calls(after, "echo")).isTrue();
    assertThat(calls(after, "echo")).isFalse();
    assertThat(calls(after, "other")).isTrue();
    after.clock.advance(Duration.ofMinutes(2));
    assertThat(calls(after, "echo")).isTrue();
  }

  @Test
  void callsThatAreLongOverDoNotCount() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(calls(before, "echo")).isTrue();
    }
    before.clock.advance(Duration.ofMinutes(11));
    recall();

    assertThat(calls(after, "echo")).isTrue();
  }

  @Test
  void whatTheProcessBeforeBroughtCountsForBudgets() throws Exception {
    calls(before, "echo");
    calls(before, "other");
    calls(before, "wipe");
    String caller = requireNonNull(before.fact(0, Fact.OWNER));
    before.clock.advance(Duration.ofSeconds(30));

    Budgets budgets =
        recall(new BudgetSettings(new Budget(3, 1 << 20), BudgetSettings.DEFAULTS.server()));

    budgets.take(caller, "sample", 1);
    budgets.take(caller, "sample", 1);
    assertThatExceptionOfType(AuditUnavailableException.class)
        .isThrownBy(() -> budgets.take(caller, "sample", 1));
  }

  @Test
  void aConversationGoesOnOverARestart() throws Exception {
    calls(before, "echo");
    before.clock.advance(Duration.ofMinutes(29));
    recall();

    calls(after, "other");

    assertThat(after.fact(0, Fact.CONVERSATION)).isEqualTo(before.fact(0, Fact.CONVERSATION));
  }

  @Test
  void aConversationThatIsOverDoesNotGoOn() throws Exception {
    calls(before, "echo");
    before.clock.advance(Duration.ofMinutes(31));
    recall();

    calls(after, "other");

    assertThat(after.fact(0, Fact.CONVERSATION)).isNotEqualTo(before.fact(0, Fact.CONVERSATION));
  }
}
