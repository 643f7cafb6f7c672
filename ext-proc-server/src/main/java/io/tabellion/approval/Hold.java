package io.tabellion.approval;

import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The wait of one call for people: all that must be known of the call meanwhile, so that the call
 * itself need not stay in memory.
 *
 * <p>Used by one thread, that of the walk.
 */
final class Hold {
  /** Between two looks at whether the entry of a decision is durable, if nobody tells. */
  private static final Duration SETTLES = Duration.ofMillis(100);

  private final Ledger ledger;
  private final InstantSource clock;
  private final String binding;
  private final Waiting waiting;
  private final long end;
  private final Runnable over;

  /** The request that it waits for, as it was first seen; null before. */
  private @Nullable String request;

  private int version;

  /**
   * A wait that begins now.
   *
   * @param end of it, by {@code System.nanoTime}
   * @param over runs at its end
   */
  Hold(
      Ledger ledger,
      InstantSource clock,
      String binding,
      Waiting waiting,
      long end,
      Runnable over) {
    this.ledger = ledger;
    this.clock = clock;
    this.binding = binding;
    this.waiting = waiting;
    this.end = end;
    this.over = over;
    ledger.attach(binding, waiting);
  }

  /** Whether it knows for which request it waits. */
  boolean hasJoined() {
    return request != null;
  }

  /** It waits for this request. */
  void join(ApprovalRequest joined) {
    request = joined.id();
    version = joined.version();
  }

  /** Whether a person asked the requester something since. */
  boolean isAsked(ApprovalRequest now) {
    return request != null && now.asksBack() && now.version() > version;
  }

  /** Whether it lasted as long as it may. */
  boolean isTooLong() {
    return left() <= 0;
  }

  private long left() {
    return end - System.nanoTime();
  }

  /** Waits until the call is to be looked at again. */
  void await() throws InterruptedException {
    while (!waiting.isOver() && !isTooLong() && isPending()) {
      waiting.await(Duration.ofNanos(left()));
    }
  }

  /** Whether people may still decide about the same request, and asked nothing. */
  private boolean isPending() throws InterruptedException {
    ApprovalRequest now = ledger.bound(binding);
    while (now != null && now.state() != ApprovalState.PENDING && ledger.isSettling(now)) {
      if (waiting.isOver()) {
        return false;
      }
      waiting.await(SETTLES);
      now = ledger.bound(binding);
    }
    return now != null
        && now.id().equals(request)
        && now.state() == ApprovalState.PENDING
        && !isAsked(now)
        && !now.isLate(clock.instant());
  }

  /** It is over. */
  void close() {
    ledger.detach(binding, waiting);
    over.run();
  }
}
