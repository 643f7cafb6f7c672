package io.tabellion.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.audit.Entry;
import io.tabellion.audit.verify.LogOnDisk.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each change that someone may make to a log, and what the verifier says of it. */
@Tag("unit")
class LogVerifierTest {
  @TempDir static Path shared;
  private static LogOnDisk original = new LogOnDisk(Path.of(""));

  @TempDir Path directory;
  private LogOnDisk log = original;

  @BeforeAll
  static void write() {
    original = LogOnDisk.write(shared.resolve("log"));
  }

  @BeforeEach
  void copy() {
    log = original.copyTo(directory.resolve("log"));
  }

  @Test
  void anUntouchedLogIsVerified() throws Exception {
    Report report = verify();
    assertThat(report.violations()).isEmpty();
    assertThat(report.facts())
        .containsEntry("calls", 143L)
        .containsEntry("calls_allowed", 143L)
        .containsEntry("calls_outcomes", 143L)
        .containsEntry("calls_open", 0L)
        .containsEntry("contents_erased", 0L);
    assertThat(report.facts().get("contents")).isEqualTo(report.facts().get("contents_opened"));
    assertThat((Long) report.facts().get("tiles")).isPositive();
    assertThat(report.text()).endsWith("VERIFIED" + System.lineSeparator());
  }

  @Test
  void aKeyBesideTheLogIsSaidToProveLess() throws Exception {
    assertThat(new Verification(log.directory(), null, null, null, null, null).run().notes())
        .anyMatch(note -> note.what().contains("beside the log"));
  }

  @Test
  void aChangedLeafIsFound() throws Exception {
    log.change(middle(), group -> LogOnDisk.flip(group, leaves(group) + 100));
    assertViolation("signed head is not over the entries before it");
  }

  @Test
  void aChangedLeafWithWrongChecksumIsFound() throws Exception {
    Place group = middle();
    LogOnDisk.change(
        group.segment(), file -> LogOnDisk.flip(file, group.offset() + group.end() % 7 + 1500));
    assertThat(verify().verified()).isFalse();
  }

  @Test
  void aChangedContentIsFound() throws Exception {
    log.change(middle(), group -> LogOnDisk.flip(group, 64 + 8 + 20));
    assertViolation("stored content is not the one that the leaf names");
  }

  @Test
  void aChangedHeadIsFound() throws Exception {
    log.change(
        middle(), group -> LogOnDisk.flip(group, leaves(group) + group.getInt(40) + ORIGIN + 3));
    assertViolation("signed head");
  }

  @Test
  void aHeadWithoutGoodSignatureIsFound() throws Exception {
    log.change(
        middle(),
        group -> {
          int end = leaves(group) + group.getInt(40) + group.getInt(44);
          group.put(end - 20, (byte) (group.get(end - 20) == 'A' ? 'B' : 'A'));
        });
    assertViolation("signed head: bad signature");
  }

  @Test
  void aChangedTileIsFound() throws Exception {
    LogOnDisk.change(log.directory().resolve("tile/0/000"), tile -> LogOnDisk.flip(tile, 40));
    assertViolation("tile differs from the segments");
  }

  @Test
  void aChangedEntryBundleIsFound() throws Exception {
    LogOnDisk.change(
        log.directory().resolve("tile/entries/000"), tile -> LogOnDisk.flip(tile, 4000));
    assertViolation("tile differs from the segments");
  }

  @Test
  void whatAPowerCutLeavesOfATileSaysNothingAgainstTheLog() throws Exception {
    Path tile = log.directory().resolve("tile/0/000");
    byte[] whole = LogOnDisk.bytes(tile);
    byte[] half = whole.clone();
    Arrays.fill(half, 4096, 8192, (byte) 0);
    for (byte[] left : List.of(new byte[0], Arrays.copyOf(whole, 4096), half)) {
      Files.write(tile, left);
      Report report = verify();
      assertThat(report.violations()).isEmpty();
      assertThat(report.notes()).anyMatch(note -> note.what().contains("as after a power cut"));
    }
  }

