package io.tabellion.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.merkle.Frontier;
import io.tabellion.audit.merkle.Hash;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of commitments against the roots in leaves, in a log that a writer signed as it is. */
@Tag("unit")
class CommitmentListsTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final byte[] LIST = list(200);

  @TempDir Path directory;
  private LogOnDisk log = new LogOnDisk(Path.of(""));

  @BeforeEach
  void begin() {
    log = new LogOnDisk(directory.resolve("log"));
  }

  private static byte[] list(int count) {
    byte[] list = new byte[count * CommitmentLists.SIZE];
    for (int i = 0; i < list.length; i++) {
      list[i] = (byte) (i * 31 + i / 256);
    }
    return list;
  }

  private static String root(byte[] list) {
    Frontier tree = Frontier.EMPTY;
    for (int at = 0; at < list.length; at += CommitmentLists.SIZE) {
      tree = tree.append(Hash.ofLeaf(ByteString.copyFrom(list, at, CommitmentLists.SIZE)));
    }
    return tree.size()
        + ":"
        + java.util.Base64.getEncoder().encodeToString(tree.root().bytes().toByteArray());
  }

  /** A refused message with so many masked values. */
  private static Entry message() {
    Facts facts = Facts.builder().put(Fact.COMMITMENT_ROOT, root(LIST)).build();
    return new Entry(EntryId.next(CLOCK), EntryKind.REFUSED, facts, null);
  }

  private static Entry listOf(Entry message, byte[] list) {
    Facts facts = Facts.builder().put(Fact.ENTRIES, List.of(message.id().toString())).build();
    return new Entry(
        EntryId.next(CLOCK),
        EntryKind.COMMITMENTS,
        facts,
        new Entry.Content("application/octet-stream", ByteString.copyFrom(list)));
  }

  private Report verify() throws Exception {
    return new Verification(log.directory(), log.vkey(), null, null, null, null).run();
  }

  private void assertViolations(String... what) throws Exception {
    assertThat(verify().violations()).extracting(Report.Finding::what).containsExactly(what);
  }

  @Test
  void aListWithTheRootOfItsEntryIsVerified() throws Exception {
    log.use(open -> {
      Entry one = message();
      Entry two = message();
      open.append(List.of(one, two, listOf(one, LIST), listOf(two, LIST)));
    });
    Report report = verify();
    assertThat(report.violations()).isEmpty();
    assertThat(report.facts())
        .containsEntry("commitments", 2L)
        .containsEntry("commitments_checked", 2L)
        .containsEntry("commitments_erased", 0L);
  }

  @Test
  void anotherListIsFound() throws Exception {
    byte[] flipped = LIST.clone();
    flipped[3200] ^= 1;
    byte[] swapped = LIST.clone();
    System.arraycopy(LIST, 0, swapped, 32, 32);
    System.arraycopy(LIST, 32, swapped, 0, 32);
    List<byte[]> others =
        List.of(
            flipped,
            swapped,
            Arrays.copyOf(LIST, LIST.length - 32),
            Arrays.copyOf(LIST, LIST.length + 32),
            Arrays.copyOf(LIST, LIST.length + 1),
            new byte[0]);
    log.use(open -> {
      for (byte[] other : others) {
        Entry message = message();
        open.append(List.of(message, listOf(message, other)));
      }
    });
    String found = "list of commitments is not the one that its entry commits to";
    assertViolations(found, found, found, found, found, found);
  }

  @Test
  void aMissingListIsFound() throws Exception {
    log.use(open -> open.append(List.of(message())));
    assertViolations("list of its commitments is not behind it");
  }

  @Test
  void aListOfNothingIsFound() throws Exception {
    log.use(open -> {
      Entry without = LogOnDisk.intent("echo");
      open.append(List.of(without, listOf(without, LIST), LogOnDisk.outcome(without)));
      Entry message = message();
      open.append(List.of(message, listOf(message, LIST), listOf(message, LIST)));
    });
    String found = "list of commitments names no entry before it that waits for one";
    assertViolations(found, found);
  }

  @Test
  void aListInAnotherGroupIsFound() throws Exception {
    log.use(open -> {
      Entry message = message();
      open.append(List.of(message));
      open.append(List.of(listOf(message, LIST)));
    });
    assertViolations(
        "list of its commitments is not behind it",
        "list of commitments names no entry before it that waits for one");
  }

  @Test
  void anErasedListIsCounted() throws Exception {
    log.use(open -> {
      Entry message = message();
      Entry list = listOf(message, LIST);
      open.append(List.of(message, list));
      Facts facts = Facts.builder().put(Fact.ENTRIES, List.of(list.id().toString())).build();
      open.append(List.of(new Entry(EntryId.next(CLOCK), EntryKind.ERASURE, facts, null)));
    });
    eraseTheOnlyKey();
    Report report = verify();
    assertThat(report.violations()).isEmpty();
    assertThat(report.notes()).noneMatch(note -> note.place().equals("commitments"));
    assertThat(report.facts())
        .containsEntry("commitments", 1L)
        .containsEntry("commitments_checked", 0L)
        .containsEntry("commitments_erased", 1L);
  }

  /** Overwrites the one key frame of the log. */
  private void eraseTheOnlyKey() {
    for (LogOnDisk.Place group : log.groups()) {
      log.change(
          group,
          bytes -> {
            if (bytes.getInt(36) > 0) {
              int frame = 64 + bytes.getInt(32);
              LogOnDisk.zero(bytes, frame + 8, frame + 100);
            }
          });
    }
  }

  @Test
  void withoutTheContentKeyItIsSaidThatListsWereNotChecked() throws Exception {
    log.use(open -> {
      Entry message = message();
      open.append(List.of(message, listOf(message, list(1))));
    });
    assertThat(verify().verified()).isFalse();
    Files.delete(log.directory().resolve("keys/kek-1"));
    Report report = verify();
    assertThat(report.violations()).isEmpty();
    assertThat(report.notes())
        .anyMatch(
            note -> note.what().equals("1 lists were not checked against their roots: not open"));
    assertThat(report.facts())
        .containsEntry("commitments", 1L)
        .containsEntry("commitments_checked", 0L)
        .containsEntry("commitments_erased", 0L);
  }
}
