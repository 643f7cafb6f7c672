package io.tabellion.audit.follow;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a follower does with entries. It knows itself how far it is, in its own file or in what it
 * made of the entries: that is where the follower goes on, after a failure and after a restart.
 *
 * <p>All of it is called on the follower's thread, and may take as long as it likes: nobody waits
 * for it, the log's writer least of all.
 */
public interface Work {

  /** Makes itself ready; returns how many entries it has. Called first, and after each failure. */
  long begin() throws Exception;

  /**
   * Takes entries from {@code from} on, as many as it likes.
   *
   * @param from how many it has, as it said itself
   * @param size how many there are, more than {@code from}
   * @return how many it has now; fewer, if it has to begin again
   */
  long take(long from, long size) throws Exception;

  /** Waits for more to come before what is there is taken; {@link Follower#close} interrupts it. */
  default void gather() throws InterruptedException {}

  /**
   * Does what is to be done now and then, whether there was anything new or not.
   *
   * @param at how many entries it has, as it said itself
   * @return how many it has now
   */
  default long rest(long at) throws Exception {
    return at;
  }

  /** How long it waits for something new between two {@link #rest}s. */
  default Duration patience() {
    return Duration.ofSeconds(1);
  }

  /** Whether {@link Follower#close} may interrupt it whatever it does, not only while it waits. */
  default boolean interruptible() {
    return false;
  }

  /** Whether there is anything to do any more; if not, the follower ends. */
  default boolean goesOn() {
    return true;
  }

  /** Whether to begin again after a failure, when the pause is over; if not, the follower ends. */
  default boolean again(Throwable failure) {
    return true;
  }

  /**
   * The follower ends; nothing is called any more.
   *
   * @param failure what ended it; null if it was closed, or had nothing to do any more
   */
  default void end(@Nullable Throwable failure) {}
}
