package io.tabellion.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/** What the demo started, stopped in reverse order, once. Thread-safe. */
final class Stage implements AutoCloseable {
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private boolean closed;

  /** Takes over something that was just started. */
  synchronized <T extends AutoCloseable> T add(T part) {
    started.push(part);
    if (closed) {
      close();
      throw new DemoException("stopped");
    }
    return part;
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        System.err.println("did not stop well: " + e.getMessage());
      }
    }
  }
}
