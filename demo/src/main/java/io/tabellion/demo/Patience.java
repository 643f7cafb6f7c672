package io.tabellion.demo;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Waits for what a child process is to do, as long as the child lives, and says now and then what
 * its log says last.
 *
 * @param tell how often
 */
record Patience(Screen screen, Duration tell) {

  /**
   * Returns when {@code done} is true.
   *
   * @throws DemoException if the child ends first
   */
  void until(Leash child, String what, BooleanSupplier done) throws InterruptedException {
    long begun = System.nanoTime();
    long told = begun;
    while (!done.getAsBoolean()) {
      if (!child.alive()) {
        throw new DemoException(child.name() + " ended:\n" + child.lastWords());
      }
      long now = System.nanoTime();
      if (now - told >= tell.toNanos()) {
        told = now;
        screen.waiting(
            "%s is not %s yet, %d s: %s"
                .formatted(child.name(), what, (now - begun) / 1_000_000_000, child.lastLine()));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
