package io.tabellion.audit.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Leaf;
import io.tabellion.durable.Disk;
import io.tabellion.metrics.Metrics;
import io.tabellion.testing.ManualClock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real files, damaged in each way: a torn end is dropped and said so, anything else refuses. */
@Tag("unit")
class LogDamageTest {
  private static final int PAGE = 4096;

  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T07:00:00Z"));

  @TempDir Path folder;
  private Path log;
  private Path segment;

  @BeforeEach
  void writeLog() throws Exception {
    log = folder.resolve("log");
    segment = log.resolve("segments/0000000000000000.seg");
    try (FileAuditLog opened = open()) {
      opened.append(List.of(entry("one")));
      opened.append(List.of(entry("two")));
    }
  }

  @Test
  void aTornLastGroupIsDroppedAndSaidSoOnce() throws Exception {
    long size = size();
    Files.deleteIfExists(log.resolve("checkpoint"));
    flip(lastPage() + 100);
    try (FileAuditLog opened = open()) {
      List<Leaf> added = leaves(opened, size - 1);
      assertThat(added).extracting(Leaf::kind).startsWith(EntryKind.GAP, EntryKind.START);
      assertThat(added.getFirst().n()).isEqualTo(1);
      assertThat(added.getFirst().facts().values()).containsEntry(Fact.BYTES, (long) PAGE);
      assertThat(added.getFirst().facts().text(Fact.DETAIL))
          .matches("segment=0 offset=[0-9]+ sha256=[0-9a-f]{64}");
    }
    try (FileAuditLog opened = open()) {
      assertThat(leaves(opened, size)).extracting(Leaf::kind).doesNotContain(EntryKind.GAP);
    }
  }

  @Test
  void aTornLastGroupThatThePublishedCheckpointCoversRefuses() throws Exception {
    flip(lastPage() + 100);
    assertRefused("entries (expected: the");
  }

  @Test
  void aBadGroupThatIsNotTheLastRefuses() throws Exception {
    for (long page = PAGE; page < lastPage(); page += PAGE) {
      flip(page + 300); // in its leaves
      assertRefused("0000000000000000.seg at " + page);
      flip(page + 300);
    }
    open().close(); // undone, it starts
  }

  @Test
  void groupsOfAnotherSigningKeyRefuse() throws Exception {
    Files.deleteIfExists(log.resolve("checkpoint"));
    Files.copy(log.resolve("keys/log.key"), folder.resolve("other"));
    Path other = folder.resolve("second");
    LogSettings settings = settings(other);
    FileAuditLog.open(settings, clock, new Metrics()).close();
    for (String name : List.of("log.key", "log.vkey")) {
      Files.delete(log.resolve("keys").resolve(name));
      Files.copy(other.resolve("keys").resolve(name), log.resolve("keys").resolve(name));
    }
    assertRefused("keys/log.key: another key");
  }

  @Test
  void zerosInTheMiddleRefuse() throws Exception {
    write(PAGE, new byte[PAGE]);
    assertRefused("a bad group that is not the last one");
  }

  @Test
  void somethingFarBehindTheEndRefuses() throws Exception {
    flip(lastPage() + 100);
    write(1 << 19, new byte[] {1});
    Files.deleteIfExists(log.resolve("checkpoint"));
    assertRefused("a bad group that is not the last one");
  }

  @Test
  void aMissingSegmentRefuses() throws Exception {
    Files.delete(segment);
    assertRefused("0000000000000000.seg: missing");
  }