  @Test
  void aCutEndIsFoundByThePublishedCheckpoint() throws Exception {
    cutEnd();
    assertViolation("its end was cut off");
  }

  @Test
  void aCutEndWithoutTraceIsFoundOnlyWithACheckpointFromElsewhere() throws Exception {
    Path kept = Files.copy(log.directory().resolve("checkpoint"), directory.resolve("kept"));
    cutEnd();
    log.deleteDerived();
    Report alone = verify();
    assertThat(alone.verified()).isTrue();
    assertThat(alone.notes())
        .anyMatch(note -> note.what().contains("a cut end cannot be excluded"));
    assertThat(verifyWith(kept).violations())
        .anyMatch(found -> found.what().contains("its end was cut off"));
  }

  @Test
  void aDroppedGroupIsFound() throws Exception {
    Place group = middle();
    LogOnDisk.change(group.segment(), file -> LogOnDisk.zero(file, group.offset(), group.end()));
    assertThat(verify().verified()).isFalse();
  }

  @Test
  void aGroupThatIsCutOutIsFound() throws Exception {
    Place group = middle();
    LogOnDisk.change(
        group.segment(),
        file -> {
          byte[] rest = new byte[file.limit() - group.end()];
          file.get(group.end(), rest);
          file.put(group.offset(), rest);
          LogOnDisk.zero(file, group.offset() + rest.length, file.limit());
        });
    assertViolation("expected: ");
  }

  @Test
  void swappedGroupsAreFound() throws Exception {
    Place one = log.groups().get(6);
    Place two = log.groups().get(7);
    assertThat(one.end() - one.offset()).isEqualTo(two.end() - two.offset());
    LogOnDisk.change(
        one.segment(),
        file -> {
          byte[] first = new byte[one.end() - one.offset()];
          file.get(one.offset(), first);
          byte[] second = new byte[first.length];
          file.get(two.offset(), second);
          file.put(one.offset(), second).put(two.offset(), first);
        });
    assertThat(verify().verified()).isFalse();
  }

  @Test
  void aForkIsFoundWithACheckpointOfTheOtherBranch() throws Exception {
    LogOnDisk other = log.copyTo(directory.resolve("other"));
    log.use(open -> open.append(List.of(LogOnDisk.intent("one"))));
    other.use(open -> open.append(List.of(LogOnDisk.intent("two"))));
    assertThat(verify().verified()).isTrue();
    Path kept = other.directory().resolve("checkpoint");
    assertThat(verifyWith(kept).violations())
        .anyMatch(found -> found.what().contains("another history"));
  }

  @Test
  void aSetBackLogIsFoundWithALaterCheckpoint() throws Exception {
    LogOnDisk later = log.copyTo(directory.resolve("later"));
    later.use(open -> open.append(List.of(LogOnDisk.intent("one"))));
    assertThat(verifyWith(later.directory().resolve("checkpoint")).violations())
        .anyMatch(found -> found.what().contains("set back"));
  }

  @Test
  void anOlderCheckpointOfTheSameHistoryIsFine() throws Exception {
    Path kept = Files.copy(log.directory().resolve("checkpoint"), directory.resolve("kept"));
    log.use(open -> open.append(List.of(LogOnDisk.intent("one"))));
    assertThat(verifyWith(kept).violations()).isEmpty();
  }

  @Test
  void anotherKeyVouchesForNothing() throws Exception {
    LogOnDisk stranger = new LogOnDisk(directory.resolve("stranger"));
    stranger.use(open -> {});
    Report report =
        new Verification(log.directory(), stranger.vkey(), null, null, null, null).run();
    assertThat(report.violations()).anyMatch(found -> found.what().contains("0 signatures"));
  }

