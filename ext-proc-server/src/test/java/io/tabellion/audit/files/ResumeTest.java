package io.tabellion.audit.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Disk.DiskFile;
import io.tabellion.durable.Durably;
import io.tabellion.metrics.Metrics;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start reads the end of the log, and trusts what it signed itself until that is verified. */
@Tag("unit")
class ResumeTest {
  private static final int MIB = 1 << 20;
  private static final Path FIRST_SEGMENT = Path.of("/log/segments/0000000000000000.seg");

  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T07:00:00Z"));
  private SimulatedDisk disk = new SimulatedDisk();

  @Test
  void aStartReadsNoMoreOfALongerLog() throws Exception {
    write(10);
    long few = bytesReadByAStart();
    disk = new SimulatedDisk();
    write(1500);
    long many = bytesReadByAStart();
    assertThat(disk.list(Path.of("/log/segments"))).hasSizeGreaterThan(10);
    assertThat(many).isLessThan(few * 12 / 10);
  }

  @Test
  void whatWasNotReadIsThereAllTheSame() throws Exception {
    List<Hash> before = write(1500);
    try (FileAuditLog log = open()) {
      assertThat(log.unverified()).isGreaterThanOrEqualTo(before.size());
      assertThat(hashes(log).subList(0, before.size())).isEqualTo(before);
      long size = log.reader().size();
      assertThat(
              log.reader()
                  .prove(3, size)
                  .verify(before.get(3), log.reader().head().checkpoint().root()))
          .isTrue();
      log.verifyPast(() -> {});
      assertThat(log.unverified()).isZero();
      assertThat(log.problem()).isNull();
    }
  }

  @Test
  void damageInWhatWasNotReadEndsAppendingAndTheNextStartRefuses() throws Exception {
    write(300);
    flip(FIRST_SEGMENT, 4096 + 300);
    try (FileAuditLog log = open()) {
      assertThat(log.problem()).isNull();
      log.verifyPast(() -> {});
      assertThat(log.problem()).contains("damaged: 0000000000000000.seg at 4096");
      assertThatExceptionOfType(AuditUnavailableException.class).isThrownBy(() -> log.reserve(10));
    }
    assertThatExceptionOfType(AuditDamagedException.class)
        .isThrownBy(this::open)
        .withMessageContaining("0000000000000000.seg at 4096");
  }

  @ParameterizedTest
  @ValueSource(strings = {"state", "nodes", "places"})
  void whatIsWrongIsNotUsed(String name) throws Exception {
    List<Hash> before = write(1500);
    flip(Path.of("/log/resume", name), 70);
    try (FileAuditLog log = open()) {
      assertThat(log.unverified()).isZero(); // all was read
      assertThat(hashes(log).subList(0, before.size())).isEqualTo(before);
    }
    try (FileAuditLog log = open()) {
      assertThat(log.unverified()).isGreaterThanOrEqualTo(before.size());
      log.verifyPast(() -> {});
      assertThat(log.problem()).isNull();
    }
  }

  @Test
  void olderSegmentsUnderANewerStateAreReadWhole() throws Exception {
    List<Hash> before = write(5);
    SimulatedDisk older = disk.crashImages(0, 1).getFirst();
    write(20);
    copyResume(disk, older);
    disk = older;
    try (FileAuditLog log = open()) {
      assertThat(log.unverified()).isZero();
      assertThat(hashes(log).subList(0, before.size())).isEqualTo(before);
    }
  }

  @Test
  void anOlderStateUnderNewerSegmentsIsGoneOnFrom() throws Exception {
    write(300);
    SimulatedDisk older = disk.crashImages(0, 1).getFirst();
    List<Hash> all = write(300);
    copyResume(older, disk);
    try (FileAuditLog log = open()) {
      assertThat(log.unverified()).isPositive().isLessThan(all.size());
      assertThat(hashes(log).subList(0, all.size())).isEqualTo(all);
      log.verifyPast(() -> {});
      assertThat(log.problem()).isNull();
    }
  }

  private static void copyResume(SimulatedDisk from, SimulatedDisk to) throws IOException {
    for (String name : List.of("state", "places", "nodes")) {
      Path file = Path.of("/log/resume", name);
      Durably.replace(to, file, Durably.read(from, file, MIB), Disk.Access.SECRET);
    }
  }

  private void flip(Path file, long at) throws IOException {
    try (DiskFile opened = disk.open(file)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      opened.read(one, Math.min(at, opened.size() - 1));
      one.flip();
      opened.write(
          ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), Math.min(at, opened.size() - 1));
    }
  }

  private long bytesReadByAStart() throws IOException {
    long before = disk.bytesRead();
    try (FileAuditLog log = open()) {
      assertThat(log.writable()).isTrue();
      return disk.bytesRead() - before;
    }
  }

  /** Appends entries and closes the log; returns the hashes of all its leaves. */
  private List<Hash> write(int entries) throws Exception {
    try (FileAuditLog log = open()) {
      for (int i = 0; i < entries; i++) {
        log.append(
            List.of(
                new Entry(
                    EntryId.next(clock),
                    EntryKind.REFUSED,
                    Facts.builder().put(Fact.DETAIL, "entry " + i).build(),
                    new Entry.Content("text/plain", ByteString.copyFrom(new byte[20_000])))));
      }
    }
    try (FileAuditLog log = open()) {
      return hashes(log);
    }
  }

  private static List<Hash> hashes(FileAuditLog log) {
    List<Hash> hashes = new ArrayList<>();
    for (long index = 0; index < log.reader().size(); index++) {
      hashes.add(Hash.ofLeaf(log.reader().read(index).bytes()));
    }
    return hashes;
  }

  private FileAuditLog open() throws IOException {
    LogSettings settings =
        LogSettings.of(Path.of("/log"), "audit.example/test", "0.1.0").withSegments(3 * MIB, MIB);
    return FileAuditLog.open(
        settings,
        new FileAuditLog.Parts(disk, clock, System::nanoTime, new SecureRandom(), false),
        new Metrics());
  }
}
