package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.TabellionServer.Setup;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the options that we ship, Linux prefers every other thread to those of long work. */
@Tag("envoy")
class LongWorkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Of a thread, behind its name in {@code /proc/PID/task/TID/stat} (proc_pid_stat(5)). */
  private static final int NICE = 16;

  private @TempDir Path folder;

  @Test
  void longWorkIsNicerThanTheRest() throws IOException, InterruptedException {
    try (Stack stack = Stack.start(folder, LongWorkTest::asShipped, false)) {
      Received answer = stack.call("lookup_customer", "long ".repeat(30_000), PATIENCE);
      assertThat(answer.status()).isEqualTo(200);
      long pid = stack.server().process().pid();
      assertThat(nice(pid, "long-work-")).isNotEmpty().containsOnly(10);
      assertThat(nice(pid, "audit-writer")).isNotEmpty().containsOnly(0);
    }
  }

  private static Setup asShipped(Setup setup) {
    return setup.withJvm(List.of("-Xmx512m", Checkout.serveOptions()));
  }

  private static List<Integer> nice(long pid, String name) throws IOException {
    List<Integer> found = new ArrayList<>();
    try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
      for (Path thread : threads.toList()) {
        String stat = Files.readString(thread.resolve("stat"));
        int end = stat.lastIndexOf(')');
        if (stat.substring(stat.indexOf('(') + 1, end).startsWith(name)) {
          found.add(Integer.valueOf(stat.substring(end + 2).split(" ", -1)[NICE]));
        }
      }
    }
    return found;
  }
}
