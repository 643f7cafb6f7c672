package io.tabellion.audit.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Receipt;
import io.tabellion.audit.StoredContent;
import io.tabellion.audit.StoredEntry;
import io.tabellion.metrics.Metrics;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * After every system call, whatever a power loss may leave must start, and must keep and decrypt
 * all entries that were acknowledged (P1, P2, P6).
 */
@Tag("unit")
class PowerLossTest {
  private static final LogSettings SETTINGS =
      LogSettings.of(Path.of("/log"), "audit.example/test", "0.1.0").withSegments(3 << 17, 1 << 17);
  private static final int MOST = 64;

  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T07:00:00Z"));
  private final Map<Long, Entry> acknowledged = new ConcurrentHashMap<>();
  private final List<String> violations = new ArrayList<>();
  private final List<Torn> torn = new ArrayList<>();
  private int images;
  private int most = MOST;

  /** An image that drops a group, and what was acknowledged by then. */
  private record Torn(SimulatedDisk image, Map<Long, Entry> acknowledged) {}

  @Test
  void everyCrashImageKeepsWhatWasAcknowledgedAndSoDoesASecondCrash(TestReporter reporter)
      throws Exception {
    run(new SimulatedDisk());
    assertThat(violations).isEmpty();
    assertThat(images).isGreaterThan(1000);

    // And a second crash while such an image is started.
    most = MOST / 4;
    assertThat(torn).hasSizeGreaterThan(3);
    int before = images;
    for (Torn crash : List.copyOf(torn)) {
      acknowledged.clear();
      acknowledged.putAll(crash.acknowledged());
      crash.image().observe(this::checkImages);
      open(crash.image()).close();
    }
    assertThat(violations).isEmpty();
    assertThat(images).isGreaterThan(before + 100);
    reporter.publishEntry("crash images", String.valueOf(images));
  }

  @Test
  void theSuiteFindsAMissingFsync() throws Exception {
    run(new SimulatedDisk().withoutForcingFiles());
    assertThat(violations).isNotEmpty();
  }

  @Test
  void theSuiteFindsAMissingFsyncOfAFolder() throws Exception {
    run(new SimulatedDisk().withoutForcingFolders());
    assertThat(violations).isNotEmpty();
  }

  /** Makes a log, fills more than a segment, and opens it again. */
  private void run(SimulatedDisk disk) throws Exception {
    disk.observe(this::checkImages);
    try (FileAuditLog log = open(disk)) {
      append(log, 1, 100);
      append(log, 3, 9_000);
      for (int i = 0; i < 4; i++) {
        append(log, 1, 90_000);
      }
    }
    try (FileAuditLog log = open(disk)) {
      append(log, 2, 20);
    }
  }

  private void append(FileAuditLog log, int count, int size) throws InterruptedException {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ByteString content = ByteString.copyFromUtf8("x".repeat(size) + i);
      entries.add(
          new Entry(
              EntryId.next(clock),
              EntryKind.CALL_INTENT,
              Facts.builder().put(Fact.DECISION, "allowed").build(),
              new Entry.Content("text/plain", content)));
    }
    List<Receipt> receipts = log.append(entries);
    for (int i = 0; i < count; i++) {
      acknowledged.put(receipts.get(i).index(), entries.get(i));
    }
  }

  private void checkImages(SimulatedDisk disk) {
    if (!violations.isEmpty()) {
      return; // one is enough
    }
    for (SimulatedDisk image : disk.crashImages(images, most)) {
      images++;
      check(image);
    }
  }

  private void check(SimulatedDisk image) {
    List<SimulatedDisk> untouched = image.crashImages(0, 1);
    try (FileAuditLog log = open(image)) {
      log.verifyPast(() -> {});
      if (!log.writable()) {
        throw new IllegalStateException(log.problem());
      }
      acknowledged.forEach((index, entry) -> check(log.reader(), index, entry));
      if (hasGap(log.reader()) && torn.size() < 5) {
        torn.add(new Torn(untouched.getFirst(), Map.copyOf(acknowledged)));
      }
    } catch (IOException | RuntimeException e) {
      violations.add("image " + images + ": " + e);
    }
  }

  private static void check(AuditReader reader, long index, Entry entry) {
    StoredEntry stored = reader.read(index);
    StoredContent expected = new StoredContent.Clear(Objects.requireNonNull(entry.content()));
    if (!stored.leaf().id().equals(entry.id()) || !stored.content().get().equals(expected)) {
      throw new IllegalStateException("entry " + index + ": another one");
    }
  }

  private static boolean hasGap(AuditReader reader) {
    for (long index = 0; index < reader.size(); index++) {
      if (reader.read(index).leaf().kind() == EntryKind.GAP) {
        return true;
      }
    }
    return false;
  }

  private FileAuditLog open(SimulatedDisk disk) throws IOException {
    return FileAuditLog.open(
        SETTINGS,
        new FileAuditLog.Parts(disk, clock, System::nanoTime, new SecureRandom(), false),
        new Metrics());
  }
}