  @Test
  void missingSegmentsRefuseEvenIfAllAreGone() throws Exception {
    Files.deleteIfExists(log.resolve("checkpoint"));
    try (Stream<Path> files = Files.list(log.resolve("segments"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    assertRefused("no entries (expected: the entries of the log that was here)");
  }

  @Test
  void aCutSegmentRefuses() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.setLength(1 << 18);
    }
    assertRefused("no segment header of this log");
  }

  @Test
  void anOlderCopyRefusesWhileTheCheckpointIsThere() throws Exception {
    Path copy = folder.resolve("copy");
    Files.copy(segment, copy);
    try (FileAuditLog opened = open()) {
      opened.append(List.of(entry("three")));
    }
    Files.delete(segment);
    Files.copy(copy, segment);
    assertRefused("of the published checkpoint, or more");
  }

  @Test
  void aMissingKeyRefusesAndNoneIsMade() throws Exception {
    for (String name : List.of("log.key", "kek-1", "digest")) {
      Path key = log.resolve("keys").resolve(name);
      byte[] bytes = Files.readAllBytes(key);
      Files.delete(key);
      assertRefused(name + ": missing (expected: the key of this log; a new one is never made)");
      assertThat(key).doesNotExist();
      Files.createFile(
          key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(key, bytes);
    }
  }

  @Test
  void noKeysAtAllRefuseToo() throws Exception {
    for (String left : List.of("format", "checkpoint", "segments")) {
      Path aside = folder.resolve("aside-" + left);
      Files.move(log.resolve("keys"), aside);
      for (String other : List.of("format", "checkpoint")) {
        if (!other.equals(left) && Files.exists(log.resolve(other))) {
          Files.move(log.resolve(other), folder.resolve(other + "-" + left));
        }
      }
      assertRefused("missing (expected: the key of this log; a new one is never made)");
      assertThat(log.resolve("keys")).doesNotExist();
      Files.move(aside, log.resolve("keys"));
      for (String other : List.of("format", "checkpoint")) {
        if (!Files.exists(log.resolve(other))) {
          Files.move(folder.resolve(other + "-" + left), log.resolve(other));
        }
      }
    }
  }

  @Test
  void anotherOriginRefuses() {
    LogSettings other = LogSettings.of(log, "audit.example/else", "0.1.0");
    assertThatThrownBy(() -> FileAuditLog.open(other, clock, new Metrics()))
        .isInstanceOf(AuditDamagedException.class)
        .hasMessageContaining("of another log");
  }

  @Test
  void onlyOneProcessMayHaveIt() throws Exception {
    try (FileAuditLog opened = open()) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(this::open)
            .isInstanceOf(Disk.AlreadyLockedException.class)
            .hasMessageContaining("locked (expected: no other process has this log)");
      }
      assertThat(opened.writable()).isTrue();
    }
    open().close();
  }

  @Test
  void keysAreForTheOwnerAlone() throws Exception {
    assertThat(mode("keys")).isEqualTo("rwx------");
    for (String name : List.of("keys/log.key", "keys/kek-1", "keys/digest")) {
      assertThat(mode(name)).isEqualTo("rw-------");
    }
  }

  private String mode(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(log.resolve(name)));
  }

  private void assertRefused(String message) throws IOException {
    Files.deleteIfExists(log.resolve("resume/state")); // else the start reads the end only
    byte[] before = Files.exists(segment) ? Files.readAllBytes(segment) : new byte[0];
    assertThatThrownBy(this::open)
        .isInstanceOf(AuditDamagedException.class)
        .hasMessageContaining(message);
    if (Files.exists(segment)) {
      assertThat(Files.readAllBytes(segment)).isEqualTo(before);
    }
  }

  private long size() throws Exception {
    Path copy = folder.resolve("counted");
    copyTree(log, copy);
    try (FileAuditLog opened = FileAuditLog.open(settings(copy), clock, new Metrics())) {
      return opened.reader().size() - 1; // without its start
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  /** Where the last group begins: it has one page. */
  private long lastPage() throws IOException {
    byte[] bytes = Files.readAllBytes(segment);
    int last = bytes.length - 1;
    while (bytes[last] == 0) {
      last--;
    }
    return (long) last / PAGE * PAGE;
  }

  private void flip(long offset) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.seek(offset);
      int value = file.read();
      file.seek(offset);
      file.write(value ^ 1);
    }
  }

  private void write(long offset, byte[] bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.seek(offset);
      file.write(bytes);
    }
  }

  private static List<Leaf> leaves(FileAuditLog log, long from) {
    return LongStream.range(from, log.reader().size())
        .mapToObj(index -> log.reader().read(index).leaf())
        .toList();
  }

  private FileAuditLog open() throws IOException {
    return FileAuditLog.open(settings(log), clock, new Metrics());
  }

  private static LogSettings settings(Path directory) {
    return LogSettings.of(directory, "audit.example/test", "0.1.0").withSegments(1 << 20, 1 << 18);
  }

  private Entry entry(String content) {
    return new Entry(
        EntryId.next(clock),
        EntryKind.REFUSED,
        Facts.NONE,
        new Entry.Content("text/plain", ByteString.copyFromUtf8(content)));
  }
}
