package io.tabellion.extproc;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The budget of bytes that all exchanges hold together, so that many slow ones cannot fill the
 * memory.
 *
 * <p>Thread-safe; never blocks.
 */
final class HeldBytes {
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  HeldBytes(long limit) {
    this.limit = limit;
  }

  /** Takes room, or returns false if there is not enough. */
  boolean take(long bytes) {
    if (held.addAndGet(bytes) <= limit) {
      return true;
    }
    held.addAndGet(-bytes);
    return false;
  }

  /** Gives room back. */
  void give(long bytes) {
    held.addAndGet(-bytes);
  }

  /** Bytes held now. */
  long held() {
    return held.get();
  }
}
