package io.tabellion.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.testing.Ran;
import io.tabellion.testing.Samples;
import io.tabellion.testing.ServedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs against a real server over a real log. */
@Tag("unit")
class AuditCommandTest {
  private static final InstantSource CLOCK = InstantSource.system();

  /** Of a policy. */
  private static final String DIGEST = "a".repeat(64);

  @TempDir Path directory;
  private @Nullable ServedLog server;
  private final Entry intent =
      Samples.intent(CLOCK, "alice", "echo", "{\"text\":\"hel\\u001b[31mlo\"}");

  @BeforeEach
  void start() throws Exception {
    server = new ServedLog(directory);
    FileAuditLog log = server.log();
    log.append(List.of(intent));
    log.append(List.of(Samples.outcome(CLOCK, intent, "{\"ok\":1}")));
    log.append(List.of(Samples.intent(CLOCK, "bob", "forbidden", "{}")));
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void searchPrintsATable() {
    Ran ran = run("search", "--utc", "--subject", "alice");
    assertThat(ran.status()).isZero();
    List<String> lines = ran.out().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).contains("INDEX", "TIME (UTC)", "VERDICT");
    assertThat(lines.get(1)).contains("call.intent", "alice", "tools/call echo", "allowed");
    assertThat(lines.get(0).indexOf("KIND")).isEqualTo(lines.get(1).indexOf("call.intent"));
  }

  @Test
  void searchPrintsJsonLines() {
    Ran ran = run("search", "--json", "--words", "HEL");
    assertThat(ran.out()).contains(intent.id().toString());
    ran = run("search", "--json", "--kind", "call.intent", "--limit", "1");
    assertThat(ran.out().lines()).hasSize(1);
    assertThat(ran.out()).startsWith("{").contains("\"subject\":\"bob\"");
  }

  @Test
  void anExportGoesOnWhereItEndedAndBringsContents() {
    Ran first = run("search", "--json", "--with-contents", "--kind", "call.intent", "--limit", "1");
    assertThat(first.out()).startsWith("{\"entry\":").contains("\"content\":", "\"PRESENT\"");
    String token = first.err().strip().replaceFirst("(?s).*--resume ", "");
    Ran second =
        run(
            "search",
            "--json",
            "--with-contents",
            "--kind",
            "call.intent",
            "--limit",
            "0",
            "--resume",
            token);
    assertThat(second.out().lines()).hasSize(1);
    assertThat(second.out()).isNotEqualTo(first.out());
    assertThat(second.err()).isEmpty();
    assertThat(run("search", "--with-contents").err()).contains("--with-contents: not without");
  }

  @Test
  void showPrintsFactsAndContentWithoutItsEscapes() {
    Ran ran = run("show", intent.id().toString());
    assertThat(ran.status()).isZero();
    assertThat(ran.out())
        .contains("subject            alice", "\"text\"", "content            application/json")
        .doesNotContain("\u001b");
  }

  @Test
  void aReceiptIsVerifiedOffline() throws Exception {
    Path receipt = directory.resolve("receipt");
    Path content = directory.resolve("content");
    Ran shown =
        run(
            "show",
            intent.id().toString(),
            "--receipt",
            receipt.toString(),
            "--content",
            content.toString());
    String salt =
        shown
            .out()
            .lines()
            .filter(l -> l.startsWith("salt"))
            .findFirst()
            .orElseThrow()
            .substring(19);
    String key = Files.readString(directory.resolve("log/keys/log.vkey"));
    String[] verify = {
      "verify",
      "--receipt",
      receipt.toString(),
      "--key",
      key.strip(),
      "--content",
      content.toString(),
      "--salt",
      salt
    };
    Ran good = bare(verify);
    assertThat(good.out()).contains("as the leaf commits to", intent.id().toString());
    assertThat(good.status()).isZero();
    Files.writeString(content, "{\"text\":\"something else\"}");
    assertThat(bare(verify).status()).isEqualTo(1);
    String text = Files.readString(receipt);
    Files.writeString(receipt, text.replaceFirst("\nindex [0-9]+", "\nindex 1"));
    assertThat(bare(verify).out()).contains("does not lead from the leaf");
  }

  @Test
  void tailEndsAfterTheCount() {
    Ran ran = run("tail", "--from-index", "0", "--count", "2", "--json");
    assertThat(ran.status()).isZero();
    assertThat(ran.out().lines()).hasSize(2);
  }

  @Test
  void timelineTellsTheConversation() {
    Ran ran = run("timeline", intent.id().toString(), "--content");
    assertThat(ran.status()).isZero();
    assertThat(ran.out())
        .contains("call.intent", "  call.outcome", "asked: ", "answered: {\"ok\":1}")
        .containsOnlyOnce("VERDICT")
        .contains("1 calls, 1 allowed, 0 not allowed");
    assertThat(run("timeline").out()).contains("bob");
    assertThat(run("timeline", "nonsense").err()).startsWith("INDEX|ID");
  }

