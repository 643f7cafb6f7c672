package io.tabellion.demo;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what a child process is to do, and not for a child that is gone. */
final class Patience {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Patience() {}

  /**
   * Returns when {@code done} is true.
   *
   * @throws DemoException if the child ends first, or a minute passes
   */
  static void until(Leash child, String what, BooleanSupplier done) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!done.getAsBoolean()) {
      if (!child.alive()) {
        throw new DemoException(child.name() + " ended:\n" + child.lastWords());
      }
      if (System.nanoTime() > deadline) {
        throw new DemoException(
            child.name() + ": not " + what + " after a minute. Its log: " + child.log());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
