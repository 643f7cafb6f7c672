package io.tabellion.approval;

import io.tabellion.mask.Masked;

/**
 * A masked message whose fate is known. Only {@link Approvals} makes one.
 *
 * <p>Immutable and thread-safe, if {@code M} is.
 *
 * @param <M> what was judged
 */
public final class Settled<M> {
  private final M message;
  private final Masked masked;

  Settled(M message, Masked masked) {
    this.message = message;
    this.masked = masked;
  }

  /** Returns what was judged. */
  public M message() {
    return message;
  }

  /** Returns what of it goes on and what is kept. */
  public Masked masked() {
    return masked;
  }
}
