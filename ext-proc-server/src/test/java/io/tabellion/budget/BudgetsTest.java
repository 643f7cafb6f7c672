package io.tabellion.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Appender;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.AuditUnavailableException.Code;
import io.tabellion.audit.Disposition;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.state.Changes;
import io.tabellion.state.MemoryState;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.MemoryAuditLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What callers and servers may bring in a minute. */
@Tag("unit")
final class BudgetsTest {
  private static final Budget PLENTY = new Budget(1_000_000, 1L << 40);

  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T08:00:00Z"));
  private final MemoryState state = new MemoryState(clock);
  private final MemoryAuditLog log = new MemoryAuditLog(clock);

  private Budgets budgets(Budget caller, Budget server) {
    return new Budgets(new BudgetSettings(caller, server), state, clock);
  }

  private static void assertSpent(String whose, Callable<?> take) {
    assertThatExceptionOfType(AuditUnavailableException.class)
        .isThrownBy(take::call)
        .withMessage("budget of the %s: spent for now", whose)
        .extracting(AuditUnavailableException::code)
        .isEqualTo(Code.BUDGET);
  }

  private Entry entry(EntryKind kind, int bytes) {
    return new Entry(
        EntryId.next(clock),
        kind,
        Facts.builder()
            .put(Fact.DECISION, Disposition.ALLOWED)
            .put(Fact.OWNER, "a")
            .put(Fact.SERVER, "s")
            .build(),
        new Entry.Content("text/plain", ByteString.copyFrom(new byte[bytes])));
  }

  private void append(Budgets budgets, Appender to, Entry entry) throws InterruptedException {
    Changes changes = new Changes(state);
    budgets.charge(List.of(entry), changes);
    state.commit(changes.list(), to, List.of(entry));
  }

  @Test
  void aSpentBudgetRefusesTheNextCallUntilTimeHasPassed() {
    Budgets budgets = budgets(new Budget(2, 1000), PLENTY);
    budgets.take("a", "s", 10).close();
    budgets.take("a", "s", 10).close();
    assertSpent("caller", () -> budgets.take("a", "s", 10));
    budgets.take("b", "s", 10).close();
    clock.advance(Duration.ofSeconds(30));
    budgets.take("a", "s", 10).close();
    assertSpent("caller", () -> budgets.take("a", "s", 10));
    assertSpent("caller", () -> budgets.take("c", "s", 1001));
  }

  @Test
  void theBudgetOfAServerIsSharedByItsCallers() {
    Budgets budgets = budgets(PLENTY, new Budget(3, 1000));
    for (String caller : List.of("a", "b", "c")) {
      budgets.take(caller, "s", 10).close();
    }
    assertSpent("server", () -> budgets.take("d", "s", 10));
    budgets.take("d", "other", 10).close();
  }

  @Test
  void whatOneReplicaTakesAnotherHasNot() {
    budgets(new Budget(1, 1000), PLENTY).take("a", "s", 10);
    assertSpent("caller", () -> budgets(new Budget(1, 1000), PLENTY).take("a", "s", 10));
  }

  @Test
  void aCallThatIsRefusedTakesNothing() {
    Budgets budgets = budgets(PLENTY, new Budget(2, 1000));
    assertSpent("server", () -> budgets.take("a", "s", 1001));
    budgets.take("a", "s", 1000);
    assertThat(state.count(Budgets.OF_CALLER)).isOne();
    assertSpent("server", () -> budgets.take("b", "s", 1));
    assertThat(state.count(Budgets.OF_CALLER)).isOne();
  }

  @Test
  void bytesThatWereBroughtStayChargedAndOthersAreGivenBack() throws Exception {
    Budgets budgets = budgets(new Budget(100, 1000), PLENTY);
    budgets.take("a", "s", 1000).close();
    try (Budgets.SetAside _ = budgets.take("a", "s", 1000)) {
      append(budgets, log, entry(EntryKind.CALL_INTENT, 600));
    }
    assertSpent("caller", () -> budgets.take("a", "s", 500));
    budgets.take("a", "s", 400).close();
  }

