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
  private final Fate<M> fate;

  Settled(Fate<M> fate) {
    this.fate = fate;
  }

  /** Returns what was judged. */
  public M message() {
    return fate.message();
  }

  /** Returns what of it goes on and what is kept. */
  public Masked masked() {
    return fate.masked();
  }
}
