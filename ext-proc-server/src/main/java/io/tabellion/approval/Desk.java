package io.tabellion.approval;

/**
 * Where calls are put to people.
 *
 * <p>Thread-safe.
 */
@FunctionalInterface
public interface Desk {

  /** Nobody is asked: no call that needs approval goes on. */
  Desk NOBODY = _ -> Answer.NOBODY_ASKED;

  /** What came of asking. */
  enum Answer {
    /** It may go on, this once. */
    APPROVED,
    /** Nobody can be asked. */
    NOBODY_ASKED
  }

  /**
   * Asks about a call. Blocks while somebody may still decide, for as long as the call can wait.
   *
   * @throws InterruptedException if the walk is given up while it waits
   */
  Answer ask(HeldCall call) throws InterruptedException;
}
