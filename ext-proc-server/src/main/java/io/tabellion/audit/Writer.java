package io.tabellion.audit;

import io.tabellion.audit.AuditUnavailableException.Code;
import io.tabellion.audit.checkpoint.SigningKey;
import io.tabellion.audit.checkpoint.TreeHead;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.store.LogStore;
import io.tabellion.audit.store.Row;
import io.tabellion.metrics.Metrics;
import io.tabellion.metrics.Timing;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that appends. It takes what is queued, makes one group of it and one signed head,
 * and has the store make that durable; then it tells the callers. It never waits for more to come:
 * a group is what queued up during the fsync before (P1, P2).
 *
 * <p>Where others append to the same store, a group that was made of a head which is not the newest
 * any more is refused by the store. It is made again of the newest one and tried again.
 *
 * <p>After a failed append it never appends again: what the disk holds is then known only to a
 * start. A conflict is no failure.
 */
final class Writer implements Runnable {
  private static final System.Logger LOG = System.getLogger(Writer.class.getName());

  /** How often one group is tried while others are faster. */
  private static final int TRIES = 32;

  private static final long MOST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final LogStore store;
  private final SigningKey key;
  private final Chain chain;
  private final LogClock clock;
  private final long largest;
  private final Recent recent;
  private final Consumer<List<Recent.Appended>> follower;
  private final Metrics metrics;
  private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();

  private volatile @Nullable Refusal refusing; // null while appending; written under this, once

  /** Why nothing is appended any more. */
  private record Refusal(Code code, String why) {}

  /** What one call of append brought. */
  private record Work(
      List<Chain.Draft> drafts, long bytes, CompletableFuture<List<Receipt>> done, long queued) {

    Work(List<Chain.Draft> drafts, long bytes) {
      this(drafts, bytes, new CompletableFuture<>(), System.nanoTime());
    }

    boolean isEnd() {
      return drafts.isEmpty();
    }
  }

  /**
   * Makes the writer; {@link #run} is to be started in a thread of its own.
   *
   * @param largest bytes of a group at most
   * @param recent gets what is durable, before the callers are told
   * @param follower gets the same, on the thread
   */
  Writer(
      LogStore store,
      SigningKey key,
      Chain chain,
      LogClock clock,
      long largest,
      Recent recent,
      Consumer<List<Recent.Appended>> follower,
      Metrics metrics) {
    this.store = store;
    this.key = key;
    this.chain = chain;
    this.clock = clock;
    this.largest = largest;
    this.recent = recent;
    this.follower = follower;
    this.metrics = metrics;
  }

  /**
   * Queues entries; the future ends when they are durable, or with an {@link
   * AuditUnavailableException}.
   *
   * @param bytes that they need at most, alone in a group
   */
  CompletableFuture<List<Receipt>> submit(List<Chain.Draft> drafts, long bytes) {
    return enqueue(new Work(drafts, bytes));
  }

  /** Ends the thread after what is queued; the future ends with it. */
  CompletableFuture<List<Receipt>> end() {
    return enqueue(new Work(List.of(), 0));
  }

  boolean isAppending() {
    return refusing == null;
  }

  /** Returns why nothing is appended any more; null while it is. */
  @Nullable String problem() {
    Refusal refusal = refusing;
    return refusal == null ? null : refusal.why();
  }

  /** Appends no more, for a reason that the writer itself has not met yet. Any thread. */
  void fail(IOException reason) {
    if (stop(Code.FAILED, reason)) {
      LOG.log(Level.ERROR, "the log is lost; no call is admitted until a restart", reason);
    }
  }

  @Override
  public void run() {
    Optional<Work> end = Optional.empty();
    @Nullable Work next = null;
    while (end.isEmpty()) {
      List<Work> group = new ArrayList<>();
      next = collect(next, group);
      end = group.stream().filter(Work::isEnd).findFirst();
      end.ifPresent(group::remove);
      if (!group.isEmpty()) {
        commit(group);
      }
    }
    stop(new Refusal(Code.CLOSED, "closed"));
    refuseQueued();
    end.get().done().complete(List.of());
  }

  private CompletableFuture<List<Receipt>> enqueue(Work work) {
    queue.add(work);
    if (refusing != null) {
      refuseQueued(); // the thread may be gone already
    }
    return work.done();
  }

  /** Fills a group up to its largest size; returns what did not fit. */
  private @Nullable Work collect(@Nullable Work first, List<Work> group) {
    long bytes = 0;
    Work next = first == null ? take() : first;
    while (next != null && (group.isEmpty() || bytes + next.bytes() <= largest)) {
      group.add(next);
      bytes += next.bytes();
      next = next.isEnd() ? null : queue.poll();
    }
    return next;
  }

  private Work take() {
    while (true) {
      try {
        return queue.take();
      } catch (InterruptedException _) {
        // Nobody ends this thread by an interrupt; end() does.
      }
    }
  }

