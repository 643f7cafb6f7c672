package io.tabellion.metrics;

import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;

/**
 * How it went when some files were read again. They count as read when the process has started.
 *
 * <p>Thread-safe.
 */
public final class Reload {
  private final LongAdder taken;
  private final LongAdder refused;
  private volatile Instant success;
  private volatile boolean failed;

  Reload(LongAdder taken, LongAdder refused, Instant started) {
    this.taken = taken;
    this.refused = refused;
    this.success = started;
  }

  /** They were read and are used now. */
  public void taken(Instant now) {
    taken.increment();
    success = now;
    failed = false;
  }

  /** They cannot be used; what was read before stays. */
  public void refused() {
    refused.increment();
    failed = true;
  }

  /** Whether the last attempt failed. */
  public boolean failed() {
    return failed;
  }

  /** When they were read with success, the last time. */
  public Instant success() {
    return success;
  }
}
