package io.tabellion.approval;

import io.tabellion.mask.Masked;

/**
 * A masked message whose fate is known. Only {@link Approvals} makes one.
 *
 * <p>Immutable and thread-safe.
 */
public final class Settled {
  private final Masked masked;

  Settled(Masked masked) {
    this.masked = masked;
  }

  public Masked masked() {
    return masked;
  }
}
