package io.tabellion.pace;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Threads of the lowest priority, for long work. There are as many as works were begun, which is
 * few, for the works of one caller follow each other. Thread-safe.
 */
final class Aside {
  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(LowPriority.threads("long-work-"));

  private Aside() {}

  /** Runs the work on such a thread, and waits for its end whatever interrupts the caller. */
  @SuppressWarnings("unchecked") // work throws X, or what need not be declared
  static <T extends @Nullable Object, X extends Throwable> T run(
      ScopedValue.CallableOp<? extends T, X> work) throws X {
    CompletableFuture<T> end = new CompletableFuture<>();
    THREADS.execute(() -> run(work, end));
    boolean failed = end.handle((_, failure) -> failure != null).join();
    if (failed) {
      throw (X) end.exceptionNow();
    }
    return end.resultNow();
  }

  @SuppressWarnings("IllegalCatch") // whatever it is, it is thrown where it is waited for
  private static <T extends @Nullable Object> void run(
      ScopedValue.CallableOp<? extends T, ?> work, CompletableFuture<T> end) {
    try {
      end.complete(work.call());
    } catch (Throwable failure) {
      end.completeExceptionally(failure);
    }
  }
}
