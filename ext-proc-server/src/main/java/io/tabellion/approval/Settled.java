package io.tabellion.approval;

import io.tabellion.mask.Masked;

/**
 * A masked message whose fate is known. Only {@link Approvals} makes one.
 *
 * <p>Immutable and thread-safe.
 */
public final class Settled {
  private final boolean allowed;
  private final Masked masked;

  Settled(boolean allowed, Masked masked) {
    this.allowed = allowed;
    this.masked = masked;
  }

  /** Whether the message goes on; where it does not, what goes on instead is ours. */
  public boolean allowed() {
    return allowed;
  }

  public Masked masked() {
    return masked;
  }
}
