package io.tabellion.approval;

import java.util.function.Supplier;

/**
 * Settles what a person must decide.
 *
 * <p>Thread-safe.
 */
public final class Approvals {
  private final Desk desk;

  public Approvals(Desk desk) {
    this.desk = desk;
  }

  /** Returns a message settled about which nobody has to decide. */
  public <M> Settled<M> settle(Fate<M> judged) {
    return new Settled<>(judged);
  }

  /**
   * Returns a message settled about which a person must decide. Blocks while one may.
   *
   * @param approved what it becomes if it may go on
   * @param refused what it becomes if it may not
   * @throws InterruptedException if the walk is given up while it waits
   */
  public <M> Settled<M> settle(HeldCall call, Supplier<Fate<M>> approved, Supplier<Fate<M>> refused)
      throws InterruptedException {
    boolean goesOn =
        !call.waiting().isOver()
            && switch (desk.ask(call)) {
              case APPROVED -> !call.waiting().isOver();
              case NOBODY_ASKED -> false;
            };
    return new Settled<>(goesOn ? approved.get() : refused.get());
  }
}
