package io.tabellion.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The times of calls that count together, within a length of time up to now.
 *
 * <p>Immutable and thread-safe. A call is added, and those that are too old are left out, at a cost
 * that does not grow with the number of calls: the times stand in two chains, the older ones oldest
 * first, the newer ones newest first.
 *
 * @param per how long a call counts
 * @param count of the calls
 * @param newest of the times, in milliseconds since 1970; the lowest number if there is none
 * @param older oldest first
 * @param newer newest first
 */
record CallWindow(
    Duration per, int count, long newest, @Nullable Chain older, @Nullable Chain newer) {

  /** Times in milliseconds since 1970, one behind the other. */
  static final class Chain {
    private final long time;
    private final @Nullable Chain next;

    private Chain(long time, @Nullable Chain next) {
      this.time = time;
      this.next = next;
    }
  }

  /** No call yet. */
  static CallWindow of(Duration per) {
    return new CallWindow(per, 0, Long.MIN_VALUE, null, null);
  }

  /** Without the calls that do not count any more. */
  CallWindow at(Instant now) {
    long before = now.toEpochMilli() - per.toMillis();
    CallWindow window = turned();
    while (window.older != null && window.older.time <= before) {
      window =
          new CallWindow(per, window.count - 1, newest, window.older.next, window.newer).turned();
    }
    return window;
  }

  /** Without the oldest call, if there is one. */
  CallWindow withoutOldest() {
    CallWindow window = turned();
    return window.older == null
        ? window
        : new CallWindow(per, window.count - 1, newest, window.older.next, window.newer);
  }

  /** The newer ones become the older ones, where of those there is none. */
  private CallWindow turned() {
    if (older != null || newer == null) {
      return this;
    }
    Chain turned = null;
    for (Chain next = newer; next != null; next = next.next) {
      turned = new Chain(next.time, turned);
    }
    return new CallWindow(per, count, newest, turned, null);
  }

  /** With one more call. */
  CallWindow with(Instant now) {
    long time = now.toEpochMilli();
    return new CallWindow(per, count + 1, Math.max(newest, time), older, new Chain(time, newer));
  }

  /** Without a call at this time, which did not happen; the same if there is none. */
  @Nullable CallWindow without(Instant time) {
    Deque<Long> times = new ArrayDeque<>();
    for (Chain next = newer; next != null; next = next.next) {
      times.addFirst(next.time);
    }
    Deque<Long> all = new ArrayDeque<>();
    for (Chain next = older; next != null; next = next.next) {
      all.addLast(next.time);
    }
    all.addAll(times);
    all.removeLastOccurrence(time.toEpochMilli());
    CallWindow left = of(per);
    for (long one : all) {
      left = left.with(Instant.ofEpochMilli(one));
    }
    return left.count == 0 ? null : left;
  }

  /** Whether no call counts any more; told by the newest, at once. */
  boolean isOver(Instant now) {
    return newest <= now.toEpochMilli() - per.toMillis();
  }
}
