package io.tabellion.bench.calls;

import java.io.IOException;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * An open loop: calls begin at times that were fixed before, whatever became of the calls before
 * them. A latency is from the time at which the call was to begin, so it contains what the call
 * waited for a free connection or for this client.
 *
 * <p>Not thread-safe; a thread of its own wakes the selector when a call is due.
 */
final class OpenLoop extends LoadClient {
  /** Calls in flight at most; further ones wait here, and their time runs. */
  private static final int CONNECTIONS = 256;

  private final long interval;
  private final Deque<Connection> idle = new ArrayDeque<>();
  private long next;
  private long until;
  private int inFlight;

  /**
   * @param rate calls a second
   */
  OpenLoop(Target target, long firstId, int rate) {
    super(target, firstId);
    this.interval = Duration.ofSeconds(1).toNanos() / rate;
  }

  @Override
  void begin(Selector selector, long start, long until) throws IOException {
    this.next = start;
    this.until = until;
    Thread.ofPlatform().daemon().name("bench-pace").start(() -> pace(selector, start, until));
    callsAreDue(selector);
  }

  /** Selectors wait whole milliseconds; a thread can wait shorter. */
  private void pace(Selector selector, long start, long until) {
    for (long due = start; due < until && selector.isOpen(); due += interval) {
      for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
        LockSupport.parkNanos(due - now);
      }
      selector.wakeup();
    }
  }

  @Override
  void callsAreDue(Selector selector) throws IOException {
    for (; next < until && next <= System.nanoTime(); next += interval) {
      Connection connection = idle.poll();
      if (connection == null) {
        if (connections() == CONNECTIONS) {
          return;
        }
        connection = connect(selector);
      }
      inFlight++;
      send(connection, next);
    }
  }

  @Override
  void free(Connection connection) {
    inFlight--;
    idle.push(connection);
  }

  @Override
  void lost(Connection connection, Selector selector) {
    if (!idle.remove(connection)) {
      inFlight--;
    }
  }

  @Override
  boolean ended() {
    return next >= until && inFlight == 0;
  }

  @Override
  int unanswered() {
    long waiting = next >= until ? 0 : (until - next + interval - 1) / interval;
    return inFlight + Math.toIntExact(waiting);
  }

  @Override
  boolean counts(long begun, long now, long from, long until) {
    return begun >= from;
  }
}
