package io.tabellion.stop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditReader;
import io.tabellion.audit.AuditUnavailableException;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.checkpoint.VerifierKey;
import io.tabellion.audit.merkle.ConsistencyProof;
import io.tabellion.audit.merkle.InclusionProof;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import io.tabellion.state.Changes;
import io.tabellion.state.MemoryState;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.MemoryAuditLog;
import io.tabellion.testing.Samples;
import io.tabellion.testing.SimulatedDisk;
import io.tabellion.testing.StopLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Stops outlive the process: with a snapshot, with an old or altered one, with none. */
@Tag("unit")
class StopKeeperTest {
  private static final Path FOLDER = Path.of("/stops");
  private static final Path SNAPSHOT = FOLDER.resolve(StopKeeper.SNAPSHOT);
  private static final Selector CRM = Selector.of("", "", "crm", "", false);
  private static final Selector ALICE = Selector.of("alice", "https://idp", "", "", false);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-24T08:00:00Z"));
  private final MemoryAuditLog log = new MemoryAuditLog(clock);
  private final List<Run> runs = new ArrayList<>();

  @AfterEach
  void end() {
    runs.forEach(run -> run.keeper.close());
  }

  /** One run of a server. */
  private record Run(Stops stops, StopKeeper keeper, StopLog operator) {
    List<Stop> inForce() {
      return stops.look().stops();
    }
  }

  private Run open(Disk on) throws IOException {
    Stops stops = new Stops(new MemoryState(clock));
    StopKeeper keeper =
        StopKeeper.open(on, FOLDER, new StopKeeper.Source(log, log), Samples.HASH, stops, clock);
    Run run = new Run(stops, keeper, new StopLog(stops, Traffic.NONE, log, clock));
    runs.add(run);
    return run;
  }

