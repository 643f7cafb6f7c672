package io.tabellion.audit.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.StoredEntry;
import io.tabellion.durable.FileDisk;
import io.tabellion.metrics.Metrics;
import io.tabellion.testing.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way on from a log that cannot be opened any more. */
@Tag("unit")
class LogFreezeTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final String ORIGIN = "test.example/log";

  @TempDir Path folder;

  @Test
  void aDamagedLogIsSucceededByOneThatNamesIt() throws Exception {
    Path damaged = damaged();
    assertThatThrownBy(() -> open(damaged, ORIGIN)).isInstanceOf(AuditDamagedException.class);

    LogFreeze.freeze(new FileDisk(), damaged, settings("new", ORIGIN + "/2"), CLOCK);

    try (FileAuditLog log = open(folder.resolve("new"), ORIGIN + "/2")) {
      StoredEntry first = log.reader().read(0);
      assertThat(first.leaf().kind()).isEqualTo(EntryKind.FREEZE);
      assertThat(first.leaf().facts().text(Fact.DETAIL))
          .matches("log=" + ORIGIN + " size=[0-9]+ segments=[0-9a-f]{64}");
      assertThat(log.reader().read(1).leaf().kind()).isEqualTo(EntryKind.KEY_CREATED);
      log.append(List.of(Samples.intent(CLOCK, "ann", "echo", "{}")));
    }
    assertThatThrownBy(() -> open(damaged, ORIGIN))
        .isInstanceOf(AuditDamagedException.class)
        .hasMessageContaining("frozen")
        .hasMessageContaining(ORIGIN + "/2");
  }

  /** What was frozen cannot be changed unseen. */
  @Test
  void theDigestIsOfAllSegments() throws Exception {
    Path damaged = damaged();
    LogFreeze.freeze(new FileDisk(), damaged, settings("a", ORIGIN + "/a"), CLOCK);
    LogFreeze.freeze(new FileDisk(), damaged, settings("b", ORIGIN + "/b"), CLOCK);
    flip(damaged);
    LogFreeze.freeze(new FileDisk(), damaged, settings("c", ORIGIN + "/c"), CLOCK);
    assertThat(detail("b")).isEqualTo(detail("a"));
    assertThat(detail("c")).isNotEqualTo(detail("a"));
  }

  @Test
  void nothingIsDoneWhereTheSuccessorIsNotNew() throws Exception {
    Path damaged = damaged();
    Files.createDirectories(folder.resolve("used"));
    Files.writeString(folder.resolve("used/file"), "");
    assertThatThrownBy(() -> freeze(damaged, settings("used", ORIGIN + "/2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not empty");
    assertThatThrownBy(() -> freeze(damaged, settings("new", ORIGIN)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("origin");
    assertThatThrownBy(() -> freeze(folder.resolve("nothing"), settings("new", ORIGIN + "/2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no log");
    assertThat(folder.resolve("new")).doesNotExist();
    assertThat(damaged.resolve("frozen")).doesNotExist();
  }

  @Test
  void aLogThatAServerHasIsNotFrozen() throws Exception {
    Path running = folder.resolve("running");
    try (FileAuditLog _ = open(running, ORIGIN)) {
      assertThatThrownBy(() -> freeze(running, settings("new", ORIGIN + "/2")))
          .isInstanceOf(IOException.class);
    }
    assertThat(running.resolve("frozen")).doesNotExist();
  }

  private Path damaged() throws Exception {
    Path log = folder.resolve("damaged");
    try (FileAuditLog opened = open(log, ORIGIN)) {
      for (int i = 0; i < 5; i++) {
        opened.append(List.of(Samples.intent(CLOCK, "ann", "echo", "{}")));
      }
    }
    flip(log);
    Files.delete(log.resolve("resume/state")); // else the start reads the end only
    return log;
  }

  /** Turns a byte of the first group. */
  private static void flip(Path log) throws IOException {
    Path segment =
        log.resolve("segments").resolve(new FileDisk().list(log.resolve("segments")).getFirst());
    byte[] bytes = Files.readAllBytes(segment);
    bytes[4096 + 100] ^= 1;
    Files.write(segment, bytes, StandardOpenOption.WRITE);
  }

  private String detail(String name) throws IOException {
    try (FileAuditLog log = open(folder.resolve(name), ORIGIN + "/" + name)) {
      String detail = log.reader().read(0).leaf().facts().text(Fact.DETAIL);
      return detail == null ? "" : detail;
    }
  }

  private static void freeze(Path damaged, LogSettings successor) throws IOException {
    LogFreeze.freeze(new FileDisk(), damaged, successor, CLOCK);
  }

  private LogSettings settings(String name, String origin) {
    return LogSettings.of(folder.resolve(name), origin, "test");
  }

  private static FileAuditLog open(Path directory, String origin) throws IOException {
    return FileAuditLog.open(LogSettings.of(directory, origin, "test"), CLOCK, new Metrics());
  }
}
