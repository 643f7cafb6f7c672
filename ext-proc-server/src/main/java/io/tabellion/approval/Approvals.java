package io.tabellion.approval;

import io.tabellion.mask.Masked;

/**
 * Settles what a person must decide. No rule asks for one yet, so that every message is settled by
 * the policy's decision.
 *
 * <p>Thread-safe.
 */
public final class Approvals {

  /**
   * Returns the message settled. May block while a person decides.
   *
   * @param message as the policy judged it
   * @throws InterruptedException if the walk is given up while it waits
   */
  public <M> Settled<M> settle(M message, Masked masked) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return new Settled<>(message, masked);
  }
}