  @Test
  void whatBelongsToACallIsChargedIntoDebt() throws Exception {
    Budgets budgets = budgets(new Budget(100, 1000), PLENTY);
    append(budgets, log, entry(EntryKind.STREAM_EVENT, 2000));
    clock.advance(Duration.ofSeconds(59));
    assertSpent("caller", () -> budgets.take("a", "s", 1));
    clock.advance(Duration.ofSeconds(2));
    budgets.take("a", "s", 1).close();
  }

  @Test
  void whatIsNotRecordedIsNotCharged() throws Exception {
    Budgets budgets = budgets(new Budget(100, 1000), PLENTY);
    log.fail();
    Entry entry = entry(EntryKind.STREAM_EVENT, 900);
    assertThatExceptionOfType(AuditUnavailableException.class)
        .isThrownBy(() -> append(budgets, log, entry));
    budgets.take("a", "s", 1000);
  }

  @Test
  void whatWasBroughtBeforeAStartCountsAfterIt() throws Exception {
    Budgets before = budgets(PLENTY, PLENTY);
    append(before, log, entry(EntryKind.CALL_INTENT, 100));
    append(before, log, entry(EntryKind.CALL_OUTCOME, 300));
    clock.advance(Duration.ofSeconds(15));
    MemoryState fresh = new MemoryState(clock);
    Budgets after = new Budgets(new BudgetSettings(new Budget(2, 400), PLENTY), fresh, clock);
    Changes changes = new Changes(fresh);
    after.recount(log.read(0).leaf(), changes);
    after.recount(log.read(1).leaf(), changes);
    fresh.make(changes.list());
    assertSpent("caller", () -> after.take("a", "s", 101));
    after.take("a", "s", 100).close();
    assertSpent("caller", () -> after.take("a", "s", 1));
  }

  @Test
  void whoseBudgetIsFullIsNotRemembered() {
    Budgets budgets = budgets(new Budget(10, 1000), PLENTY);
    budgets.take("a", "s", 10).close();
    assertThat(state.count(Budgets.OF_CALLER)).isOne();
    clock.advance(Duration.ofMinutes(2));
    state.tidy(clock.instant());
    assertThat(state.count(Budgets.OF_CALLER)).isZero();
    assertThat(state.count(Budgets.OF_SERVER)).isZero();
  }

  @Test
  void aClockThatIsSetBackHoldsNothingUp() {
    Budgets budgets = budgets(new Budget(2, 1000), PLENTY);
    budgets.take("a", "s", 1).close();
    budgets.take("a", "s", 1).close();
    clock.advance(Duration.ofDays(-1));
    budgets.take("a", "s", 1).close();
    budgets.take("a", "s", 1).close();
    assertSpent("caller", () -> budgets.take("a", "s", 1));
  }

  @Test
  void replicasWhoseClocksDifferGetNoMoreForThat() {
    Budgets budgets = budgets(new Budget(60, 1000), PLENTY);
    int taken = 0;
    for (int turn = 0; turn < 200; turn++) {
      clock.advance(Duration.ofSeconds(turn % 2 == 0 ? 2 : -2));
      taken += takes(budgets) ? 1 : 0;
    }
    assertThat(taken).isBetween(60, 63);
  }

  @Test
  void manyAtOnceGetNoMoreThanThereIs() throws Exception {
    Budgets budgets = budgets(new Budget(100, 1000), PLENTY);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> calls =
          IntStream.range(0, 500).mapToObj(_ -> threads.submit(() -> takes(budgets))).toList();
      int taken = 0;
      for (Future<Boolean> call : calls) {
        taken += call.get() ? 1 : 0;
      }
      assertThat(taken).isEqualTo(100);
    }
  }

  private static boolean takes(Budgets budgets) {
    try {
      budgets.take("a", "s", 1).close();
      return true;
    } catch (AuditUnavailableException _) {
      return false;
    }
  }
}
