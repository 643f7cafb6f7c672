package io.tabellion.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.testing.ManualClock;
import io.tabellion.yaml.YamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyReloaderTest {
  private static final String ONE =
      "{apiVersion: tabellion.io/v1, kind: Policy, metadata: {name: one}, rules: []}";
  private static final String TWO = ONE.replace("one", "two");

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
