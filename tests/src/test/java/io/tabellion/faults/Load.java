package io.tabellion.faults;

import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Stack;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that call without pause, each call with an argument of its own. Thread-safe. */
final class Load implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Stack stack;
  private final Map<String, String> received = new ConcurrentHashMap<>();
  private final AtomicInteger serial = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean over;

  Load(Stack stack) {
    this.stack = stack;
  }

  /** Starts clients that call {@code tool}. */
  Load with(int clients, String tool) {
    for (int i = 0; i < clients; i++) {
      threads.execute(() -> {
        while (!over) {
          call(tool);
        }
      });
    }
    return this;
  }

  /** Makes one call and keeps its answer. */
  String call(String tool) {
    String nonce = "n1x" + serial.incrementAndGet();
    try {
      Received answer = stack.call(tool, nonce, PATIENCE);
      received.put(nonce, answer.body());
      return answer.body();
    } catch (IOException e) {
      received.put(nonce, "");
      return "";
    }
  }

  /** Waits until this many more calls were executed. */
  void awaitExecutions(int count) throws InterruptedException {
    CountDownLatch executions = new CountDownLatch(count);
    stack.mcp().onExecution(_ -> executions.countDown());
    if (!executions.await(PATIENCE.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("executions: missing " + executions.getCount() + " of " + count);
    }
  }

  /** Nonce to answer, so far. */
  Map<String, String> received() {
    return Map.copyOf(received);
  }

  /** Lets each client end its call. */
  void end() {
    over = true;
    threads.close();
  }

  @Override
  public void close() {
    end();
  }
}