  private void commit(List<Work> group) {
    if (refusing != null) {
      group.forEach(this::refuse);
      return;
    }
    Chain.Mark before = chain.mark();
    try {
      acknowledge(group, append(group));
    } catch (LogStore.NoRoomException e) {
      LOG.log(Level.ERROR, "no room for a group: {0}", e.getMessage());
      chain.reset(before);
      group.forEach(work -> refuse(work, Code.FULL));
    } catch (LogStore.ConflictException e) {
      LOG.log(Level.WARNING, "a group is refused, others were faster: {0}", e.getMessage());
      chain.reset(before);
      group.forEach(work -> refuse(work, Code.CONFLICT));
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.ERROR, "append failed; no call is admitted until a restart", e);
      stop(Code.FAILED, e);
      group.forEach(this::refuse);
    }
  }

  /** Makes the group durable; returns the index of its first caller's leaf. */
  private long append(List<Work> group) throws IOException {
    long begun = System.nanoTime();
    group.forEach(work -> metrics.timing(Timing.WAIT).add(begun - work.queued()));
    LeafText.Moment moment = clock.now();
    List<Chain.Draft> drafts = new ArrayList<>();
    stepOf(moment).ifPresent(drafts::add);
    int own = drafts.size();
    group.forEach(work -> drafts.addAll(work.drafts()));
    List<Row> rows = new ArrayList<>(drafts.size());
    List<Recent.Appended> appended = new ArrayList<>(drafts.size());
    for (Chain.Draft draft : drafts) {
      Chain.Link link = chain.next(draft, moment);
      Row row = link.row();
      rows.add(row);
      appended.add(
          new Recent.Appended(row.leaf(), row.hash(), link.leaf(), draft.entry().content()));
    }
    long first = store(rows, begun);
    recent.add(first, appended);
    follower.accept(appended);
    clock.settle(moment);
    return first + own;
  }

  /**
   * Has the store append leaves behind its newest head, whoever made that; returns the index of the
   * first. A leaf says nothing of its index, so only the head is made anew after a conflict.
   *
   * @param begun when the group was begun, by {@code System.nanoTime}
   * @throws LogStore.ConflictException if others were faster each time; nothing was written
   */
  private long store(List<Row> rows, long begun) throws IOException {
    List<Hash> hashes = rows.stream().map(Row::hash).toList();
    for (int tries = 1; ; tries++) {
      TreeHead head = store.head();
      try {
        TreeHead next = head.append(hashes, key);
        metrics.time(Timing.MAKE, begun);
        store.append(head, rows, next);
        return head.size();
      } catch (LogStore.ConflictException e) {
        if (tries == TRIES) {
          throw e;
        }
        pause(tries);
      }
    }
  }

  /** Lets others go before: not at first, then longer and longer, by chance. */
  private static void pause(int tries) {
    if (tries > 2) {
      long most = Math.min(MOST_PAUSE_NANOS, TimeUnit.MICROSECONDS.toNanos(100) << tries);
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most));
    }
  }

  private Optional<Chain.Draft> stepOf(LeafText.Moment moment) {
    Duration step = clock.step(moment);
    if (step.isZero()) {
      return Optional.empty();
    }
    String detail = String.format(Locale.ROOT, "step_ms=%+d", step.toMillis());
    Facts facts = Facts.builder().put(Fact.DETAIL, detail).build();
    return Optional.of(
        Chain.Draft.of(new Entry(clock.nextId(), EntryKind.CLOCK_STEP, facts, null)));
  }

  private static void acknowledge(List<Work> group, long first) {
    long index = first;
    for (Work work : group) {
      List<Receipt> receipts = new ArrayList<>(work.drafts().size());
      for (Chain.Draft draft : work.drafts()) {
        receipts.add(new Receipt(draft.entry().id(), index++));
      }
      work.done().complete(receipts);
    }
  }

  private void refuseQueued() {
    for (Work work = queue.poll(); work != null; work = queue.poll()) {
      refuse(work);
    }
  }

  private boolean stop(Code code, Exception reason) {
    return stop(new Refusal(code, String.valueOf(reason.getMessage())));
  }

  /** Refuses from now on; false if it did before. */
  private synchronized boolean stop(Refusal refusal) {
    boolean first = refusing == null;
    if (first) {
      refusing = refusal;
    }
    return first;
  }

  private void refuse(Work work) {
    Refusal refusal = refusing;
    refuse(work, refusal == null ? Code.CLOSED : refusal.code());
  }

  private void refuse(Work work, Code code) {
    if (work.isEnd()) {
      work.done().complete(List.of());
    } else {
      work.done()
          .completeExceptionally(
              new AuditUnavailableException(code, "log: cannot append (" + code + ")"));
    }
  }
}
