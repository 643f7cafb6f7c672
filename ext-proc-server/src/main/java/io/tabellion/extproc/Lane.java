package io.tabellion.extproc;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The works of one exchange: one at a time, in order. Submitting never blocks.
 *
 * <p>A work that is submitted on one of the transport's threads is tried there, behind what that
 * thread is doing ({@link Loops}). What would wait, and all that is submitted elsewhere, is done on
 * a virtual thread that lives as long as there is any.
 *
 * <p>Thread-safe. What a work writes, the next one sees.
 */
final class Lane {

  /** One piece of work. Neither of its methods throws. */
  interface Work {

    /** Does it; may block. */
    void go();

    /**
     * Does it, or begins to, if nothing of it would block.
     *
     * @param loop where it may go on
     * @param done to be run there, once, when it is over
     * @return false if it is to be done by {@link #go}; nothing was done then
     */
    default boolean tryGo(Executor loop, Runnable done) {
      return false;
    }
  }

  private final Loops loops;
  private final Deque<Work> waiting = new ArrayDeque<>(); // guarded by this
  private boolean working; // guarded by this

  Lane(Loops loops) {
    this.loops = loops;
  }

  /** Has a work done behind all others. */
  void submit(Work work) {
    synchronized (this) {
      waiting.addLast(work);
      if (working) {
        return;
      }
      working = true;
    }
    start();
  }

  /** Has a work done before all others that wait: for a work that is being done. */
  synchronized void submitNext(Work work) {
    waiting.addFirst(work);
  }

  private void start() {
    if (!loops.take(this)) {
      goAside();
    }
  }

  /** Tries what waits, on a thread of the transport. */
  void tryHere(Executor loop) {
    Work work = next();
    if (work != null && !work.tryGo(loop, this::goOn)) {
      goAside(work);
    }
  }

  /** Does what waits on a virtual thread. */
  void goAside() {
    Work work = next();
    if (work != null) {
      goAside(work);
    }
  }

  private void goAside(Work first) {
    Thread.startVirtualThread(() -> {
      for (Work work = first; work != null; work = next()) {
        work.go();
      }
    });
  }

  /** A work that was tried on a thread of the transport is over. */
  private void goOn() {
    if (goesOn()) {
      start();
    }
  }

  private synchronized boolean goesOn() {
    working = !waiting.isEmpty();
    return working;
  }

  private synchronized @Nullable Work next() {
    Work work = waiting.pollFirst();
    working = work != null;
    return work;
  }
}
