package io.tabellion.audit.files;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditLog;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.AuditUnavailableException.Code;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.Receipt;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Metrics;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the log does when the disk fails or fills up, and when clocks step. */
@Tag("unit")
class LogFailureTest {
  private static final int MIB = 1 << 20;
  private static final Facts NONE = Facts.builder().build();

  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T07:00:00Z"));
  private final AtomicLong nanos = new AtomicLong();
  private final SimulatedDisk disk = new SimulatedDisk();
  private final Metrics metrics = new Metrics();
  private LogSettings settings =
      LogSettings.of(Path.of("/log"), "audit.example/test", "0.1.0").withSegments(3 * MIB, MIB);

  @ParameterizedTest
  @ValueSource(strings = {"write", "force"})
  void afterAFailureItNeverAppendsAgainAndARestartKeepsWhatWasAcknowledged(String operation)
      throws Exception {
    Receipt kept;
    long size;
    try (FileAuditLog log = open()) {
      kept = log.append(List.of(entry(EntryKind.REFUSED, 10))).getFirst();
      size = log.reader().size();
      disk.fail(operation);
      assertUnavailable(Code.FAILED, () -> log.append(List.of(entry(EntryKind.REFUSED, 10))));
      disk.fail(null);
      assertThat(log.writable()).isFalse();
      assertUnavailable(Code.FAILED, () -> log.append(List.of(entry(EntryKind.REFUSED, 10))));
      assertUnavailable(Code.FAILED, () -> log.append(List.of(entry(EntryKind.CALL_OUTCOME, 10))));
      assertUnavailable(Code.FAILED, () -> log.reserve(10));
      assertThat(log.reader().size()).isEqualTo(size);
      assertThat(metrics.get(Counter.AUDIT_FAILURES)).isEqualTo(4);
    }
    try (FileAuditLog log = open()) {
      assertThat(log.reader().read(kept.index()).leaf().id()).isEqualTo(kept.id());
      assertThat(log.writable()).isTrue();
    }
  }

  @Test
  void aFullDiskRefusesNewCallsAndKeepsRoomForTheOutcomesOfOldOnes() throws Exception {
    try (FileAuditLog log = open()) {
      disk.limit(0);
      List<AuditLog.Reservation> held = new ArrayList<>();
      assertUnavailable(
          Code.FULL,
          () -> {
            while (true) {
              AuditLog.Reservation reservation = log.reserve(300_000);
              held.add(reservation);
              reservation.append(List.of(entry(EntryKind.CALL_INTENT, 1000)));
            }
          });
      assertThat(held).isNotEmpty();
      assertUnavailable(
          Code.FULL, () -> log.append(List.of(entry(EntryKind.ACCESS_READ, 200_000))));
      for (AuditLog.Reservation reservation : held) {
        reservation.append(List.of(entry(EntryKind.CALL_OUTCOME, 290_000)));
        reservation.close();
      }
    }
    disk.limit(Long.MAX_VALUE);
    try (FileAuditLog log = open()) {
      assertThat(log.writable()).isTrue();
      log.reserve(300_000).close();
    }
  }

  /** Whoever must not wait is told that it would have to, and nothing is held for it. */
  @Test
  void whoMustNotWaitIsToldWhereRoomWouldHaveToBeMade() throws Exception {
    try (FileAuditLog log = open()) {
      AuditLog.Reservation first = requireNonNull(log.tryReserve(10_000));
      List<Receipt> receipts = appended(first, entry(EntryKind.CALL_INTENT, 1000));
      assertThat(log.reader().read(receipts.getFirst().index()).leaf().id())
          .isEqualTo(receipts.getFirst().id());
      disk.limit(0);
      List<AuditLog.Reservation> held = new ArrayList<>();
      for (AuditLog.Reservation more = log.tryReserve(300_000);
          more != null;
          more = log.tryReserve(300_000)) {
        held.add(more);
      }
      assertThat(held).isNotEmpty();
      assertThat(log.tryAppend(List.of(entry(EntryKind.ACCESS_READ, 800_000)))).isNull();
      held.removeLast().close();
      assertThat(log.tryAppend(List.of(entry(EntryKind.ACCESS_READ, 200_000)))).isNotNull();
      assertThat(appended(first, entry(EntryKind.CALL_OUTCOME, 9_000))).hasSize(1);
    }
  }

  private static List<Receipt> appended(AuditLog.Reservation room, Entry entry) throws Exception {
    return requireNonNull(room.tryAppend(List.of(entry))).get(20, SECONDS);
  }

