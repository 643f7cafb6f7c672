package io.tabellion.audit.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.audit.AuditReader;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Facts;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.files.FileAuditLog;
import io.tabellion.audit.files.LogSettings;
import io.tabellion.durable.FileDisk;
import io.tabellion.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
@Timeout(30)
class FollowerTest {
  private static final Duration SHORT = Duration.ofMillis(1);

  @TempDir Path folder;
  private FileAuditLog log;
  private AuditReader reader;

  @BeforeEach
  void open() throws IOException {
    log =
        FileAuditLog.open(
            LogSettings.of(folder.resolve("log"), "audit.example/followed", "test")
                .withHeartbeat(Duration.ofMinutes(1)), // nothing new comes by itself within a test
            InstantSource.system(),
            new Metrics());
    reader = log.reader();
  }

  @AfterEach
  void close() throws IOException {
    log.close();
  }

  @Test
  void severalGoOnEachAtItsOwnPace() throws Exception {
    Exporter quick = new Exporter("quick", 1000);
    Exporter slow = new Exporter("slow", 1);
    try (Follower first = quick.follow();
        Follower second = slow.follow()) {
      append(20);
      quick.awaitTaken(reader.size());
      slow.awaitTaken(reader.size());
      assertThat(Follower.progress(List.of(first, second)))
          .containsOnlyKeys("quick", "slow")
          .allSatisfy((name, progress) -> assertThat(progress.failed()).as(name).isFalse());
    }
    assertThat(quick.taken).containsExactlyElementsOf(all());
    assertThat(slow.taken).containsExactlyElementsOf(all());
  }

  @Test
  void oneThatIsStuckHoldsUpNobody() throws Exception {
    Exporter stuck = new Exporter("stuck", 1);
    Exporter other = new Exporter("other", 100);
    stuck.gate.drainPermits();
    try (Follower late = stuck.follow();
        Follower _ = other.follow()) {
      stuck.inside.await();
      append(200); // returns when they are durable
      other.awaitTaken(reader.size());
      assertThat(late.progress()).isEqualTo(new Follower.Progress(0, reader.size(), false));

      stuck.gate.release(Integer.MAX_VALUE / 2);
      stuck.awaitTaken(reader.size());
    }
    assertThat(stuck.taken).containsExactlyElementsOf(all());
  }

  @Test
  void ofSeveralWithOneNameTheWorstCounts() throws Exception {
    append(3);
    Exporter done = new Exporter("tails", "one", 100);
    Exporter failing = new Exporter("tails", "two", 1);
    failing.failures.set(Integer.MAX_VALUE);
    try (Follower first = done.follow();
        Follower second = failing.follow()) {
      done.awaitTaken(reader.size());
      awaitUntil(() -> failing.begun.get() >= 3);
      assertThat(Follower.progress(List.of(first, second)))
          .containsExactly(Map.entry("tails", new Follower.Progress(0, reader.size(), true)));
    }
  }

  @Test
  void afterAFailureItGoesOnWhereItsCursorIs() throws Exception {
    append(10);
    Exporter failing = new Exporter("failing", 3);
    failing.failures.set(2);
    try (Follower follower = failing.follow()) {
      failing.awaitTaken(reader.size());
      assertThat(failing.begun).hasValue(3);
      awaitUntil(() -> !follower.progress().failed()); // the step that took the last ones ends
    }
    assertThat(failing.taken).containsExactlyElementsOf(all());
  }

  @Test
  void itSaysThatItFailsAsLongAsItDoes() throws Exception {
    Exporter failing = new Exporter("failing", 3);
    failing.failures.set(Integer.MAX_VALUE);
    try (Follower follower = failing.follow()) {
      awaitUntil(() -> failing.begun.get() >= 3);
      assertThat(follower.progress()).isEqualTo(new Follower.Progress(0, reader.size(), true));

      failing.failures.set(0);
      failing.awaitTaken(reader.size());
    }
  }

