package io.tabellion.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.testing.ManualClock;
import io.tabellion.yaml.YamlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class PolicyReloaderTest {
  private static final String ONE =
      "{apiVersion: tabellion.io/v1, kind: Policy, metadata: {name: one}, rules: []}";
  private static final String TWO = ONE.replace("one", "two");

  private static final Question CALL =
      new Question(
          Question.Direction.REQUEST,
          new Question.Setting(
              Caller.anonymous(null), "crm", "session", "2025-11-25", "c", Instant.EPOCH),
          new Question.Target("tools/call", "t", null, null),
          ToolFacts.UNKNOWN,
          Json.Obj.EMPTY,
          null,
          0,
          Set.of());

  private final RefusableLog log = new RefusableLog();
  private final ManualClock clock = new ManualClock(Instant.EPOCH);
  @TempDir Path folder;
  private Path file = Path.of("policy.yaml");

  @BeforeEach
  void setUp() throws IOException {
    file = folder.resolve("policy.yaml");
    Files.writeString(file, ONE);
  }

  @Test
  void theFirstLoadIsRecordedWithTheFileItself() throws Exception {
    try (PolicyReloader reloader = load()) {
      Entry entry = log.entries().getLast();
      assertThat(entry.kind()).isEqualTo(EntryKind.POLICY_LOADED);
      assertThat(entry.facts().text(Fact.POLICY)).isEqualTo(reloader.get().digest());
      assertThat(entry.facts().text(Fact.DETAIL)).isEqualTo("one version 1");
      assertThat(Objects.requireNonNull(entry.content()).bytes().toStringUtf8()).isEqualTo(ONE);
    }
  }

  @Test
  void whoWroteAndApprovedTheFileAndWhyIsRecorded() throws Exception {
    Files.writeString(
        file,
        ONE.replace(
            "name: one",
            "name: one, author: Ada L., approvedBy: 'grace@example.com', change: 'OPS-12: no más'"));
    try (PolicyReloader _ = load()) {
      Facts facts = log.entries().getLast().facts();
      assertThat(facts.text(Fact.POLICY_AUTHOR)).isEqualTo("Ada L.");
      assertThat(facts.text(Fact.POLICY_APPROVED_BY)).isEqualTo("grace@example.com");
      assertThat(facts.text(Fact.POLICY_CHANGE)).isEqualTo("OPS-12: no más");
    }
  }

  @Test
  void remarksThatNoLeafMayHoldAreRefused() throws Exception {
    for (String remark : List.of("x".repeat(201), "two\\nlines", "\\u202Eturned", " ")) {
      Files.writeString(file, ONE.replace("name: one", "name: one, author: \"" + remark + "\""));
      assertThatThrownBy(this::load)
          .isInstanceOf(YamlException.class)
          .hasMessageContaining("metadata.author: ")
          .hasMessageContaining("(expected: 1 to 200 characters on one line)");
    }
  }

  @Test
  void aChangeIsInForceOnceItIsTheSameForTwoLooks() throws Exception {
    try (PolicyReloader reloader = load()) {
      Policy one = reloader.get();
      Files.writeString(file, TWO);
      reloader.look();
      assertThat(reloader.get()).isSameAs(one);
      reloader.look();
      assertThat(reloader.get()).isNotSameAs(one);
      assertThat(details()).containsExactly("one version 1", "two version 1");
      reloader.look();
      assertThat(details()).hasSize(2);
    }
  }

  @Test
  void aBadFileIsRecordedOnceAndTheOldPolicyStays() throws Exception {
    try (PolicyReloader reloader = load()) {
      Policy one = reloader.get();
      Files.writeString(file, ONE.replace("rules", "rulez"));
      for (int i = 0; i < 5; i++) {
        reloader.look();
      }
      assertThat(reloader.get()).isSameAs(one);
      assertThat(details()).containsExactly("one version 1", "problems: 2");
      assertThat(log.entries().getLast().facts().text(Fact.DECISION)).isEqualTo("refused");

      Files.writeString(file, TWO);
      reloader.look();
      reloader.look();
      assertThat(details()).containsExactly("one version 1", "problems: 2", "two version 1");
    }
  }

  private static final String RULES =
      "[[rules]]\nid = \"order\"\nregex = 'AB-[0-9]{4}'\nkeywords = [\"ab-\"]\n";
  private static final String NAMING =
      ONE.replace("rules: []", "detection: {rules: [r.toml]}, rules: []");

  private Set<String> detectors(PolicyReloader reloader) {
    return reloader.get().baseline().detectors().names();
  }

  @Test
  void aChangedFileThatThePolicyNamesIsAnotherPolicy() throws Exception {
    Path rules = Files.writeString(folder.resolve("r.toml"), RULES);
    Files.writeString(file, NAMING);
    try (PolicyReloader reloader = load()) {
      Policy first = reloader.get();
      assertThat(detectors(reloader)).contains("RULE_ORDER");
      Files.writeString(rules, RULES.replace("order", "invoice"));
      reloader.look();
      assertThat(reloader.get()).isSameAs(first);
      reloader.look();
      assertThat(detectors(reloader)).contains("RULE_INVOICE").doesNotContain("RULE_ORDER");
      assertThat(reloader.get().digest()).isNotEqualTo(first.digest());
      reloader.look();
      assertThat(log.entries()).hasSize(2);
      assertThat(log.entries().getLast().facts().text(Fact.REASON)).isEqualTo("changed");
    }
  }

  /** {@code { sha256sum < policy.yaml; sha256sum r.toml; } | sha256sum} gives the digest. */
  @Test
  void theDigestIsOfThePolicyAndWhatItNamesAsAnyoneCanWorkOut() throws Exception {
    Files.writeString(folder.resolve("r.toml"), RULES);
    Files.writeString(file, NAMING);
    try (PolicyReloader reloader = load()) {
      String named = sha256(RULES) + "  r.toml";
      Facts facts = log.entries().getLast().facts();
      assertThat(files(facts)).containsExactly(named);
      assertThat(facts.text(Fact.POLICY))
          .isEqualTo(sha256(sha256(NAMING) + "  -\n" + named + "\n"))
          .isEqualTo(reloader.get().digest())
          .isEqualTo(reloader.get().decide(CALL).policy());
    }
  }

  private static List<String> files(Facts facts) {
    return facts.values().get(Fact.POLICY_FILES) instanceof List<?> files
        ? files.stream().map(String::valueOf).toList()
        : List.of();
  }

  private static String sha256(String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void aBrokenNamedFileIsRecordedOnceAndTheOldPolicyStaysUntilItIsMended() throws Exception {
    Path rules = Files.writeString(folder.resolve("r.toml"), RULES);
    Files.writeString(file, NAMING);
    try (PolicyReloader reloader = load()) {
      Policy first = reloader.get();
      for (String broken : List.of("[[", "")) {
        if (broken.isEmpty()) {
          Files.delete(rules);
        } else {
          Files.writeString(rules, broken);
        }
        for (int i = 0; i < 4; i++) {
          reloader.look();
        }
        assertThat(reloader.get()).isSameAs(first);
      }
      assertThat(details()).containsExactly("one version 1", "problems: 1", "problems: 1");
      Files.writeString(rules, RULES.replace("order", "invoice"));
      reloader.look();
      reloader.look();
      assertThat(detectors(reloader)).contains("RULE_INVOICE");
      assertThat(details()).hasSize(4);
    }
  }

  /** A policy that names what is not there yet is judged again when it comes. */
  @Test
  void filesOfARefusedPolicyAreLookedAtToo() throws Exception {
    try (PolicyReloader reloader = load()) {
      Files.writeString(file, NAMING.replace("one", "two"));
      for (int i = 0; i < 5; i++) {
        reloader.look();
      }
      assertThat(details()).containsExactly("one version 1", "problems: 1");
      Files.writeString(folder.resolve("r.toml"), RULES);
      reloader.look();
      reloader.look();
      assertThat(details()).containsExactly("one version 1", "problems: 1", "two version 1");
      assertThat(detectors(reloader)).contains("RULE_ORDER");
    }
  }

  @Test
  void everyKindOfNamedFileCounts() throws Exception {
    Path parts = Files.createDirectory(folder.resolve("parts"));
    Files.writeString(parts.resolve("r.toml"), RULES);
    Files.writeString(parts.resolve("waiver.key"), "0a".repeat(32));
    Files.writeString(
        parts.resolve("d.yaml"), "{rules: [r.toml], waivers: {key: waiver.key, digests: []}}");
    Files.writeString(file, ONE.replace("rules: []", "detection: parts/d.yaml, rules: []"));
    try (PolicyReloader reloader = load()) {
      Set<String> digests = new HashSet<>(Set.of(reloader.get().digest()));
      for (String name : List.of("r.toml", "waiver.key", "d.yaml")) {
        Path named = parts.resolve(name);
        Files.writeString(named, Files.readString(named) + "\n");
        reloader.look();
        reloader.look();
        assertThat(digests.add(reloader.get().digest())).as(name).isTrue();
      }
      assertThat(files(log.entries().getLast().facts()))
          .extracting(line -> line.replaceFirst("[0-9a-f]{64}  ", ""))
          .containsExactly("parts/d.yaml", "parts/r.toml", "parts/waiver.key");
    }
  }

  /** What is read must be what two looks saw: a file that changes between is looked at again. */
  @Test
  void aFileThatIsNewlyNamedIsLookedAtOnceMore() throws Exception {
    try (PolicyReloader reloader = load()) {
      Files.writeString(folder.resolve("r.toml"), RULES);
      Files.writeString(file, NAMING);
      reloader.look();
      reloader.look();
      assertThat(details()).hasSize(1);
      Files.writeString(folder.resolve("r.toml"), RULES.replace("order", "invoice"));
      reloader.look();
      assertThat(details()).hasSize(1);
      reloader.look();
      assertThat(detectors(reloader)).contains("RULE_INVOICE");
    }
  }

  /**
   * Whoever asks while files come and go is answered by one whole policy. On a busy machine a
   * rule's time may be over before it was asked.
   */
  @Test
  void everyCallIsJudgedByOneWholePolicy() throws Exception {
    Files.writeString(file, versioned(0));
    try (PolicyReloader reloader = load()) {
      AtomicBoolean over = new AtomicBoolean();
      Set<String> mixed = ConcurrentHashMap.newKeySet();
      Map<String, Set<String>> rules = new ConcurrentHashMap<>();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        callers.add(
            Thread.ofPlatform()
                .start(() -> {
                  while (!over.get()) {
                    Decision decision = reloader.get().decide(CALL);
                    List<String> asked = new ArrayList<>(decision.rules());
                    decision.errors().forEach(error -> asked.add(error.rule()));
                    String version = asked.getFirst().split("-", 2)[0];
                    if (asked.size() != 20
                        || !asked.stream().allMatch(rule -> rule.startsWith(version + "-"))) {
                      mixed.add(decision.toString());
                    }
                    rules
                        .computeIfAbsent(decision.policy(), digest -> ConcurrentHashMap.newKeySet())
                        .add(version);
                  }
                }));
      }
      for (int version = 1; version <= 20; version++) {
        Files.writeString(file, version % 5 == 0 ? "broken" : versioned(version));
        reloader.look();
        reloader.look();
      }
      over.set(true);
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(mixed).isEmpty();
      assertThat(rules.values()).allSatisfy(versions -> assertThat(versions).hasSize(1));
      assertThat(details()).contains("v19 version 1", "problems: 1");
    }
  }

  private static String versioned(int version) {
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      rules.append(
          "  - {id: v%d-%d, match: {}, when: \"args.size() == 0\", then: allow}\n"
              .formatted(version, i));
    }
    return "apiVersion: tabellion.io/v1\nkind: Policy\nmetadata: {name: v%d}\nrules:\n%s"
        .formatted(version, rules);
  }

  @Test
  void aFileThatVanishesIsRecordedOnce() throws Exception {
    try (PolicyReloader reloader = load()) {
      Policy one = reloader.get();
      Files.delete(file);
      for (int i = 0; i < 5; i++) {
        reloader.look();
      }
      assertThat(reloader.get()).isSameAs(one);
      assertThat(details()).containsExactly("one version 1", "problems: 1");
    }
  }

  @Test
  void followsASwappedSymbolicLinkAsInAConfigMap() throws Exception {
    for (String version : List.of("1", "2")) {
      Files.createDirectory(folder.resolve(version));
      Files.writeString(
          folder.resolve(version).resolve("policy.yaml"), version.equals("1") ? ONE : TWO);
    }
    Path data = Files.createSymbolicLink(folder.resolve("..data"), Path.of("1"));
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("..data/policy.yaml"));
    try (PolicyReloader reloader = load()) {
      Path next = Files.createSymbolicLink(folder.resolve("..next"), Path.of("2"));
      Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
      reloader.look();
      reloader.look();
      assertThat(details()).containsExactly("one version 1", "two version 1");
    }
  }

  @Test
  void aPolicyThatCannotBeRecordedIsNotInForceUntilItCan() throws Exception {
    try (PolicyReloader reloader = load()) {
      Policy one = reloader.get();
      Files.writeString(file, TWO);
      reloader.look();
      log.fail(AuditUnavailableException.Code.FULL);
      assertThatThrownBy(reloader::look).isInstanceOf(AuditUnavailableException.class);
      assertThat(reloader.get()).isSameAs(one);

      log.recover();
      reloader.look();
      assertThat(reloader.get()).isNotSameAs(one);
    }
  }

  @Test
  void aBadFileAtStartIsAnError() throws IOException {
    Files.writeString(file, "x: y");
    assertThatThrownBy(this::load).isInstanceOf(YamlException.class);
    assertThat(log.entries()).isEmpty();
  }

  private PolicyReloader load() throws InterruptedException {
    return PolicyReloader.load(file, log, clock);
  }

  private List<String> details() {
    return log.entries().stream().map(e -> String.valueOf(e.facts().text(Fact.DETAIL))).toList();
  }
}