  private void refuse(Run run, Stop stop, int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      Changes changes = run.stops.changes();
      Stops.refused(stop, changes);
      Facts facts = Facts.builder().put(Fact.DECISION, "denied").put(Fact.STOP, stop.id()).build();
      run.stops
          .state()
          .commit(
              changes.list(),
              log,
              List.of(new Entry(EntryId.next(clock), EntryKind.CALL_INTENT, facts, null)));
    }
  }

  /** Everything but the moment of the entry, which is a little later than that of the stop. */
  private static void assertSame(List<Stop> found, Stop... expected) {
    assertThat(found)
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("from")
        .containsExactly(expected);
  }

  @Test
  void stopsAndTheirCountsOutliveTheProcess() throws Exception {
    Run first = open(disk);
    Stop crm = first.operator.set(CRM, null);
    refuse(first, crm, 2);
    first.keeper.close();

    Run second = open(disk);
    assertSame(second.inForce(), crm);
    refuse(second, crm, 3);
    Stop alice = second.operator.set(ALICE, Duration.ofHours(1));
    second.keeper.close();

    Run third = open(disk);
    assertSame(third.inForce(), crm, alice);
    assertThat(third.stops.refused(crm.id())).isEqualTo(5);
    assertThat(third.operator.lift(crm)).isEqualTo(5);
    third.keeper.close();
    assertSame(open(disk).inForce(), alice);
  }

  @Test
  void withoutASnapshotWithAnOldOneAndWithAnAlteredOneTheLogTells() throws Exception {
    Run first = open(disk);
    Stop over = first.operator.set(CRM, null);
    first.keeper.close();
    ByteString old = Durably.read(disk, SNAPSHOT, 1 << 20);

    Run second = open(disk);
    second.operator.lift(over);
    Stop alice = second.operator.set(ALICE, null);
    refuse(second, alice, 1);
    second.keeper.close();
    ByteString newest = Durably.read(disk, SNAPSHOT, 1 << 20);

    for (ByteString left :
        List.of(
            old,
            newest,
            newest.substring(0, newest.size() - 3),
            ByteString.copyFromUtf8(
                newest.toStringUtf8().replaceAll("\"stops\":.*", "\"stops\":[]}")),
            ByteString.EMPTY)) {
      Durably.replace(disk, SNAPSHOT, left, Disk.Access.SECRET);
      Run run = open(disk);
      assertSame(run.inForce(), alice);
      assertThat(run.stops.refused(alice.id())).isEqualTo(1);
      run.keeper.close();
    }
    assertSame(open(new SimulatedDisk()).inForce(), alice);
  }

  @Test
  void aKillLosesNothing() throws Exception {
    Run first = open(disk);
    Stop crm = first.operator.set(CRM, null);
    refuse(first, crm, 4);

    Run second = open(disk.crashImages(7, 1).getFirst());

    assertSame(second.inForce(), crm);
    assertThat(second.stops.refused(crm.id())).isEqualTo(4);
  }

  @Test
  void whatASnapshotCoversIsNotReadAgain() throws Exception {
    Run first = open(disk);
    Stop crm = first.operator.set(CRM, null);
    for (int i = 0; i < 500; i++) {
      log.append(Samples.intent(clock, "bob", "echo", null));
    }
    first.keeper.close();
    List<Long> read = new ArrayList<>();
    Stops stops = new Stops(new MemoryState(clock));
    CountingReader counting = new CountingReader(log, read);

    StopKeeper keeper =
        StopKeeper.open(
            disk, FOLDER, new StopKeeper.Source(counting, log), Samples.HASH, stops, clock);
    keeper.close();

    assertSame(stops.look().stops(), crm);
    assertThat(read).hasSizeLessThan(5);
  }

  @Test
  void aStopEndsByItsTimeOnceAndForAll() throws Exception {
    Run run = open(disk);
    Stop crm = run.operator.set(CRM, Duration.ofMinutes(5));
    refuse(run, crm, 2);
    long before = log.size();

    clock.advance(Duration.ofMinutes(5));
    assertThat(log.awaitSize(before, Duration.ofSeconds(20))).isTrue();

    StoredEntry end = log.read(before);
    assertThat(end.leaf().kind()).isEqualTo(EntryKind.STOP_ENDED);
    assertThat(end.leaf().facts().text(Fact.STOP)).isEqualTo(crm.id());
    assertThat(end.leaf().facts().texts(Fact.COUNTERS)).containsExactly("refused=2");
    run.keeper.close();
    clock.advance(Duration.ofMinutes(-30));
    assertThat(open(disk).inForce()).isEmpty();
    assertThat(open(new SimulatedDisk()).inForce()).isEmpty();
  }

  @Test
  void aStopThatNobodyUnderstandsLetsNoServerStart() throws Exception {
    Facts facts =
        Facts.builder().put(Fact.STOP, "abc").put(Fact.STOPPED, List.of("moon=full")).build();
    log.append(new Entry(EntryId.next(clock), EntryKind.STOP_SET, facts, null));

    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("entry 0 sets a stop that this version does not understand");
  }

  @Test
  void aStopWhoseEndCannotBeWrittenHoldsOn() throws Exception {
    Run run = open(disk);
    Stop crm = run.operator.set(CRM, null);
    refuse(run, crm, 1);
    log.fail();

    assertThatThrownBy(() -> run.operator.lift(crm)).isInstanceOf(AuditUnavailableException.class);

    assertThat(run.inForce()).containsExactly(crm);
    assertThat(run.stops.refused(crm.id())).isEqualTo(1);
    run.keeper.close();
    assertSame(open(disk).inForce(), crm);
  }

  @Test
  void aStopThatCannotBeWrittenDoesNotHold() throws Exception {
    Run run = open(disk);
    log.fail();

    assertThatThrownBy(() -> run.operator.set(CRM, null))
        .isInstanceOf(AuditUnavailableException.class);

    assertThat(run.inForce()).isEmpty();
  }

  @Test
  void aSuccessorTakesThemOver() throws Exception {
    Run run = open(disk);
    Stop over = run.operator.set(CRM, null);
    Stop alice = run.operator.set(ALICE, Duration.ofDays(1));
    run.operator.lift(over);
    List<Stop> stops =
        StopHandOver.find((from, entries) -> log.read(from, Integer.MAX_VALUE).forEach(entries));
    MemoryAuditLog successor = new MemoryAuditLog(clock);

    StopHandOver.set(stops, "old.example/log", successor, clock);

    StoredEntry set = successor.read(0);
    assertSame(List.of(StopEntries.read(set.leaf())), alice);
    assertThat(set.leaf().facts().text(Fact.DETAIL)).isEqualTo("log=old.example/log");
  }

  /** Counts which entries are read. */
  private static final class CountingReader implements AuditReader {
    private final MemoryAuditLog log;
    private final List<Long> read;

    CountingReader(MemoryAuditLog log, List<Long> read) {
      this.log = log;
      this.read = read;
    }

    @Override
    public long size() {
      return log.size();
    }

    @Override
    public SignedCheckpoint head() {
      return log.head();
    }

    @Override
    public VerifierKey key() {
      return log.key();
    }

    @Override
    public StoredEntry read(long index) {
      read.add(index);
      return log.read(index);
    }

    @Override
    public List<StoredEntry> read(long from, int most) {
      List<StoredEntry> found = log.read(from, most);
      found.forEach(entry -> read.add(entry.index()));
      return found;
    }

    @Override
    public Optional<ByteString> salt(long index) {
      return log.salt(index);
    }

    @Override
    public InclusionProof prove(long index, long size) {
      return log.prove(index, size);
    }

    @Override
    public ConsistencyProof proveConsistency(long first, long second) {
      return log.proveConsistency(first, second);
    }

    @Override
    public boolean awaitSize(long above, Duration timeout) throws InterruptedException {
      return log.awaitSize(above, timeout);
    }
  }
}
