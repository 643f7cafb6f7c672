package io.tabellion.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.testing.Ran;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code policy explain} on what the line recorded. */
@Tag("unit")
final class ExplainCommandTest {
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: explained}
      vars: {drops: "args.sql.contains('drop')"}
      rules:
        - {id: all, match: {}, then: allow}
        - {id: drops, match: {tools: [query]}, when: "vars.drops && size(args.sql) > 3", then: deny}
        - {id: reads, match: {tools: [query]}, when: args.secret.startsWith('k-'), then: deny, mode: shadow}
        - {id: typo, match: {tools: [query]}, when: args.limit > 5, then: allow}
        - {id: loops, match: {tools: [query]}, when: "args.tags.exists(t, t == 'x')", then: deny}
        - {id: hide, match: {tools: [query]}, mask: [{select: /params/arguments/secret}]}
        - {id: other, match: {tools: [wipe]}, when: args.x == 1, then: deny}
      """;

  @TempDir Path folder;
  private RecordedTraffic traffic;
  private String entry = "";

  @BeforeEach
  void begin() throws Exception {
    traffic = new RecordedTraffic(folder, POLICY);
    traffic.refused("query", "{\"sql\":\"drop t\",\"secret\":\"k-123\",\"tags\":[\"a\"]}");
    entry = traffic.record(1).getFirst().leaf().id().toString();
  }

  @AfterEach
  void end() throws Exception {
    traffic.close();
  }

  @Test
  void saysWhichRulesFireAndWhatTheirPartsAre() {
    Ran ran = explain();

    assertThat(ran.err()).isEmpty();
    assertThat(ran.status()).isZero();
    assertThat(ran.out())
        .containsSubsequence(
            "decision   denied",
            "rules      drops",
            "rule all (allow): fires",
            "rule drops (deny): fires",
            "  when vars.drops && size(args.sql) > 3",
            "vars.drops",
            "true",
            "args.sql",
            "\"drop t\"",
            "rule typo (allow): does not fire, for its condition fails: absent",
            "rule loops (deny): does not fire",
            "args.tags.exists(t, t == \"x\")",
            "rule hide (mask): fires")
        .doesNotContain("rule other");
  }

  @Test
  void whatIsMaskedIsNotShown() {
    assertThat(explain().out())
        .contains("rule reads (deny, in shadow): undecidable")
        .containsPattern("args\\.secret +not known")
        .doesNotContain("k-123", "REDACTED");
  }

  @Test
  void theFileIsTakenFromTheTrail() throws Exception {
    recordLoaded(List.of());

    assertThat(traffic.run("explain", entry).out()).contains("rule drops (deny): fires");
    assertThat(traffic.run("explain", entry, "--json").out())
        .contains("{\"rule\":\"drops\",\"then\":\"deny\",\"fires\":\"fires\"");
  }

  /** The trail has the digests of the files that a policy names, and not the files. */
  @Test
  void aFileThatNamesOthersIsAskedFor() throws Exception {
    recordLoaded(List.of("0".repeat(64) + "  rules.toml"));

    Ran ran = traffic.run("explain", entry);

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err())
        .contains("policy: names files that the trail does not have (expected: --policy FILE)");
  }

  /** That a file was a candidate does not say that it judged. */
  @Test
  void aCandidateIsNotTakenForThePolicyThatJudged() throws Exception {
    record(Facts.builder().put(Fact.REASON, "candidate"), List.of());
    assertThat(traffic.run("explain", entry).err()).startsWith("policy: not in the trail");
  }

  private void recordLoaded(List<String> files) throws Exception {
    record(Facts.builder().put(Fact.DECISION, "allowed"), files);
  }

  private void record(Facts.Builder of, List<String> files) throws Exception {
    Facts facts =
        of.put(Fact.POLICY, traffic.line().policy().digest()).put(Fact.POLICY_FILES, files).build();
    traffic
        .log()
        .append(
            List.of(
                new Entry(
                    EntryId.next(InstantSource.system()),
                    EntryKind.POLICY_LOADED,
                    facts,
                    new Entry.Content("application/yaml", ByteString.copyFromUtf8(POLICY)))));
  }

  @Test
  void aFileThatDidNotJudgeIsRefused() throws Exception {
    assertThat(traffic.run("explain", entry).err()).startsWith("policy: not in the trail");
    Path other = traffic.write("other.yaml", POLICY + "# another\n");

    Ran ran = traffic.run("explain", entry, "--policy", other.toString());

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err()).contains("other.yaml: another file (expected: the one that judged");
  }

  private Ran explain() {
    return traffic.run("explain", entry, "--policy", folder.resolve("old.yaml").toString());
  }
}
