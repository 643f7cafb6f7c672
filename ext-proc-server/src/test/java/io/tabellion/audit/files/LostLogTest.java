package io.tabellion.audit.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.AuditUnavailableException.Code;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Facts;
import io.tabellion.durable.FileDisk;
import io.tabellion.metrics.Metrics;
import io.tabellion.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A log whose files are taken from under it acknowledges nothing more, and says why (P1). */
@Tag("unit")
class LostLogTest {
  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T07:00:00Z"));

  @TempDir Path folder;

  /** What happens to the files of a log that is open. */
  enum Loss {
    FOLDER_REMOVED {
      @Override
      void befall(Path log) throws IOException {
        remove(log);
      }
    },
    FOLDER_RENAMED {
      @Override
      void befall(Path log) throws IOException {
        Files.move(log, log.resolveSibling("elsewhere"));
      }
    },
    FOLDER_REPLACED_BY_A_COPY {
      @Override
      void befall(Path log) throws IOException {
        Path old = log.resolveSibling("elsewhere");
        Files.move(log, old);
        copy(old, log);
      }
    },
    FOLDER_ABOVE_REPLACED_BY_A_COPY {
      @Override
      void befall(Path log) throws IOException {
        Path above = log.getParent();
        Path old = java.util.Objects.requireNonNull(above).resolveSibling("above");
        Files.move(above, old);
        copy(old, above);
      }
    },
    SEGMENT_UNLINKED {
      @Override
      void befall(Path log) throws IOException {
        Files.delete(segment(log));
      }
    },
    SEGMENT_REPLACED_BY_A_COPY {
      @Override
      void befall(Path log) throws IOException {
        Path copy = log.resolve("copy");
        Files.copy(segment(log), copy);
        Files.move(copy, segment(log), StandardCopyOption.REPLACE_EXISTING);
      }
    },
    SEGMENT_IS_A_FOLDER {
      @Override
      void befall(Path log) throws IOException {
        Files.delete(segment(log));
        Files.createDirectory(segment(log));
      }
    },
    LOCK_REPLACED {
      @Override
      void befall(Path log) throws IOException {
        Files.delete(log.resolve("lock"));
        Files.createFile(log.resolve("lock"));
      }
    },
    LINK_LEADS_ELSEWHERE {
      @Override
      void befall(Path log) throws IOException {
        Path old = log.resolveSibling("elsewhere");
        Path copy = log.resolveSibling("copy");
        Files.move(log, old);
        copy(old, copy);
        Files.createSymbolicLink(log, copy);
      }
    };

    abstract void befall(Path log) throws IOException;

    private static Path segment(Path log) {
      return log.resolve("segments/0000000000000000.seg");
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsAcknowledgedAfterwards(Loss loss) throws Exception {
    Path log = Files.createDirectory(folder.resolve("above-log")).resolve("log");
    FileAuditLog opened = open(log);
    opened.append(List.of(entry()));
    long size = opened.reader().size();
    assertThat(opened.problem()).isNull();
    loss.befall(log);
    List<Path> left = everything(folder);
    assertThatThrownBy(() -> opened.append(List.of(entry())))
        .isInstanceOfSatisfying(
            AuditUnavailableException.class, e -> assertThat(e.code()).isEqualTo(Code.FAILED));
    assertThatThrownBy(() -> opened.reserve(10)).isInstanceOf(AuditUnavailableException.class);
    assertThat(opened.reader().size()).isEqualTo(size);
    assertThat(opened.problem()).contains("removed, replaced or unmounted");
    assertThat(opened.isLost()).isTrue();
    opened.close();
    assertThat(everything(folder)).isEqualTo(left); // nothing is made in the place of what is gone
  }

  @ParameterizedTest
  @EnumSource
  void anIdleLogNoticesToo(Loss loss) throws Exception {
    Path log = Files.createDirectory(folder.resolve("above-log")).resolve("log");
    try (FileAuditLog opened = open(log)) {
      opened.lookAround();
      assertThat(opened.problem()).isNull();
      loss.befall(log);
      opened.lookAround();
      assertThat(opened.problem()).contains("removed, replaced or unmounted");
    }
  }

  @Test
  void aSegmentOfThePastIsMissedToo() throws Exception {
    Path log = folder.resolve("log");
    try (FileAuditLog opened = open(log)) {
      for (int i = 0; i < 5; i++) {
        opened.append(List.of(entry(250_000)));
      }
      opened.lookAround();
      assertThat(opened.problem()).isNull();
      Files.delete(log.resolve("segments/0000000000000000.seg"));
      opened.lookAround();
      assertThat(opened.problem()).contains("0000000000000000.seg");
    }
  }

  private static List<Path> everything(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> !file.toString().endsWith(".seg")).sorted().toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private FileAuditLog open(Path directory) throws IOException {
    FileAuditLog.Parts parts =
        new FileAuditLog.Parts(new FileDisk(), clock, System::nanoTime, new SecureRandom(), false);
    return FileAuditLog.open(
        LogSettings.of(directory, "audit.example/test", "0.1.0").withSegments(1 << 20, 1 << 18),
        parts,
        new Metrics());
  }

  private Entry entry() {
    return entry(10);
  }

  private Entry entry(int size) {
    return new Entry(
        EntryId.next(clock),
        EntryKind.REFUSED,
        Facts.NONE,
        new Entry.Content("text/plain", ByteString.copyFrom(new byte[size])));
  }
}
