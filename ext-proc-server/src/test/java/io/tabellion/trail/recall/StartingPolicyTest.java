package io.tabellion.trail.recall;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.policy.PolicyCheck;
import io.tabellion.policy.Replay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code policy init}: what was seen becomes a policy that can be used. */
@Tag("unit")
final class StartingPolicyTest {
  @TempDir Path folder;
  private final StartingPolicy policy = new StartingPolicy();

  @Test
  void allowsWhatWasAllowedToWhoeverDidIt() throws Exception {
    see("crm", "read", "alice", "support", "staff");
    see("crm", "read", "bob", "support");
    see("crm", "list", "bob", "support");
    see("crm", "refund", "o'neil");
    see("wiki", "search", "");

    assertThat(policy.text())
        .contains(
            "match: {servers: [\"crm\"], tools: [\"list\", \"read\"]}",
            "when: \"'support' in principal.groups\"",
            "match: {servers: [\"crm\"], tools: [\"refund\"]}",
            "# anonymous callers, so anybody");
    PolicyCheck check = check();
    assertThat(check.problems()).isEmpty();
    assertThat(check.warnings()).isEmpty();
    assertThat(check.summary()).contains("3 rules", "3 tests hold");
  }

  @Test
  void enforcedItDecidesAsBefore() throws Exception {
    Recording support = see("crm", "read", "bob", "support");
    Recording other = recording("crm", "read", "eve", "tools/call", "allowed");
    check();
    Replay replay = Replay.of(folder.resolve("p.yaml"), true);

    assertThat(replay.judge(support.question(Recording.Said.NOTHING)).action())
        .hasToString("ALLOW");
    assertThat(replay.judge(other.question(Recording.Said.NOTHING)).action()).hasToString("DENY");
  }

  @Test
  void whatWasDeniedOrNeedsNoRuleIsNotInIt() {
    policy.observe(recording("crm", "wipe", "eve", "tools/call", "denied"));
    policy.observe(recording("crm", "", "eve", "tools/list", "allowed"));

    assertThat(policy.isEmpty()).isTrue();
  }

  @Test
  void namesThatMeanSomethingElsewhereDoNoHarm() throws Exception {
    see("a {b}\\ *", "read", "'] || true || \"\n", "g'\\");

    assertThat(check().problems()).isEmpty();
    assertThat(check().warnings()).isEmpty();
  }

  private PolicyCheck check() throws Exception {
    return PolicyCheck.of(Files.writeString(folder.resolve("p.yaml"), policy.text()));
  }

  private Recording see(String server, String tool, String subject, String... groups) {
    Recording seen = recording(server, tool, subject, "tools/call", "allowed", groups);
    policy.observe(seen);
    return seen;
  }

  private static Recording recording(
      String server,
      String tool,
      String subject,
      String method,
      String decision,
      String... groups) {
    Facts facts =
        Facts.builder()
            .put(Fact.SERVER, server)
            .put(Fact.METHOD, method)
            .put(Fact.TOOL, tool)
            .put(Fact.SUBJECT, subject)
            .put(Fact.GROUPS, List.of(groups))
            .put(Fact.DECISION, decision)
            .put(Fact.POLICY, "d")
            .put(Fact.MESSAGE, "request")
            .build();
    var entry = new Recalled(0, "", "call.intent", Instant.EPOCH, "", facts, false);
    return new Recording(entry, entry);
  }
}
