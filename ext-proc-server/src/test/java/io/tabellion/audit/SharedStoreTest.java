package io.tabellion.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.metrics.Metrics;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.MemoryLogStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several writers, one store. */
@Tag("unit")
@Timeout(60)
class SharedStoreTest {
  private static final String ORIGIN = "audit.example/shared";
  private static final int EACH = 300;

  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-29T07:00:00Z"));
  private final LogKeys keys = LogKeys.random(ORIGIN, new SecureRandom());
  private final MemoryLogStore store = new MemoryLogStore(keys.signing().verifier());

  @Test
  void twoWritersMakeOneTree() throws Exception {
    List<Receipt> receipts;
    try (StoredAuditLog one = open("one");
        StoredAuditLog two = open("two")) {
      meet();
      receipts = appendTogether(one, two);
    }
    assertThat(store.conflicts()).isPositive();
    List<StoredEntry> entries = entries();
    requireChains(entries);
    Map<EntryId, Long> found = new HashMap<>();
    entries.forEach(entry -> found.put(entry.leaf().id(), entry.index()));
    assertThat(found).hasSameSizeAs(entries);
    assertThat(receipts).hasSize(2 * EACH);
    for (Receipt receipt : receipts) {
      assertThat(found).containsEntry(receipt.id(), receipt.index());
    }
  }

  @Test
  void whatOneWriterAppendsCanBeReadAndProvedByTheOther() throws Exception {
    try (StoredAuditLog one = open("one");
        StoredAuditLog two = open("two")) {
      Entry said = intent("from two");
      Receipt receipt = two.append(List.of(said)).getFirst();
      one.append(List.of(intent("from one")));
      AuditReader reader = one.reader();
      StoredEntry read = reader.read(receipt.index());
      assertThat(read.content().get())
          .isEqualTo(new StoredContent.Clear(Objects.requireNonNull(said.content())));
      SignedCheckpoint head = reader.head();
      assertThat(
              reader
                  .prove(receipt.index(), reader.size())
                  .verify(Hash.ofLeaf(read.bytes()), head.checkpoint().root()))
          .isTrue();
      List<String> followed = new ArrayList<>();
      AuditReader.Feed feed = reader.feed();
      for (long at = 0; at < reader.size(); ) {
        for (StoredEntry entry : feed.read(at, 100)) {
          assertThat(entry.index()).isEqualTo(at++);
          followed.add(entry.leaf().writer());
        }
      }
      assertThat(followed).contains("one", "two");
    }
  }

  @Test
  void aGroupOfAStaleHeadIsMadeAgain() throws Exception {
    try (StoredAuditLog one = open("one");
        StoredAuditLog two = open("two")) {
      Entry late = intent("late");
      Entry early = intent("early");
      AtomicInteger times = new AtomicInteger();
      store.beforeAppend(() -> {
        if (times.getAndIncrement() == 0) { // one has made its group, and two is faster
          append(two, early);
        }
      });
      AuditReader.Feed feed = one.reader().feed();
      Receipt receipt = one.append(List.of(late)).getFirst();

      assertThat(times).hasValue(3);
      assertThat(store.conflicts()).isOne();
      assertThat(receipt.index()).isEqualTo(store.head().size() - 1);
      assertThat(one.reader().read(receipt.index()).leaf().id()).isEqualTo(late.id());
      assertThat(one.reader().read(receipt.index() - 1).leaf().id()).isEqualTo(early.id());
      assertThat(feed.read(receipt.index(), 1).getFirst().leaf().id()).isEqualTo(late.id());
    }
    requireChains(entries());
  }

  @Test
  void aConflictIsNeverAFailureForEver() throws Exception {
    try (StoredAuditLog one = open("one");
        StoredAuditLog two = open("two")) {
      AtomicBoolean ofTwo = new AtomicBoolean();
      store.beforeAppend(() -> {
        if (ofTwo.compareAndSet(false, true)) { // an attempt of one
          append(two, intent("always faster"));
          ofTwo.set(false);
        }
      });
      long before = store.head().size();
      try {
        assertThatExceptionOfType(AuditUnavailableException.class)
            .isThrownBy(() -> one.append(List.of(intent("too late"))))
            .satisfies(
                e -> assertThat(e.code()).isEqualTo(AuditUnavailableException.Code.CONFLICT));
      } finally {
        store.beforeAppend(() -> {});
      }
      assertThat(store.head().size()).isGreaterThan(before);
      assertThat(one.writable()).isTrue();

      Entry next = intent("in time");
      Receipt receipt = one.append(List.of(next)).getFirst();
      assertThat(one.reader().read(receipt.index()).leaf().id()).isEqualTo(next.id());
    }
    List<StoredEntry> entries = entries();
    requireChains(entries);
    assertThat(entries.stream().filter(entry -> entry.leaf().writer().equals("one")))
        .extracting(entry -> entry.leaf().kind())
        .containsExactly(
            EntryKind.KEY_CREATED,
            EntryKind.KEY_CREATED,
            EntryKind.KEY_CREATED,
            EntryKind.START,
            EntryKind.CALL_INTENT,
            EntryKind.STOP);
  }

