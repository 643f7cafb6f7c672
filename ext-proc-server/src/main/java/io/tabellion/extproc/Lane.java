package io.tabellion.extproc;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The walks of one exchange: one at a time, in order, on a virtual thread that lives as long as
 * there are any. Walks may block; submitting never does.
 *
 * <p>Thread-safe. What a walk writes, the next one sees.
 */
final class Lane {
  private final Queue<Runnable> waiting = new ArrayDeque<>(); // guarded by this
  private boolean walking; // guarded by this

  void submit(Runnable walk) {
    synchronized (this) {
      waiting.add(walk);
      if (walking) {
        return;
      }
      walking = true;
    }
    Thread.startVirtualThread(this::walk);
  }

  private void walk() {
    for (Runnable walk = next(); walk != null; walk = next()) {
      walk.run();
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable walk = waiting.poll();
    walking = walk != null;
    return walk;
  }
}