  @Test
  void whoMustNotWaitIsToldOfAFailure() throws Exception {
    try (FileAuditLog log = open()) {
      AuditLog.Reservation held = requireNonNull(log.tryReserve(10_000));
      disk.fail("force");
      CompletableFuture<List<Receipt>> lost =
          requireNonNull(held.tryAppend(List.of(entry(EntryKind.CALL_INTENT, 1000))));
      assertThat(lost)
          .failsWithin(20, SECONDS)
          .withThrowableThat()
          .withMessageContaining("cannot append (FAILED)");
      assertThat(metrics.get(Counter.AUDIT_FAILURES)).isEqualTo(1);
      disk.fail(null);
      assertUnavailable(Code.FAILED, () -> log.tryReserve(10));
    }
  }

  @Test
  void aFullDiskForbidsNoStart() throws Exception {
    try (FileAuditLog log = open()) {
      disk.limit(0);
      assertUnavailable(
          Code.FULL,
          () -> {
            while (true) {
              log.append(List.of(entry(EntryKind.CALL_OUTCOME, 30_000)));
            }
          });
      assertUnavailable(
          Code.FULL,
          () -> {
            while (true) {
              log.append(List.of(new Entry(EntryId.next(clock), EntryKind.STOP, NONE, null)));
            }
          });
    }
    try (FileAuditLog log = open()) {
      long size = log.reader().size();
      Entry policy = entry(EntryKind.POLICY_LOADED, 10);
      log.appendFirst(List.of(policy));
      assertThat(log.problem()).isEqualTo("no room on the disk for the entries of the start");
      assertUnavailable(Code.FULL, () -> log.reserve(10));
      assertUnavailable(Code.FULL, () -> log.append(List.of(entry(EntryKind.ACCESS_READ, 10))));
      assertThat(log.reader().read(size - 1).index()).isEqualTo(size - 1);
      log.lookAround();
      assertThat(log.reader().size()).isEqualTo(size);
      disk.limit(Long.MAX_VALUE);
      while (log.reader().size() < size + 2) {
        log.lookAround(); // the store rests for a moment after it found no room
      }
      assertThat(log.problem()).isNull();
      assertThat(leaves(log).subList((int) size, (int) size + 2))
          .extracting(Leaf::kind)
          .containsExactly(EntryKind.START, EntryKind.POLICY_LOADED);
      log.reserve(300_000).close();
      assertThat(disk.list(Path.of("/log/segments"))).noneMatch(name -> name.endsWith(".tmp"));
    }
  }

  @Test
  void heartbeatsTakeNoRoomOfOthersOnAFullDisk() throws Exception {
    try (FileAuditLog log = open()) {
      disk.limit(0);
      AuditLog.Reservation held = log.reserve(300_000);
      assertUnavailable(
          Code.FULL,
          () -> {
            while (true) {
              log.heartbeat();
            }
          });
      held.append(List.of(entry(EntryKind.CALL_OUTCOME, 290_000)));
      held.close();
      disk.limit(Long.MAX_VALUE);
    }
    try (FileAuditLog log = open()) {
      List<Long> beats =
          leaves(log).stream()
              .filter(leaf -> leaf.kind() == EntryKind.HEARTBEAT)
              .map(leaf -> Long.parseLong(counters(leaf.facts()).getFirst().split("=", -1)[1]))
              .toList();
      assertThat(beats).isEqualTo(LongStream.rangeClosed(1, beats.size()).boxed().toList());
    }
  }

  @Test
  void roomThatIsGivenBackCanBeReservedAgain() throws Exception {
    try (FileAuditLog log = open()) {
      disk.limit(0);
      for (int i = 0; i < 100; i++) {
        log.reserve(300_000).close();
      }
      assertThat(log.writable()).isTrue();
    }
  }