  /** A call under a policy, with a candidate beside it, and its end. */
  private record Told(Entry candidate, Entry call, Entry outcome) {}

  private Told told() throws Exception {
    FileAuditLog log = Objects.requireNonNull(server).log();
    Facts.Builder load =
        Facts.builder()
            .put(Fact.REASON, "changed")
            .put(Fact.DECISION, "allowed")
            .put(Fact.POLICY, DIGEST)
            .put(Fact.DETAIL, "desk version 3");
    log.append(
        List.of(
            Samples.entry(
                CLOCK,
                EntryKind.POLICY_LOADED,
                load.put(Fact.POLICY_AUTHOR, "Ada")
                    .put(Fact.POLICY_APPROVED_BY, "Grace")
                    .put(Fact.POLICY_CHANGE, "OPS-12")
                    .build(),
                null)));
    Facts tried =
        Facts.builder()
            .put(Fact.REASON, "candidate")
            .put(Fact.POLICY, DIGEST)
            .put(Fact.DETAIL, "desk version 3 as a candidate")
            .build();
    Entry candidate = Samples.entry(CLOCK, EntryKind.POLICY_LOADED, tried, null);
    log.append(List.of(candidate));
    Entry call =
        Samples.entry(
            CLOCK,
            EntryKind.CALL_INTENT,
            intent.facts().toBuilder()
                .put(Fact.IDENTITY, "jwt")
                .put(Fact.ISSUER, "https://idp.example")
                .put(Fact.ACTORS, List.of("agent-7", "agent-8"))
                .put(Fact.GROUPS, List.of("support"))
                .put(Fact.SOURCE, "192.0.2.7:40000")
                .put(Fact.RULES, List.of("readers"))
                .put(Fact.POLICY, DIGEST)
                .put(
                    Fact.CANDIDATE,
                    List.of("policy=" + "b".repeat(64), "would=deny", "no-echo", "error=x: work"))
                .put(Fact.SHADOW_MASKED, List.of("mails EMAIL 1 /params/arguments/a"))
                .build(),
            "{\"a\":1}");
    log.append(List.of(call));
    Facts.Builder end =
        Samples.outcome(CLOCK, call, "{}").facts().toBuilder()
            .put(Fact.EXECUTED, "yes")
            .put(Fact.ELAPSED_MS, 12);
    Entry outcome = Samples.entry(CLOCK, EntryKind.CALL_OUTCOME, end.build(), "{\"b\":2}");
    log.append(List.of(outcome));
    log.append(
        List.of(
            Samples.entry(
                CLOCK,
                EntryKind.POLICY_LOADED,
                load.put(Fact.POLICY_AUTHOR, "later").build(),
                null)));
    return new Told(candidate, call, outcome);
  }

  @Test
  void whyTellsACallInSentences() throws Exception {
    Told told = told();
    for (String key : List.of(told.call().id().toString(), told.outcome.id().toString())) {
      Ran ran = run("why", key, "--utc");
      assertThat(ran.status()).isZero();
      assertThat(ran.out())
          .contains(
              "Who: alice, verified by jwt of https://idp.example, through the client client-alice,"
                  + " from 192.0.2.7:40000.",
              "agent-7, which acts for agent-8",
              "Groups: support.",
              "Asked for: tools/call of the tool echo on the server sample.",
              "Decided: allowed by the rule readers of the policy.",
              "Policy: desk version 3, the file with the SHA-256 " + DIGEST,
              "when the file was changed.",
              "written by Ada, approved by Grace; what changed: OPS-12.",
              "with the SHA-256 bbbbbbbb",
              " would have decided: deny, by no-echo.",
              " has errors here: x: work.",
              "Rules in shadow would have masked in what went on: mails EMAIL 1 /params/arguments/a.",
              "Approval: no rule asked for one.",
              "Executed: yes. ",
              "Came back: a result, HTTP 200, after 12 ms",
              "is in the signed tree of ")
          .doesNotContain("later", "as a candidate", "{\"a\":1}");
    }
  }

  @Test
  void whyOfACandidateSaysThatItJudgesWithoutEffect() throws Exception {
    assertThat(run("why", told().candidate().id().toString()).out())
        .contains("loaded at ", "as a candidate, which judges without effect.")
        .doesNotContain("Decided:");
  }

  @Test
  void searchFindsWhatACandidateWouldDeny() throws Exception {
    Told told = told();
    assertThat(run("search", "--would", "deny").out()).contains("allowed (would deny: no-echo)");
    assertThat(run("search", "--would", "deny", "--since", "1h", "--json").out().lines())
        .singleElement()
        .asString()
        .contains(told.call().id().toString());
  }

  @Test
  void searchSaysWhichDecisionsOfCandidatesThereAre() throws Exception {
    told();
    assertThat(run("search", "--would", "allow").out())
        .contains("no entry has --would allow; there are: deny");
  }

  @Test
  void whyShowsContentsOnDemand() throws Exception {
    Told told = told();
    assertThat(run("why", told.call().id().toString(), "--content").out())
        .contains("Asked: {\"a\":1}", "Answered: {\"b\":2}");
  }

