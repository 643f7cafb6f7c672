package io.tabellion.inspect;

import java.util.concurrent.Executor;

/**
 * The way of one message down the line, which is still to be gone, once.
 *
 * <p>Confined to the lane of its exchange.
 */
public interface Walk {

  /** Goes, and waits where there is something to wait for: memory, a person, the disk. */
  Reply go() throws InterruptedException;

  /**
   * Goes without waiting, if that is possible: up to the log on this thread, and on from there when
   * the entries are durable. For threads that others need: the transport's.
   *
   * @param loop where it goes on
   * @param then is told what came of it, there, once
   * @return false if it is to be gone by {@link #go}; nothing was done then
   */
  boolean tryGo(Executor loop, Then then);

  /** Whether it waited for a person. Asked when it is over. */
  default boolean hasWaited() {
    return false;
  }

  /** Who waits for what becomes of a message. */
  interface Then {

    /** This is done with it. */
    void reply(Reply reply);

    /** Nothing is done with it: a failure of ours. */
    void failed(Throwable why);
  }
}