  @Test
  void aStartClosesTheOpenIntentsOfItsOwnWriterOnly() throws Exception {
    Entry ofOne = intent("of one");
    Entry ofTwo = intent("of two");
    StoredAuditLog two = open("two");
    two.append(List.of(ofTwo));
    try (StoredAuditLog one = open("one")) {
      one.append(List.of(ofOne));
    }
    try (StoredAuditLog again = open("one")) {
      assertThat(again.writable()).isTrue();
    }
    assertThat(closed()).containsExactly(ofOne.id().toString());

    two.close();
    try (StoredAuditLog again = open("two")) {
      assertThat(again.writable()).isTrue();
    }
    assertThat(closed()).containsExactly(ofOne.id().toString(), ofTwo.id().toString());
    requireChains(entries());
  }

  /** Has both writers make their next group of the same head. */
  private void meet() {
    CyclicBarrier both = new CyclicBarrier(2);
    AtomicInteger times = new AtomicInteger();
    store.beforeAppend(() -> {
      if (times.getAndIncrement() < 2) {
        try {
          both.await();
        } catch (InterruptedException | BrokenBarrierException e) {
          throw new AssertionError(e);
        }
      }
    });
  }

  /** Intents that have their outcome, in the order of the outcomes. */
  private List<String> closed() {
    return entries().stream()
        .filter(entry -> entry.leaf().kind() == EntryKind.CALL_OUTCOME)
        .map(entry -> Objects.requireNonNull(entry.leaf().facts().text(Fact.INTENT)))
        .toList();
  }

  private List<Receipt> appendTogether(StoredAuditLog... logs) throws Exception {
    List<Receipt> receipts = new ArrayList<>();
    CountDownLatch ready = new CountDownLatch(logs.length);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<List<Receipt>>> all = new ArrayList<>();
      for (StoredAuditLog log : logs) {
        Callable<List<Receipt>> work =
            () -> {
              ready.countDown();
              ready.await();
              List<Receipt> own = new ArrayList<>();
              for (int i = 0; i < EACH; i++) {
                own.addAll(log.append(List.of(intent("entry " + i))));
              }
              return own;
            };
        all.add(threads.submit(work));
      }
      for (Future<List<Receipt>> one : all) {
        receipts.addAll(one.get());
      }
    }
    return receipts;
  }

  /** Requires that each writer's entries follow each other, and that the head is of all leaves. */
  private void requireChains(List<StoredEntry> entries) {
    Map<String, Hash> newest = new HashMap<>();
    Map<String, Long> numbers = new HashMap<>();
    Set<EntryId> ids = new HashSet<>();
    for (StoredEntry entry : entries) {
      Leaf leaf = entry.leaf();
      assertThat(ids.add(leaf.id())).isTrue();
      assertThat(leaf.prev()).isEqualTo(newest.getOrDefault(leaf.writer(), Hash.ZERO));
      assertThat(leaf.n()).isEqualTo(numbers.merge(leaf.boot(), 1L, Long::sum));
      newest.put(leaf.writer(), Hash.ofLeaf(entry.bytes()));
    }
  }

  private List<StoredEntry> entries() {
    LogReader reader =
        new LogReader(
            store,
            new Recent(store.head().size(), 1),
            new Vault(keys.kek(), new SecureRandom()),
            keys.signing());
    List<StoredEntry> entries = new ArrayList<>();
    while (entries.size() < reader.size()) {
      entries.addAll(reader.read(entries.size(), Integer.MAX_VALUE));
    }
    return entries;
  }

  private static void append(StoredAuditLog log, Entry entry) {
    try {
      log.append(List.of(entry));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Opens the log as one of its writers, which has read all of it. */
  private StoredAuditLog open(String writer) throws Exception {
    Recovered recovered = new Recovered(ORIGIN, writer, false, keys);
    for (StoredEntry entry : entries()) {
      recovered.visit(entry.index(), entry.bytes(), Hash.ofLeaf(entry.bytes()));
    }
    Opening opening =
        new Opening(
            new WriterSettings(ORIGIN, writer, "test", 1 << 20, Duration.ofSeconds(30)),
            keys,
            recovered,
            store.head(),
            new Opening.Parts(clock, System::nanoTime, new SecureRandom(), new Metrics(), false));
    return store.head().size() == 0 ? opening.openNew(store) : opening.open(store);
  }

  private Entry intent(String content) {
    return new Entry(
        EntryId.next(clock),
        EntryKind.CALL_INTENT,
        Facts.builder().put(Fact.DECISION, Disposition.ALLOWED).build(),
        new Entry.Content("text/plain", ByteString.copyFromUtf8(content)));
  }
}
