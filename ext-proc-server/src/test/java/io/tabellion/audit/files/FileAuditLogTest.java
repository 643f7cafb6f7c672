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
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.metrics.Metrics;
import io.tabellion.testing.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class FileAuditLogTest {
  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T07:00:00Z"));

  @TempDir Path folder;

  @Test
  void whatIsAppendedCanBeReadBackAndProved() throws Exception {
    try (FileAuditLog log = open()) {
      Entry intent = intent("a request");
      Receipt receipt = log.append(List.of(intent)).getFirst();
      AuditReader reader = log.reader();
      StoredEntry stored = reader.read(receipt.index());
      assertThat(receipt.id()).isEqualTo(intent.id());
      assertThat(stored.leaf().id()).isEqualTo(intent.id());
      assertThat(stored.leaf().facts()).isEqualTo(intent.facts());
      assertThat(stored.content().get()).isEqualTo(clear(intent));
      SignedCheckpoint head = reader.head();
      assertThat(SignedCheckpoint.open(head.note(), reader.key())).contains(head);
      assertThat(
              reader
                  .prove(receipt.index(), head.checkpoint().size())
                  .verify(Hash.ofLeaf(stored.bytes()), head.checkpoint().root()))
          .isTrue();
    }
  }

  @Test
  void aLogIsTheSameAfterItWasOpenedAgain() throws Exception {
    Entry intent = intent("a request");
    long index;
    try (FileAuditLog log = open()) {
      index = log.append(List.of(intent)).getFirst().index();
    }
    try (FileAuditLog log = open()) {
      assertThat(log.reader().read(index).content().get()).isEqualTo(clear(intent));
      List<EntryKind> kinds = kinds(log);
      assertThat(kinds)
          .containsExactly(
              EntryKind.KEY_CREATED,
              EntryKind.KEY_CREATED,
              EntryKind.KEY_CREATED,
              EntryKind.START,
              EntryKind.CALL_INTENT,
              EntryKind.STOP,
              EntryKind.START,
              EntryKind.CALL_OUTCOME);
    }
    try (FileAuditLog log = open()) {
      assertThat(log.reader().size()).isEqualTo(10);
    }
  }

  @Test
  void aReaderIsWokenByWhatIsDurable() throws Exception {
    try (FileAuditLog log = open()) {
      long size = log.reader().size();
      assertThat(log.reader().awaitSize(size, Duration.ZERO)).isFalse();
      log.append(List.of(intent("x")));
      assertThat(log.reader().awaitSize(size, Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void whoeverFollowsSeesWhatIsOnTheDisk() throws Exception {
    try (FileAuditLog log = open()) {
      AuditReader.Feed feed = log.reader().feed();
      long start = log.reader().size();
      log.append(List.of(intent("one"), intent("two")));
      log.append(List.of(new Entry(EntryId.next(clock), EntryKind.REFUSED, Facts.NONE, null)));
      List<StoredEntry> followed = feed.read(start, 10);
      assertThat(followed).hasSize(3);
      for (StoredEntry entry : followed) {
        assertIsOnDisk(log.reader(), entry);
      }
      assertIsOnDisk(log.reader(), feed.read(start, 1).getFirst()); // forgotten by now
      assertIsOnDisk(log.reader(), feed.read(0, 1).getFirst());
      assertThat(feed.read(log.reader().size(), 10)).isEmpty();
    }
  }

  private static void assertIsOnDisk(AuditReader reader, StoredEntry entry) {
    StoredEntry stored = reader.read(entry.index());
    assertThat(entry.bytes()).isEqualTo(stored.bytes());
    assertThat(entry.leaf()).isEqualTo(stored.leaf());
    assertThat(entry.content().get()).isEqualTo(stored.content().get());
  }

  private FileAuditLog open() throws Exception {
    LogSettings settings =
        LogSettings.of(folder.resolve("log"), "audit.example/test", "0.1.0")
            .withSegments(1 << 20, 1 << 18);
    return FileAuditLog.open(settings, clock, new Metrics());
  }

  private static List<EntryKind> kinds(FileAuditLog log) {
    return java.util.stream.LongStream.range(0, log.reader().size())
        .mapToObj(index -> log.reader().read(index).leaf().kind())
        .toList();
  }

  private static StoredContent clear(Entry entry) {
    return new StoredContent.Clear(java.util.Objects.requireNonNull(entry.content()));
  }

  private Entry intent(String content) {
    Facts facts =
        Facts.builder()
            .put(Fact.DECISION, "allowed")
            .put(Fact.METHOD, "tools/call")
            .put(Fact.TOOL, "a \"tool\" \u0001 é 😀")
            .put(Fact.BYTES, 17)
            .put(Fact.RULES, List.of("one", "two"))
            .build();
    return new Entry(
        EntryId.next(clock),
        EntryKind.CALL_INTENT,
        facts,
        new Entry.Content("application/json", ByteString.copyFromUtf8(content)));
  }
}
