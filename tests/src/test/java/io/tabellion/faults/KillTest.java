package io.tabellion.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.EarlyMain;
import io.tabellion.faults.Books.Window;
import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.Stack;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * P1, P2, P6: the server is killed at random points under load and at the three points that matter
 * most, and after each start the trail is compared with what was executed and what was received.
 */
@Tag("fault")
final class KillTest {
  private static final int RANDOM_KILLS = 20;
  private static final int EACH_WINDOW = 3;
  private static final int CLIENTS = 8;

  @TempDir private Path folder;

  @Test
  void whatWasExecutedAndReceivedStandsInTheTrail() throws Exception {
    try (Stack stack = Stack.start(folder, UnaryOperator.identity(), true)) {
      KillRun run = new KillRun(stack, new Random(1));
      for (int i = 0; i < RANDOM_KILLS; i++) {
        run.killUnderLoad(CLIENTS);
        assertThat(run.restart()).isEmpty();
      }
      for (int i = 0; i < EACH_WINDOW; i++) {
        run.killBeforeForwarding();
        assertThat(run.restart()).isEmpty();
        run.killDuringExecution();
        assertThat(run.restart()).isEmpty();
        run.killBeforeRelease();
        assertThat(run.restart()).isEmpty();
      }
      stack.stopServer();
      Books books = run.books();
      System.out.println("kill -9: kills " + run.kills() + ", " + books.counts());
      assertThat(books.violations()).isEmpty();
      Map<Window, Integer> windows = books.windows();
      assertThat(windows.keySet()).containsExactly(Window.values());
      assertThat(windows.values()).allMatch(count -> count >= EACH_WINDOW);
    }
  }

  /** The check can fail: a server that acknowledges before it writes is found out. */
  @Test
  void aServerThatAcknowledgesBeforeItWritesIsFoundOut() throws Exception {
    UnaryOperator<TabellionServer.Setup> early = setup -> setup.withMain(EarlyMain.class.getName());
    try (Stack stack = Stack.start(folder, early, true)) {
      KillRun run = new KillRun(stack, new Random(2));
      run.awaitEntries();
      int refusals = 0;
      for (int i = 0; i < EACH_WINDOW; i++) {
        run.killUnderLoad(CLIENTS);
        refusals += run.restartOnWhatIsLeft() ? 1 : 0;
      }
      stack.stopServer();
      Books books = run.books();
      System.out.printf(
          "kill -9, early: kills %d, refusals to start %d, %s%n",
          run.kills(), refusals, books.counts());
      assertThat(books.violations())
          .anyMatch(violation -> violation.contains("executed without an intent"))
          .anyMatch(violation -> violation.contains("received without an outcome"));
    }
  }
}