  @Test
  void roomThatManyCallsNeededOnceIsGivenBackToTheDisk() throws Exception {
    Path segments = Path.of("/log/segments");
    try (FileAuditLog log = open()) {
      List<AuditLog.Reservation> held = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        held.add(log.reserve(300_000));
      }
      int most = disk.list(segments).size();
      assertThat(most).isGreaterThan(7);
      for (int i = 0; i < 700; i++) {
        log.lookAround();
      }
      assertThat(disk.list(segments)).as("while it is needed").hasSize(most);

      held.forEach(AuditLog.Reservation::close);
      for (int i = 0; i < 300; i++) {
        log.lookAround();
      }
      assertThat(disk.list(segments)).as("it may be needed again").hasSize(most);
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (disk.list(segments).size() > 2 && System.nanoTime() < deadline) {
        log.lookAround();
      }
      assertThat(disk.list(segments)).hasSize(2);
      log.reserve(300_000).append(List.of(entry(EntryKind.CALL_INTENT, 290_000)));
    }
    try (FileAuditLog log = open()) {
      assertThat(log.writable()).isTrue();
      for (int i = 0; i < 40; i++) {
        log.append(List.of(entry(EntryKind.CALL_OUTCOME, 290_000)));
      }
    }
  }

  @Test
  void anEntryThatFitsNoLeafIsRefusedAndTheLogGoesOn() throws Exception {
    try (FileAuditLog log = open()) {
      Facts facts = Facts.builder().put(Fact.DETAIL, "x".repeat(70_000)).build();
      Entry large = new Entry(EntryId.next(clock), EntryKind.REFUSED, facts, null);
      assertUnavailable(Code.TOO_LARGE, () -> log.append(List.of(large)));
      assertUnavailable(
          Code.TOO_LARGE, () -> log.append(List.of(entry(EntryKind.REFUSED, 2 * MIB))));
      log.append(List.of(entry(EntryKind.REFUSED, 10)));
    }
  }

  @Test
  void aHeartbeatCountsItselfAndWhatHappened() throws Exception {
    metrics.increment(Counter.DENIED);
    try (FileAuditLog log = open()) {
      log.heartbeat();
      log.heartbeat();
      List<Facts> beats =
          leaves(log).stream()
              .filter(leaf -> leaf.kind() == EntryKind.HEARTBEAT)
              .map(Leaf::facts)
              .toList();
      assertThat(counters(beats.get(0))).startsWith("heartbeat=1").contains("denied=1");
      assertThat(counters(beats.get(1))).startsWith("heartbeat=2");
    }
  }

  @Test
  void heartbeatsComeByThemselves() throws Exception {
    settings = settings.withHeartbeat(Duration.ofMillis(20));
    FileAuditLog.Parts parts =
        new FileAuditLog.Parts(disk, clock, nanos::get, new SecureRandom(), true);
    try (FileAuditLog log = FileAuditLog.open(settings, parts, metrics)) {
      assertThat(log.reader().awaitSize(log.reader().size() + 2, Duration.ofSeconds(30))).isTrue();
      assertThat(leaves(log)).extracting(Leaf::kind).contains(EntryKind.HEARTBEAT);
    }
  }

  @Test
  void aStepOfTheWallClockIsAnEntryBeforeTheNextOne() throws Exception {
    try (FileAuditLog log = open()) {
      log.append(List.of(entry(EntryKind.REFUSED, 10)));
      clock.advance(Duration.ofHours(1));
      nanos.addAndGet(Duration.ofHours(1).toNanos());
      log.append(List.of(entry(EntryKind.REFUSED, 10)));
      clock.advance(Duration.ofMillis(-1500));
      Entry entry = entry(EntryKind.REFUSED, 10);
      long index = log.append(List.of(entry)).getFirst().index();
      assertThat(log.reader().read(index).leaf().id()).isEqualTo(entry.id());
      Leaf step = log.reader().read(index - 1).leaf();
      assertThat(step.kind()).isEqualTo(EntryKind.CLOCK_STEP);
      assertThat(step.facts().text(Fact.DETAIL)).isEqualTo("step_ms=-1500");
      assertThat(leaves(log).stream().filter(leaf -> leaf.kind() == EntryKind.CLOCK_STEP))
          .hasSize(1);
    }
  }

  @Test
  void aStartWithTheClockSetBackOverDaysIsAnEntryAndOneThatIsLateIsNone() throws Exception {
    open().close();
    clock.advance(Duration.ofDays(-3));
    try (FileAuditLog log = open()) {
      assertThat(leaves(log).getLast().kind()).isEqualTo(EntryKind.CLOCK_STEP);
      assertThat(leaves(log).getLast().facts().text(Fact.REASON)).isEqualTo("start");
      assertThat(leaves(log).getLast().facts().text(Fact.DETAIL))
          .isEqualTo("step_ms=-" + Duration.ofDays(3).toMillis());
    }
    clock.advance(Duration.ofDays(30));
    try (FileAuditLog log = open()) {
      assertThat(leaves(log).getLast().kind()).isEqualTo(EntryKind.START);
    }
  }

  @Test
  void everyOpenIntentIsClosedOnceAndNoOther() throws Exception {
    Entry open = entry(EntryKind.CALL_INTENT, 10);
    Entry closed = entry(EntryKind.CALL_INTENT, 10);
    Facts denied = Facts.builder().put(Fact.DECISION, "denied").build();
    try (FileAuditLog log = open()) {
      log.append(List.of(open, closed));
      log.append(List.of(new Entry(EntryId.next(clock), EntryKind.CALL_INTENT, denied, null)));
      Facts outcome = Facts.builder().put(Fact.INTENT, closed.id().toString()).build();
      log.append(List.of(new Entry(EntryId.next(clock), EntryKind.CALL_OUTCOME, outcome, null)));
    }
    for (int i = 0; i < 2; i++) {
      try (FileAuditLog log = open()) {
        List<Facts> closings =
            leaves(log).stream()
                .map(Leaf::facts)
                .filter(facts -> "restart".equals(facts.text(Fact.DETAIL)))
                .toList();
        assertThat(closings)
            .singleElement()
            .satisfies(facts -> {
              assertThat(facts.text(Fact.INTENT)).isEqualTo(open.id().toString());
              assertThat(facts.text(Fact.OUTCOME)).isEqualTo("unknown");
            });
      }
    }
  }

  @Test
  void leavesOfAWriterAreChainedAcrossRuns() throws Exception {
    open().close();
    try (FileAuditLog log = open()) {
      AuditReader reader = log.reader();
      for (long index = 1; index < reader.size(); index++) {
        assertThat(reader.read(index).leaf().prev())
            .isEqualTo(Hash.ofLeaf(reader.read(index - 1).bytes()));
      }
    }
  }

  @Test
  void afterCloseNothingIsTaken() throws Exception {
    FileAuditLog log = open();
    log.close();
    log.close();
    assertThat(log.writable()).isFalse();
    assertUnavailable(Code.CLOSED, () -> log.append(List.of(entry(EntryKind.CALL_OUTCOME, 10))));
    assertUnavailable(Code.CLOSED, () -> log.append(List.of(entry(EntryKind.REFUSED, 10))));
    assertUnavailable(Code.CLOSED, () -> log.reserve(1));
  }

  private FileAuditLog open() throws IOException {
    FileAuditLog.Parts parts =
        new FileAuditLog.Parts(disk, clock, nanos::get, new SecureRandom(), false);
    return FileAuditLog.open(settings, parts, metrics);
  }

  private Entry entry(EntryKind kind, int size) {
    return new Entry(
        EntryId.next(clock),
        kind,
        Facts.builder().put(Fact.DECISION, "allowed").build(),
        new Entry.Content("text/plain", ByteString.copyFrom(new byte[size])));
  }

  private static void assertUnavailable(Code code, ThrowingCallable call) {
    assertThatExceptionOfType(AuditUnavailableException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  private static List<String> counters(Facts facts) {
    return facts.values().get(Fact.COUNTERS) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }

  private static List<Leaf> leaves(FileAuditLog log) {
    return LongStream.range(0, log.reader().size())
        .mapToObj(index -> log.reader().read(index).leaf())
        .toList();
  }

  @Test
  void aListOfCommitmentsFindsTheRoomThatWasHeldForItsOutcome() throws Exception {
    try (FileAuditLog log = open()) {
      disk.limit(0);
      List<AuditLog.Reservation> held = new ArrayList<>();
      assertUnavailable(
          Code.FULL,
          () -> {
            while (true) {
              held.add(log.reserve(390_000));
            }
          });
      assertThat(held).isNotEmpty();
      for (AuditLog.Reservation reservation : held) {
        reservation.append(
            List.of(entry(EntryKind.CALL_OUTCOME, 290_000), entry(EntryKind.COMMITMENTS, 100_000)));
        reservation.close();
      }
      assertThat(log.reserve(10)).isNotNull();
    }
  }

  @Test
  void whereTheListFindsNoRoomItsEntryIsNotThereEither() throws Exception {
    try (FileAuditLog log = open()) {
      disk.limit(0);
      long size = log.reader().size();
      assertUnavailable(
          Code.TOO_LARGE,
          () ->
              log.append(
                  List.of(
                      entry(EntryKind.CALL_INTENT, MIB / 2),
                      entry(EntryKind.COMMITMENTS, MIB / 2))));
      assertUnavailable(
          Code.FULL,
          () -> {
            while (true) {
              log.append(
                  List.of(entry(EntryKind.CALL_INTENT, 10), entry(EntryKind.COMMITMENTS, 100_000)));
            }
          });
      List<EntryKind> all = leaves(log).stream().map(Leaf::kind).toList();
      List<EntryKind> kinds = all.subList(Math.toIntExact(size), all.size());
      assertThat(kinds.stream().filter(kind -> kind == EntryKind.CALL_INTENT).count())
          .isPositive()
          .isEqualTo(kinds.stream().filter(kind -> kind == EntryKind.COMMITMENTS).count());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"write", "force"})
  void afterAFailureAnEntryAndItsListAreBothThereOrNeither(String operation) throws Exception {
    Entry intent = entry(EntryKind.CALL_INTENT, 10);
    Entry list = entry(EntryKind.COMMITMENTS, 100_000);
    try (FileAuditLog log = open()) {
      disk.fail(operation);
      assertUnavailable(Code.FAILED, () -> log.append(List.of(intent, list)));
      disk.fail(null);
    }
    try (FileAuditLog log = open()) {
      List<EntryId> ids = leaves(log).stream().map(Leaf::id).toList();
      assertThat(ids.contains(intent.id())).isEqualTo(ids.contains(list.id()));
    }
  }
}