  @Test
  void closedInTheMiddleItGoesOnFromThereAtTheNextStart() throws Exception {
    append(50);
    Exporter before = new Exporter("exporter", 7);
    before.gate.drainPermits();
    before.gate.release(3);
    Follower first = before.follow();
    before.awaitTaken(21);
    before.stuck.await(); // with the fourth seven of them
    Thread closing = Thread.ofPlatform().start(first::close);
    awaitUntil(() -> closing.getState() == Thread.State.WAITING);
    before.gate.release();
    closing.join();
    assertThat(before.taken).hasSize(28);
    assertThat(before.ended).isTrue();

    Exporter after = new Exporter("exporter", 7);
    try (Follower _ = after.follow()) {
      after.awaitTaken(reader.size() - 28);
    }
    List<Long> both = new ArrayList<>(before.taken);
    both.addAll(after.taken);
    assertThat(both).containsExactlyElementsOf(all());
  }

  @Test
  void whoWaitsForSomethingNewIsClosedAtOnce() throws Exception {
    Exporter idle = new Exporter("idle", 100);
    idle.patience = Duration.ofHours(1);
    Follower follower = idle.follow();
    idle.waits.await();
    follower.close(); // or the test runs into its timeout
    assertThat(idle.ended).isTrue();
  }

  @Test
  void whoThrewAwayWhatItHadBeginsAgainWithoutAnythingNew() throws Exception {
    Exporter forgetful = new Exporter("forgetful", 1000);
    forgetful.patience = SHORT;
    try (Follower _ = forgetful.follow()) {
      forgetful.awaitTaken(reader.size());
      forgetful.forgets = true;
      forgetful.awaitTaken(2 * reader.size());
    }
    assertThat(forgetful.taken).startsWith(all().toArray(Long[]::new));
  }

  private List<Long> all() {
    return LongStream.range(0, reader.size()).boxed().toList();
  }

  private void append(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      EntryId id = EntryId.next(InstantSource.system());
      log.append(List.of(new Entry(id, EntryKind.REFUSED, Facts.NONE, null)));
    }
  }

  /** Waits in a way that the timeout of the test ends. */
  private static void awaitUntil(BooleanSupplier holds) throws InterruptedException {
    while (!holds.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /** Collects the entries that it is given; its cursor is a file. */
  private final class Exporter implements Work {
    private final String name;
    private final int most;
    private final CursorFile cursor;
    private final AuditReader.Feed feed = reader.feed();
    private final ConcurrentLinkedQueue<Long> taken = new ConcurrentLinkedQueue<>();
    private final Semaphore gate = new Semaphore(Integer.MAX_VALUE / 2);
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch stuck = new CountDownLatch(1);
    private final CountDownLatch waits = new CountDownLatch(1);
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private volatile Duration patience = Duration.ofSeconds(1);
    private volatile boolean ended;
    private volatile boolean forgets;

    Exporter(String name, int most) {
      this(name, name, most);
    }

    Exporter(String name, String file, int most) {
      this.name = name;
      this.most = most;
      this.cursor = new CursorFile(new FileDisk(), folder.resolve("cursor-" + file));
    }

    Follower follow() {
      Follower follower =
          new Follower(
              name, "the exporter", reader, this, Thread.ofPlatform().daemon().factory(), SHORT);
      follower.start();
      return follower;
    }

    void awaitTaken(long count) throws InterruptedException {
      awaitUntil(() -> taken.size() >= count);
    }

    @Override
    public long begin() throws IOException {
      begun.incrementAndGet();
      return cursor.read();
    }

    @Override
    public long take(long from, long size) throws Exception {
      inside.countDown();
      if (!gate.tryAcquire()) {
        stuck.countDown();
        gate.acquire();
      }
      if (failures.getAndUpdate(left -> left == 0 ? 0 : left - 1) > 0) {
        throw new IOException("the other side does not answer");
      }
      List<StoredEntry> entries = new ArrayList<>();
      while (entries.size() < Math.min(most, size - from)) {
        long next = from + entries.size();
        entries.addAll(feed.read(next, most - entries.size()));
      }
      entries.forEach(entry -> taken.add(entry.index()));
      long next = from + entries.size();
      cursor.write(next);
      return next;
    }

    @Override
    public long rest(long at) throws IOException {
      if (forgets) {
        forgets = false;
        cursor.write(0);
      }
      return cursor.read();
    }

    @Override
    public Duration patience() {
      if (taken.size() == reader.size()) {
        waits.countDown();
      }
      return patience;
    }

    @Override
    public void end(@Nullable Throwable failure) {
      ended = failure == null;
      feed.close();
    }
  }
}