  @Test
  void whyTellsWhatIsNoCallAndWhatWasNotExecuted() {
    assertThat(run("why", "0").out()).startsWith("Entry 0 is ").contains("Proof: entry 0 ");
    String denied =
        run("search", "--tool", "forbidden", "--json")
            .out()
            .replaceAll("(?s).*?\"id\":\"([^\"]+).*", "$1");
    assertThat(run("why", denied).out())
        .contains("Decided: denied", "Executed: no. The request never left for the server.");
    String open =
        run("search", "--subject", "alice", "--kind", "call.intent", "--json")
            .out()
            .replaceAll("(?s).*?\"id\":\"([^\"]+).*", "$1");
    assertThat(run("why", open).out()).contains("Executed: not known.");
  }

  @Test
  void verifyChecksTheLogThatThePointerNames() {
    Ran ran = run("verify");
    assertThat(ran.out()).endsWith("VERIFIED" + System.lineSeparator());
    assertThat(ran.status()).isZero();
    assertThat(run("verify", "--json").out()).contains("\"verified\":true");
  }

  @Test
  void reindexIsRefusedWhileAServerHasTheLog() throws Exception {
    Ran refused = run("reindex");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("a server has this log");
    stop();
    server = null;
    Files.delete(directory.resolve("log/index.sqlite"));
    assertThat(run("reindex").out()).contains("entries indexed anew");
    assertThat(directory.resolve("log/index.sqlite")).exists();
  }

  @Test
  void errorsSayWhereItLookedAndWhatToDo() throws Exception {
    Ran none = bare("search", "--dir", directory.resolve("nowhere").toString());
    assertThat(none.status()).isEqualTo(2);
    assertThat(none.err()).contains("nowhere/current", "--server HOST:PORT");
    Path wrong = directory.resolve("wrong.token");
    Files.writeString(wrong, "ffffffffffffffffffffffffffffffff");
    Ran stranger = run("search", "--token-file", wrong.toString());
    assertThat(stranger.status()).isEqualTo(1);
    assertThat(stranger.err()).contains("not let in by", "--token-file");
    assertThat(run("show", "999999").err()).startsWith("index: beyond the end of the log");
    assertThat(run("search", "--from", "yesterday").err()).startsWith("--from: yesterday (exp");
  }

  @Test
  void aWordOfNoClosedSetIsRefusedWithTheOptionsNameAndTheWordsThereAre() {
    for (String[] typed :
        List.of(
            new String[] {"--decision", "denid", "denied"},
            new String[] {"--kind", "call.indent", "policy.loaded"},
            new String[] {"--outcome", "okay", "tool_error"},
            new String[] {"--would", "denied", "requireApproval"},
            new String[] {"--kind", "x*", "call.intent"})) {
      for (String verb : List.of("search", "tail")) {
        Ran ran = run(verb, typed[0], typed[1]);
        assertThat(ran.err())
            .startsWith(typed[0] + ": " + typed[1] + " (expected: one of ")
            .contains(typed[2])
            .hasLineCount(1);
        assertThat(ran.status()).isEqualTo(1);
      }
    }
    assertThat(run("search", "--kind", "call.*", "--json").out().lines()).hasSize(3);
  }

  @Test
  void nothingFoundSaysWhatWasAskedAndWhatThereIs() {
    Ran ran = run("search", "--tool", "ech", "--subject", "alice", "--from", "1h");
    assertThat(ran.status()).isZero();
    assertThat(ran.out().lines())
        .hasSize(2)
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith("nothing found for --subject alice --tool ech --from 1h in "),
            second ->
                assertThat(second)
                    .isEqualTo("  no entry has --tool ech; there are: echo, forbidden"));
    Ran json = run("search", "--tool", "ech", "--json");
    assertThat(json.out()).isEmpty();
    assertThat(json.err()).startsWith("nothing found for --tool ech in ");
  }

  @Test
  void patternsFindAsInPolicies() {
    assertThat(run("search", "--json", "--tool", "e?ho").out().lines()).hasSize(1);
    assertThat(run("search", "--json", "--tool", "forb*", "--subject", "b*").out().lines())
        .hasSize(1);
  }

  @Test
  void serversThatCannotBeReachedAreOneLine() throws Exception {
    Path token = directory.resolve("some.token");
    Files.writeString(token, "ffffffffffffffffffffffffffffffff");
    for (String server : List.of("127.0.0.1:1", "nosuchhost.invalid:1", "unix:/no/such")) {
      Ran ran = bare("search", "--server", server, "--token-file", token.toString());
      assertThat(ran.err()).startsWith("no answer from " + server + " (--server): ");
      assertThat(ran.err()).hasLineCount(1);
      assertThat(ran.status()).isEqualTo(2);
    }
  }

  private Ran run(String verb, String... options) {
    return Ran.in(directory, new AuditCommand(), verb, options);
  }

  private static Ran bare(String... arguments) {
    return Ran.of(new AuditCommand(), arguments);
  }
}
