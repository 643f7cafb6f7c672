package io.tabellion.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.testing.ManualClock;
import io.tabellion.yaml.YamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  /** Whoever asks while files come and go is answered by one whole policy. */
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
                    String version = decision.rules().getFirst().split("-", 2)[0];
                    if (decision.rules().size() != 20
                        || !decision.rules().stream()
                            .allMatch(rule -> rule.startsWith(version + "-"))) {
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
