package io.tabellion.audit.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Facts;
import io.tabellion.durable.Disk;
import io.tabellion.durable.FileDisk;
import io.tabellion.metrics.Metrics;
import io.tabellion.testing.LaggingDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build that lies, for checkers that must notice it: a kill loses what it acknowledged. */
@Tag("unit")
class LaggingLogTest {
  @TempDir Path folder;

  @Test
  void aKillLosesWhatItAcknowledged() throws Exception {
    assertThat(keptAfterKill(new LaggingDisk(new FileDisk(), Duration.ofHours(1)))).isFalse();
  }

  @Test
  void aKillOfTheRealOneLosesNothing() throws Exception {
    assertThat(keptAfterKill(new FileDisk())).isTrue();
  }

  /** A kill keeps what is in the files: a copy of them is what the next start finds. */
  private boolean keptAfterKill(Disk disk) throws Exception {
    Path killed = folder.resolve("killed");
    EntryId id = EntryId.next(InstantSource.system());
    long index;
    try (FileAuditLog log =
        FileAuditLog.open(
            settings(folder.resolve("log")), disk, InstantSource.system(), new Metrics())) {
      Entry.Content content = new Entry.Content("text/plain", ByteString.copyFromUtf8("x"));
      index =
          log.append(List.of(new Entry(id, EntryKind.REFUSED, Facts.NONE, content)))
              .getFirst()
              .index();
      assertThat(log.reader().read(index).leaf().id()).isEqualTo(id);
      copyTree(folder.resolve("log"), killed);
    }
    try (FileAuditLog log =
        FileAuditLog.open(settings(killed), InstantSource.system(), new Metrics())) {
      return index < log.reader().size() && log.reader().read(index).leaf().id().equals(id);
    } catch (AuditDamagedException e) {
      return false;
    }
  }

  private static LogSettings settings(Path directory) {
    return LogSettings.of(directory, "audit.example/test", "0.1.0").withSegments(1 << 20, 1 << 18);
  }

  private static void copyTree(Path from, Path to) throws IOException {
    for (String part : List.of("", "format", "keys", "segments")) {
      try (Stream<Path> files = Files.walk(from.resolve(part), part.isEmpty() ? 0 : 1)) {
        for (Path file : files.filter(name -> !name.toString().endsWith(".tmp")).toList()) {
          Files.copy(file, to.resolve(from.relativize(file).toString()));
        }
      }
    }
  }
}
