package io.tabellion.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Child;
import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.McpTestServer;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Stack;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be recorded does not happen, or is withheld: on disks that really fail. */
@Tag("fault")
final class DiskFaultTest {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration AWAITED = Duration.ofSeconds(60);
  private static final int MOST_CALLS = 1000;

  /** Stands in the argument and in the answer, so that few calls fill the disk. */
  private static final String PADDING = "p".repeat(60_000);

  @TempDir private Path folder;

  @Test
  void whenAnFsyncFailsCallsAreRefusedAndExecutedOnesWithheld() throws Exception {
    try (Stack stack = Stack.start(folder, UnaryOperator.identity(), false);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(stack.call("echo", "n1x1", PATIENCE).body()).contains(McpTestServer.MARK);
      Future<Received> held = hold(stack, threads, "n1x2");
      try (Child strace = failForces(stack.server().process().pid())) {
        assertThat(strace.alive()).isTrue();
        stack.mcp().release("n1x2");
        assertWithheld(held.get());
        assertRefused(stack, "n1x3");
        assertUnhealthy(stack);
      }
      assertRefused(stack, "n1x4"); // for ever, although the disk would take it again
      assertThat(stack.mcp().journal()).hasSize(2);
      stack.kill();
      stack.startServer();
      assertThat(stack.call("echo", "n1x5", PATIENCE).body()).contains(McpTestServer.MARK);
      stack.stopServer();
      assertRecorded(stack.log(), List.of("n1x1", "n1x5"));
    }
  }

