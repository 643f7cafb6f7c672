package io.tabellion.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.Facts;
import io.tabellion.policy.PolicyCheck;
import io.tabellion.policy.Replay;
import java.nio.file.Files;
import java.nio.file.Path;
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
        Facts.newBuilder()
            .setServer(server)
            .setMethod(method)
            .setTool(tool)
            .setSubject(subject)
            .addAllGroups(List.of(groups))
            .setDecision(decision)
            .setPolicy("d")
            .setMessage("request")
            .build();
    Entry entry = Entry.newBuilder().setKind("call.intent").setFacts(facts).build();
    return new Recording(entry, entry);
  }
}
