package io.tabellion.approval;

import io.tabellion.mask.Masked;
import org.jspecify.annotations.Nullable;

/**
 * A masked message whose fate is known. Only {@link Approvals} makes one.
 *
 * <p>Immutable and thread-safe, if {@code M} is.
 *
 * @param <M> what was judged
 */
public final class Settled<M> {
  private final Fate<M> fate;
  private final @Nullable Grant grant;

  Settled(Fate<M> fate, @Nullable Grant grant) {
    this.fate = fate;
    this.grant = grant;
  }

  /** The approval by which it goes on, to be used with its entry; null if it needs none. */
  public @Nullable Grant grant() {
    return grant;
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
