package io.tabellion.pace;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.pace.Workspace.Space;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets memory to work in. */
@Tag("unit")
@Timeout(20)
final class WorkspaceTest {
  private static final long LONG = Workspace.SHORT + 1;
  private static final long ONE = LONG * Workspace.NEED;

  private final Workspace workspace = new Workspace(2 * ONE, 10L << 10);
  private final List<String> order = Collections.synchronizedList(new ArrayList<>());

  /** Waits in a thread of its own; returns once it waits. */
  private Thread waits(String caller, String name, long size) throws InterruptedException {
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try (Space _ = workspace.take(caller, size)) {
                order.add(name);
              }
            });
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return thread;
  }

  @Test
  void whoFindsNoneWaitsUntilSomeIsGivenBack() throws InterruptedException {
    Space first = workspace.take("a", LONG);
    Space second = workspace.take("a", LONG);
    Thread third = waits("a", "third", LONG);
    assertThat(order).isEmpty();
    first.close();
    third.join();
    assertThat(order).containsExactly("third");
    second.close();
  }

  @Test
  void whoMustNotWaitGetsNothingWhereThereIsNone() {
    Space some = requireNonNull(workspace.tryTake(100));
    assertThat(workspace.tryTake(LONG)).isNull();
    Space all = workspace.take("a", 150);
    assertThat(workspace.tryTake(100)).isNull();
    all.close();
    some.close();
    assertThat(workspace.tryTake(100)).isNotNull();
  }

  @Test
  void callersAreServedInTurn() throws InterruptedException {
    Space all = workspace.take("loud", 1 << 30);
    List<Thread> threads =
        List.of(
            waits("loud", "loud 1", 1 << 30),
            waits("loud", "loud 2", 1 << 30),
            waits("loud", "loud 3", 1 << 30),
            waits("quiet", "quiet 1", 1 << 30));
    all.close();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(order).containsExactly("loud 1", "quiet 1", "loud 2", "loud 3");
  }

  @Test
  void whoNeedsMuchIsNotPassedByThoseWhoNeedLess() throws InterruptedException {
    Space first = workspace.take("a", LONG);
    Space second = workspace.take("a", LONG);
    Thread large = waits("b", "large", 1 << 30);
    Thread small = waits("c", "small", LONG);
    first.close();
    assertThat(order).isEmpty();
    second.close();
    large.join();
    small.join();
    assertThat(order).containsExactly("large", "small");
  }

  @Test
  void shortMessagesDoNotWaitForLongOnes() {
    try (Space _ = workspace.take("a", 1 << 30);
        Space _ = workspace.take("a", 100)) {
      order.add("short");
    }
    assertThat(order).containsExactly("short");
  }

  @Test
  void manyShortMessagesWaitForEachOther() throws InterruptedException {
    Space all = workspace.take("a", Workspace.SHORT);
    Thread next = waits("a", "next", 100);
    all.close();
    next.join();
    assertThat(order).containsExactly("next");
  }

  @Test
  void whatIsClosedTwiceIsGivenBackOnce() throws InterruptedException {
    Space first = workspace.take("a", LONG);
    first.close();
    first.close();
    Space second = workspace.take("a", LONG);
    Space third = workspace.take("a", LONG);
    Thread fourth = waits("a", "fourth", LONG);
    second.close();
    fourth.join();
    third.close();
  }

  @Test
  void aHeapHasRoomForTheLongestMessageAndTheOneWithTheMostValues() {
    long heap = 256L << 20;
    assertThat(Workspace.mostBytes(heap) * 10 + Workspace.mostValues(heap) * 200)
        .isBetween(heap / 3 - 1000, heap / 3);
  }

  @Test
  void noMemoryIsNoWorkspace() {
    assertThatThrownBy(() -> new Workspace(0, 1 << 20)).hasMessageContaining("memory: 0");
    assertThatThrownBy(() -> new Workspace(1 << 20, 0)).hasMessageContaining("and 0 bytes");
  }
}
