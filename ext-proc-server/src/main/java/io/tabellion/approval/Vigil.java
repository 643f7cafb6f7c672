package io.tabellion.approval;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The waits of one walk for people. While it waits, the walk has let go of its messages: it begins
 * again when there is something to look at.
 *
 * <p>Used by one thread.
 */
public final class Vigil implements AutoCloseable {
  private final Map<String, Hold> holds = new HashMap<>(1);
  private @Nullable Hold next;
  private @Nullable Long end;

  /** The wait for a binding, which may be one that began in an earlier walk. */
  Hold of(String binding, Supplier<Hold> begins) {
    return holds.computeIfAbsent(binding, _ -> begins.get());
  }

  /**
   * When the walk must not wait any longer, by {@code System.nanoTime}: one time for all that it
   * waits for.
   *
   * @param longest how long, from when this is asked first
   */
  long end(Duration longest) {
    if (end == null) {
      end = System.nanoTime() + longest.toNanos();
    }
    return end;
  }

  /** This is what is to be waited for. */
  void waitsFor(Hold hold) {
    next = hold;
  }

  /** Whether the walk began before. */
  public boolean hasBegun() {
    return !holds.isEmpty();
  }

  /**
   * Waits until the walk is to begin again.
   *
   * @throws InterruptedException if it is given up
   */
  public void await() throws InterruptedException {
    if (next == null) {
      throw new IllegalStateException("vigil: nothing to wait for (expected: a call that waits)");
    }
    next.await();
    next = null;
  }

  @Override
  public void close() {
    holds.values().forEach(Hold::close);
  }
}
