package io.tabellion.faults;

import io.tabellion.testing.McpTestServer.Execution;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Stack;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Kills one server again and again, and keeps the books of all calls. One thread drives it. */
final class KillRun {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** For what must come, on a machine that has other things to do. */
  private static final Duration LONG_PATIENCE = Duration.ofSeconds(60);

  private static final Duration POLL = Duration.ofMillis(2);

  /** A kill under load comes after this many more executions at most. */
  private static final int MOST_EXECUTIONS = 120;

  /** And then up to this much later, so that it falls anywhere in a call. */
  private static final int MOST_MICROS_LATER = 8000;

  private final Stack stack;
  private final Random random;
  private final Map<String, String> received = new ConcurrentHashMap<>();
  private final AtomicInteger serial = new AtomicInteger();
  private final List<String> before = new ArrayList<>();
  private int kills;

  KillRun(Stack stack, Random random) {
    this.stack = stack;
    this.random = random;
  }

  int kills() {
    return kills;
  }

  /** Lets clients call without pause and kills the server at some point. */
  void killUnderLoad(int clients) throws InterruptedException {
    CountDownLatch executions = new CountDownLatch(1 + random.nextInt(MOST_EXECUTIONS));
    stack.mcp().onExecution(_ -> executions.countDown());
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < clients; i++) {
        String tool = i % 4 == 3 ? "stream" : "echo";
        Future<?> _ =
            threads.submit(() -> {
              while (!over.get()) {
                call(tool, nonce());
              }
            });
      }
      boolean busy = executions.await(LONG_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(MOST_MICROS_LATER)));
      kill();
      over.set(true);
      expect(busy, "calls that are executed");
    }
  }

  /** Kills when the intent is durable and Envoy has not heard of it. */
  void killBeforeForwarding() throws InterruptedException {
    warmUp();
    String nonce = nonce();
    stack.relay().mute();
    killWhen("echo", nonce, () -> recorded("call.intent", nonce));
  }

  /** Kills while the MCP server executes the call. */
  void killDuringExecution() throws InterruptedException {
    String nonce = nonce();
    killWhen("wait", nonce, () -> executed(nonce));
    stack.mcp().release(nonce);
  }

  /** Kills when the outcome is durable and Envoy has not heard of it. */
  void killBeforeRelease() throws InterruptedException {
    warmUp();
    String nonce = nonce();
    AtomicBoolean released = new AtomicBoolean();
    killWhen(
        "wait",
        nonce,
        () -> {
          if (executed(nonce) && released.compareAndSet(false, true)) {
            stack.relay().mute();
            stack.mcp().release(nonce);
          }
          return released.get() && recorded("call.outcome", nonce);
        });
  }

  /**
   * Starts the server again and has the log verified.
   *
   * @return what the verifier objects to, and entries of before that are no longer there
   */
  List<String> restart() {
    stack.startServer();
    List<String> problems = new ArrayList<>(Offline.verify(stack.log()));
    List<String> now = Trail.read(stack.log()).stream().map(e -> e.leaf().toString()).toList();
    if (!now.subList(0, Math.min(before.size(), now.size())).equals(before)) {
      problems.add("entries of before the kill: changed or gone");
    }
    before.clear();
    before.addAll(now);
    return problems;
  }

  /**
   * The same after a disk that lied. A server that finds its published checkpoint ahead of its log
   * rightly refuses to start; then it is started on what is left, so that the books can tell too.
   *
   * @return whether it refused
   */
  boolean restartOnWhatIsLeft() throws IOException {
    try {
      stack.startServer();
      return false;
    } catch (IllegalStateException e) {
      expect(String.valueOf(e.getMessage()).contains("of the published checkpoint"), "the refusal");
      Files.delete(stack.log().resolve("checkpoint"));
      stack.startServer();
      return true;
    }
  }

  /** Waits until the log has entries, as others see it. */
  void awaitEntries() {
    expect(await(() -> !Trail.read(stack.log()).isEmpty()), "entries on the disk");
  }

  /** The three accounts; the server must have been stopped in order. */
  Books books() {
    return new Books(
        stack.mcp().journal().stream().map(Execution::nonce).toList(),
        Map.copyOf(received),
        Trail.read(stack.log()));
  }

  private void killWhen(String tool, String nonce, BooleanSupplier moment)
      throws InterruptedException {
    Thread client = Thread.ofVirtual().start(() -> call(tool, nonce));
    boolean came = await(moment);
    kill();
    client.join(PATIENCE);
    expect(came, "the moment to kill");
  }

  /** An answer to wait for, so that what follows is over before Envoy misses its ping's. */
  private void warmUp() {
    String nonce = nonce();
    call("echo", nonce);
    expect(executed(nonce), "a call that is executed");
  }

  private void kill() {
    stack.kill();
    kills++;
  }

  private String nonce() {
    return "n" + kills + "x" + serial.incrementAndGet();
  }

  private void call(String tool, String nonce) {
    try {
      Received answer = stack.call(tool, nonce, PATIENCE);
      received.put(nonce, answer.body());
    } catch (IOException e) {
      received.put(nonce, "");
    }
  }

  private boolean executed(String nonce) {
    return stack.mcp().journal().stream().anyMatch(e -> e.nonce().equals(nonce));
  }

  private boolean recorded(String kind, String nonce) {
    Path log = stack.log();
    return Trail.read(log).stream().anyMatch(e -> e.kind().equals(kind) && e.says(nonce));
  }

  private static boolean await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONG_PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return true;
  }

  private static void expect(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what + ": not seen in " + LONG_PATIENCE);
    }
  }
}