  @Test
  void aTruncatedSegmentIsFound() throws Exception {
    Path segment = log.segments().getFirst();
    byte[] bytes = LogOnDisk.bytes(segment);
    Files.write(segment, Arrays.copyOf(bytes, bytes.length / 2 + 100));
    assertThat(verify().verified()).isFalse();
  }

  @Test
  void aMissingSegmentIsFound() throws Exception {
    log.use(open -> {
      for (int i = 0; i < 120; i++) {
        open.append(List.of(LogOnDisk.intent("more")));
      }
    });
    assertThat(verify().violations()).isEmpty();
    assertThat(log.segments()).hasSizeGreaterThan(2);
    Files.delete(log.segments().get(1));
    assertViolation("is missing before it");
  }

  @Test
  void aZeroedPageIsFound() throws Exception {
    Place large =
        log.groups().stream().filter(g -> g.end() - g.offset() > 12_000).findFirst().orElseThrow();
    LogOnDisk.change(
        large.segment(),
        file -> LogOnDisk.zero(file, large.offset() + 4096, large.offset() + 8192));
    assertThat(verify().verified()).isFalse();
  }

  @Test
  void bytesBehindTheLastGroupOfASegmentAreFound() throws Exception {
    log.use(open -> {
      for (int i = 0; i < 120; i++) {
        open.append(List.of(LogOnDisk.intent("more")));
      }
    });
    Path segment = log.segments().getFirst();
    Place last = log.groups().stream().filter(g -> g.segment().equals(segment)).toList().getLast();
    assertThat(log.groups().getLast().segment()).isNotEqualTo(segment);
    LogOnDisk.change(segment, file -> LogOnDisk.zero(file, last.offset(), last.offset() + 4096));
    Report report = verify();
    assertThat(report.violations()).extracting(Report.Finding::what).hasSize(1);
    assertThat(report.violations().getFirst().what())
        .contains("missing or damaged", "segments/0000000000000000.seg@" + last.offset());
  }

  @Test
  void oneDamagedLeafIsOneViolationWithItsExtent() throws Exception {
    Place group = middle();
    log.change(group, bytes -> LogOnDisk.flip(bytes, leaves(bytes) + 300));
    assertThat(verify().violations()).hasSize(1);
    assertThat(verify().violations().getFirst().toString())
        .matches(
            "entry [0-9]+: .*this one was changed \\(segments/0{16}[.]seg@[0-9]+, [0-9]+ bytes\\)");
  }

  /** As serve accepts it: of a torn group any page may be there, the first one or not. */
  @Test
  void aTornGroupWithoutItsFirstPageIsOnlyNoted() throws Exception {
    Place last = log.groups().getLast();
    LogOnDisk.change(last.segment(), file -> file.put(last.end() + 5000, (byte) 1));
    Report report = verify();
    assertThat(report.violations()).isEmpty();
    assertThat(report.notes()).anyMatch(note -> note.what().contains("not yet part of the log"));
    log.use(open -> {});
    assertThat(verify().facts()).containsEntry("gaps", 1L);
  }

  @Test
  void aHalfWrittenGroupAtTheEndIsOnlyNoted() throws Exception {
    log.deleteDerived();
    Place last = log.groups().getLast();
    LogOnDisk.change(last.segment(), file -> LogOnDisk.zero(file, last.offset() + 200, last.end()));
    Report report = verify();
    assertThat(report.violations()).isEmpty();
    assertThat(report.notes()).anyMatch(note -> note.what().contains("not yet part of the log"));
  }

  @Test
  void aLostContentKeyIsFound() throws Exception {
    log.change(
        middle(),
        group -> {
          int frame = 64 + group.getInt(32);
          LogOnDisk.zero(group, frame + 8, frame + 100);
        });
    assertViolation("key of the content is gone");
  }

