package io.tabellion.extproc;

import java.util.HashMap;
import java.util.Map;

/**
 * The budget of bytes that all exchanges hold together, so that many slow ones cannot fill the
 * memory, and each caller's share of it, so that one caller cannot keep the others out.
 *
 * <p>A caller may hold as much as is left for others: one alone a half, two a third each, and so
 * on, so that there is always room for one more.
 *
 * <p>Thread-safe; never blocks for long.
 */
final class HeldBytes {
  private final long limit;
  private final Map<Object, Long> shares = new HashMap<>(); // guarded by this
  private long held; // guarded by this

  HeldBytes(long limit) {
    this.limit = limit;
  }

  /** Returns the share of a caller, known by {@code equals}. */
  Share of(Object caller) {
    return new Share(caller);
  }

  /** Bytes held now. */
  synchronized long held() {
    return held;
  }

  private synchronized boolean take(Object caller, long bytes) {
    long own = shares.getOrDefault(caller, 0L) + bytes;
    if (own > limit - held - bytes) {
      return false;
    }
    put(caller, own);
    held += bytes;
    return true;
  }

  private synchronized void give(Object caller, long bytes) {
    put(caller, shares.getOrDefault(caller, 0L) - bytes);
    held -= bytes;
  }

  private void put(Object caller, long own) {
    if (own == 0) {
      shares.remove(caller);
    } else {
      shares.put(caller, own);
    }
  }

  /** What one caller holds. */
  final class Share {
    private final Object caller;

    private Share(Object caller) {
      this.caller = caller;
    }

    /** Takes room, or returns false if there is not enough for this caller. */
    boolean take(long bytes) {
      return HeldBytes.this.take(caller, bytes);
    }

    /** Gives room back. */
    void give(long bytes) {
      HeldBytes.this.give(caller, bytes);
    }
  }
}