  @Test
  void whenTheDiskIsFullCallsAreRefusedAndThoseAdmittedBeforeEndInOrder() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder, "56m")) {
      UnaryOperator<TabellionServer.Setup> onIt =
          setup -> setup.withLog(disk.inside().resolve("log")).startedBy(disk.within());
      try (Stack stack = Stack.start(folder, onIt, false);
          ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Received> held = hold(stack, threads, "n1x1");
        Path filler = fill(disk.outside());
        stack.mcp().release("n1x1");
        // Room for its outcome was set aside when it was admitted.
        assertThat(held.get().body()).contains(McpTestServer.MARK + " n1x1");
        int large = callUntilRefused(stack, "n2x", PADDING);
        int small = callUntilRefused(stack, "n3x", "");
        assertRefused(stack, "n4x1");
        assertUnhealthy(stack);
        Files.delete(filler);
        stack.kill();
        stack.startServer();
        assertThat(stack.call("echo", "n5x1", PATIENCE).body()).contains(McpTestServer.MARK);
        stack.stopServer();
        System.out.printf("full disk: calls answered: %d large, then %d small%n", large, small);
        Path log = disk.outside().resolve("log");
        assertRecorded(log, List.of("n1x1", "n5x1"));
        assertRecorded(log, nonces("n2x", large));
        assertRecorded(log, nonces("n3x", small));
      }
    }
  }

  @Test
  void aFullDiskLeavesTheIndexBehindForbidsNoStartAndIsOverOnceThereIsRoom() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder, "56m")) {
      UnaryOperator<TabellionServer.Setup> onIt =
          setup -> setup.withLog(disk.inside().resolve("log")).startedBy(disk.within());
      try (Stack stack = Stack.start(folder, onIt, false)) {
        Path filler = fill(disk.outside());
        int calls = callUntilRefused(stack, "n1x", PADDING);
        assertThat(lag(stack)).isPositive();
        for (int i = 0; i < 2; i++) {
          stack.kill();
          stack.launchServer();
          await(() -> stack.server().status("/metrics").code() == 200);
          assertThat(stack.server().process().alive()).isTrue();
          assertThat(lag(stack)).isPositive();
        }
        Files.delete(filler);
        stack.server().awaitReady();
        await(() -> lag(stack) == 0);
        await(() -> stack.call("echo", "n2x1", PATIENCE).body().contains(McpTestServer.MARK));
        await(() -> lag(stack) == 0);
        stack.stopServer();
        Path log = disk.outside().resolve("log");
        assertRecorded(log, nonces("n1x", calls));
        assertRecorded(log, List.of("n2x1"));
        try (var files = Files.walk(log)) {
          assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".tmp"));
        }
      }
    }
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition) throws IOException {
    long deadline = System.nanoTime() + AWAITED.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  /** Entries that the search index does not hold. */
  private static double lag(Stack stack) {
    return stack
        .server()
        .status("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("tabellion_index_lag_entries "))
        .mapToDouble(line -> Double.parseDouble(line.split(" ", -1)[1]))
        .findFirst()
        .orElse(Double.NaN);
  }

  /** What becomes of /mnt, where the log lies, under a server that runs. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "rm -rf /mnt/log",
        "rm -rf /mnt/log/segments",
        "mv /mnt/log /mnt/moved",
        "mv /mnt/log /mnt/moved && cp -a /mnt/moved /mnt/log",
        "cd /mnt/log/segments && cp -a 0000000000000000.seg new && mv new 0000000000000000.seg",
        "umount -l /mnt",
        "umount -l /mnt && mount -t tmpfs tmpfs /mnt",
        "mount -t tmpfs tmpfs /mnt",
        "cp -a /mnt/log /mnt/copy && mount --bind /mnt/copy /mnt/log",
      })
  void aLogThatIsTakenAwayAdmitsNoCallAndSaysSo(String loss) throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder, "200m")) {
      UnaryOperator<TabellionServer.Setup> onIt =
          setup -> setup.withLog(disk.inside().resolve("log")).startedBy(disk.within());
      try (Stack stack = Stack.start(folder, onIt, false);
          ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        assertThat(stack.call("echo", "n1x1", PATIENCE).body()).contains(McpTestServer.MARK);
        Future<Received> held = hold(stack, threads, "n1x2");
        disk.run(loss);
        stack.mcp().release("n1x2");
        assertWithheld(held.get());
        for (int i = 3; i < 20; i++) {
          assertRefused(stack, "n1x" + i);
        }
        assertThat(stack.mcp().journal()).hasSize(2);
        assertUnhealthy(stack);
        assertThat(stack.server().status("/readyz").body()).contains("not ready: log: ", "removed");
        assertThat(stack.server().status("/metrics").body()).contains("tabellion_log_lost 1.0");
      }
    }
  }

  @Test
  void aLogWhoseKeyIsGoneDoesNotStartAndMakesNoNewOne() throws Exception {
    try (Stack stack = Stack.start(folder, UnaryOperator.identity(), false)) {
      stack.call("echo", "n1x1", PATIENCE);
      stack.stopServer();
      for (String key : List.of("log.key", "kek-1", "digest")) {
        Path file = stack.log().resolve("keys").resolve(key);
        Path kept = folder.resolve(key);
        Files.move(file, kept);
        stack.launchServer();
        Integer status = stack.server().process().awaitExit(PATIENCE);
        assertThat(status).as(key).isNotNull().isNotZero();
        assertThat(file).doesNotExist();
        assertThat(stack.call("echo", "n1x2", PATIENCE).status()).isEqualTo(503);
        Files.move(kept, file);
      }
      stack.startServer();
      assertThat(stack.call("echo", "n1x3", PATIENCE).body()).contains(McpTestServer.MARK);
      stack.stopServer();
      assertRecorded(stack.log(), List.of("n1x1", "n1x3"));
    }
  }

  /** Begins a call and returns when the MCP server executes it. */
  private static Future<Received> hold(Stack stack, ExecutorService threads, String nonce)
      throws InterruptedException {
    CountDownLatch executing = new CountDownLatch(1);
    stack.mcp().onExecution(_ -> executing.countDown());
    Future<Received> held = threads.submit(() -> stack.call("wait", nonce, PATIENCE));
    assertThat(executing.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    return held;
  }

  private Child failForces(long pid) throws InterruptedException {
    Child strace =
        Child.start(
            "strace",
            folder,
            List.of(
                "strace",
                "-f",
                "-p",
                Long.toString(pid),
                "-e",
                "trace=fdatasync,fsync",
                "-e",
                "inject=fdatasync,fsync:error=EIO"));
    strace.await(line -> line.contains("attached"), PATIENCE);
    return strace;
  }

  private static void assertWithheld(Received answer) {
    assertThat(answer.body()).doesNotContain(McpTestServer.MARK);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("\"isError\":true").contains("WAS executed");
  }

  private static void assertRefused(Stack stack, String nonce) throws IOException {
    int before = stack.mcp().journal().size();
    Received answer = stack.call("echo", nonce, PATIENCE);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("\"isError\":true").contains("NOT EXECUTED");
    assertThat(stack.mcp().journal()).hasSize(before);
  }

  private static void assertUnhealthy(Stack stack) {
    assertThat(stack.server().status("/readyz").code()).isEqualTo(503);
    assertThat(stack.server().status("/metrics").body())
        .containsPattern("tabellion_audit_failures_total [1-9]");
  }

  private static void assertRecorded(Path log, List<String> nonces) {
    assertThat(Offline.verify(log)).isEmpty();
    List<Trail.Entry> trail = Trail.read(log);
    for (String nonce : nonces) {
      assertThat(trail).as(nonce).anyMatch(e -> e.kind().equals("call.intent") && e.says(nonce));
      assertThat(trail).as(nonce).anyMatch(e -> e.kind().equals("call.outcome") && e.says(nonce));
    }
  }

  /** Returns how many calls were answered before one was refused. */
  private static int callUntilRefused(Stack stack, String prefix, String padding)
      throws IOException {
    for (int i = 0; i < MOST_CALLS; i++) {
      Received answer = stack.call("echo", prefix + i + "y" + padding, PATIENCE);
      if (!answer.body().contains(McpTestServer.MARK)) {
        return i;
      }
    }
    throw new AssertionError("calls: " + MOST_CALLS + " answered (expected: fewer on a full disk)");
  }

  private static List<String> nonces(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i + "y").toList();
  }

  /** Writes until there is no room; returns the file that took it. */
  private static Path fill(Path disk) throws IOException {
    Path filler = disk.resolve("filler");
    byte[] block = new byte[1 << 12];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      return filler;
    }
  }
}