  @Test
  void withoutTheContentKeyTheRestIsVerified() throws Exception {
    Files.delete(log.directory().resolve("keys/kek-1"));
    Report report = verify();
    assertThat(report.violations()).isEmpty();
    assertThat(report.notes()).anyMatch(note -> note.place().equals("keys/kek-1"));
  }

  @Test
  void whatCallsMustNotLookLikeIsFound() throws Exception {
    Entry never = LogOnDisk.intent("never");
    Entry twice = LogOnDisk.intent("twice");
    Entry stream = LogOnDisk.intent("stream");
    log.use(open -> {
      open.append(List.of(LogOnDisk.outcome(never)));
      open.append(List.of(twice, LogOnDisk.outcome(twice), LogOnDisk.outcome(twice)));
      open.append(List.of(stream, LogOnDisk.event(stream, 2), LogOnDisk.event(stream, 1)));
      open.append(List.of(LogOnDisk.outcome(stream), LogOnDisk.event(stream, 3)));
    });
    assertThat(verify().violations())
        .extracting(Report.Finding::what)
        .containsExactly(
            "outcome names no intent before it",
            "intent is closed twice",
            "events of a stream do not count up",
            "entry of a stream stands behind the outcome of its intent");
  }

  @Test
  void openIntentsAreNoted() throws Exception {
    log.use(open -> open.append(List.of(LogOnDisk.intent("slow"))));
    Report report = verify();
    assertThat(report.verified()).isTrue();
    assertThat(report.notes()).anyMatch(note -> note.what().startsWith("intent is open"));
  }

  @Test
  void theIndexIsNotTrusted() throws Exception {
    Files.writeString(log.directory().resolve("index.sqlite"), "nonsense");
    assertThat(verify().verified()).isTrue();
  }

  @Test
  void exitStatusSaysWhatHappened() throws Exception {
    String dir = log.directory().toString();
    assertThat(exit("--log", dir, "--key", log.vkey())).isZero();
    assertThat(exit("--log", dir, "--key", log.directory().resolve("keys/log.vkey").toString()))
        .isZero();
    log.change(middle(), group -> LogOnDisk.flip(group, leaves(group) + 100));
    assertThat(exit("--log", dir)).isEqualTo(1);
    assertThat(exit("--log", directory.resolve("nowhere").toString())).isEqualTo(2);
    assertThat(exit("--log")).isEqualTo(2);
    assertThat(exit()).isEqualTo(2);
  }

  @Test
  void withoutAKeyNothingIsVerified() throws IOException {
    Files.delete(log.directory().resolve("keys/log.vkey"));
    assertThatThrownBy(this::verifyBeside).isInstanceOf(Verification.Impossible.class);
  }

  /** Bytes of a head before its size. */
  private static final int ORIGIN = LogOnDisk.ORIGIN.length() + 1;

  private void cutEnd() {
    List<Place> groups = log.groups();
    for (Place group : groups.subList(groups.size() - 2, groups.size())) {
      LogOnDisk.change(group.segment(), file -> LogOnDisk.zero(file, group.offset(), group.end()));
    }
  }

  /** A group with one entry and its content, with others behind it. */
  private Place middle() {
    return log.groups().get(6);
  }

  private static int leaves(ByteBuffer group) {
    return 64 + group.getInt(32) + group.getInt(36);
  }

  private static int exit(String... arguments) {
    var nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return VerifyMain.run(arguments, nowhere, nowhere);
  }

  private void assertViolation(String what) throws Exception {
    assertThat(verify().violations())
        .extracting(Report.Finding::what)
        .anyMatch(found -> found.contains(what));
  }

  private Report verifyBeside() throws Verification.Impossible {
    return new Verification(log.directory(), null, null, null, null, null).run();
  }

  private Report verify() throws Exception {
    return verifyWith(null);
  }

  private Report verifyWith(@Nullable Path checkpoint) throws Exception {
    return new Verification(log.directory(), original.vkey(), checkpoint, null, null, null).run();
  }
}
