package io.tabellion.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.detect.Detectors;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Tag("unit")
class TurnsTest {
  private static final int STEP = 4096;
  private static final long LONG = Turns.FREE + 1L;

  private final Turns turns = new Turns(1);
  private final BlockingQueue<String> order = new LinkedBlockingQueue<>();

  @Test
  void shortWorkWaitsForNobody() throws InterruptedException {
    Holder holder = new Holder("loud");
    assertThat(turns.of("loud").<String, RuntimeException>run(600, () -> "short"))
        .isEqualTo("short");
    holder.release();
  }

  @Test
  void briefWorkIsBrokenOffWhereItWouldTakeLong() {
    Turns.Turn turn = turns.of("quiet");
    assertThat(turn.<String, RuntimeException>runBriefly(() -> worked(Turns.BRIEF)))
        .isEqualTo("worked");
    assertThatThrownBy(() -> turn.runBriefly(() -> worked(Turns.BRIEF + 1)))
        .isInstanceOf(Turns.TooLongError.class);
    assertThatThrownBy(() -> turn.runBriefly(TurnsTest::takesTime))
        .isInstanceOf(Turns.TooLongError.class);
  }

  @Test
  void otherWorkMayTakeItsTime() {
    Turns.Turn turn = turns.of("quiet");
    assertThat(turn.<String, RuntimeException>run(1, TurnsTest::takesTime)).isEqualTo("took");
    assertThat(takesTime()).isEqualTo("took");
    assertThat(turns.waiting()).isZero();
  }

  private static String worked(int units) {
    Turns.step(units / 2);
    Turns.count(units - units / 2);
    return "worked";
  }

  private static String takesTime() {
    Turns.takesTime();
    Turns.count(Long.MAX_VALUE);
    return "took";
  }

  @Test
  void placesGoRoundTheCallers() throws InterruptedException {
    Holder holder = new Holder("loud");
    List<Thread> works =
        List.of(
            queue("loud", "loud 1"),
            queue("loud", "loud 2"),
            queue("loud", "loud 3"),
            queue("quiet", "quiet 1"),
            queue("quiet", "quiet 2"));
    holder.release();
    for (Thread work : works) {
      work.join();
    }
    assertThat(order).containsExactly("loud 1", "quiet 1", "loud 2", "quiet 2", "loud 3");
    assertThat(turns.waiting()).isZero();
  }

  @Test
  void longWorkGivesItsPlaceToAnotherCallerAfterASlice() throws InterruptedException {
    AtomicBoolean served = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Thread loud =
        work(
            "loud",
            LONG,
            () -> {
              begun.countDown();
              await(go);
              for (int units = 0; units < 2 * Turns.SLICE && !served.get(); units += STEP) {
                Turns.step(STEP);
              }
              order.add(served.get() ? "shared" : "kept");
            });
    begun.await();
    Thread quiet = work("quiet", LONG, () -> served.set(true));
    awaitWaiting(1);
    go.countDown();
    loud.join();
    quiet.join();
    assertThat(order).containsExactly("shared");
  }

  @Test
  void worksOfOneCallerComeOneAfterAnother() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Thread first =
        work(
            "loud",
            LONG,
            () -> {
              begun.countDown();
              await(go);
              for (int units = 0; units < 4 * Turns.SLICE; units += STEP) {
                Turns.step(STEP);
              }
              order.add("first");
            });
    begun.await();
    Thread second = queue("loud", "second");
    go.countDown();
    first.join();
    second.join();
    assertThat(order).containsExactly("first", "second");
  }

  @Test
  void workThatTurnsOutToBeLongTakesAPlace() throws InterruptedException {
    Holder holder = new Holder("loud");
    Thread other =
        work(
            "quiet",
            0,
            () -> {
              for (int units = 0; units <= Turns.FREE; units += STEP) {
                Turns.step(STEP);
              }
            });
    awaitWaiting(1);
    holder.release();
    other.join();
  }

  @Test
  void scanningTellsOfItsWork() throws InterruptedException {
    waits(() -> Detectors.builtIn().scan("card 4111 1111 1111 1112 ".repeat(40_000)));
  }

  @Test
  void aWorkThatFailsGivesItsPlaceBack() {
    assertThatThrownBy(() ->
            turns
                .of("loud")
                .<String, RuntimeException>run(
                    LONG,
                    () -> {
                      throw new IllegalStateException("expected");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(turns.of("quiet").<String, RuntimeException>run(LONG, () -> "done"))
        .isEqualTo("done");
  }

  @Test
  void aPartThatFollowsComesBeforeOtherWorksOfItsCaller() throws InterruptedException {
    Holder holder = new Holder("quiet");
    CountDownLatch queued = new CountDownLatch(1);
    Turns.Turn turn = turns.of("loud");
    Thread begun =
        Thread.startVirtualThread(() -> {
          run(turn, LONG, () -> order.add("first part"));
          await(queued);
          run(turn, LONG, () -> order.add("second part"));
        });
    awaitWaiting(1);
    holder.release();
    assertThat(order.take()).isEqualTo("first part");
    holder = new Holder("quiet");
    Thread other = queue("loud", "other work");
    queued.countDown();
    awaitWaiting(2);
    holder.release();
    begun.join();
    other.join();
    assertThat(order).containsExactly("second part", "other work");
  }

  @Test
  void workThatIsKnownToBeLongLetsOthersHaveTheProcessor() {
    assertThat(
            turns
                .of("loud")
                .<Integer, RuntimeException>run(LONG, () -> Thread.currentThread().getPriority()))
        .isEqualTo(Thread.MIN_PRIORITY);
  }

  @Test
  void outsideOfAWorkNothingIsCounted() {
    Turns.step(Integer.MAX_VALUE);
    assertThat(turns.waiting()).isZero();
  }

  /** The work waits for its turn while another has the only place. */
  private void waits(Runnable work) throws InterruptedException {
    Holder holder = new Holder("loud");
    Thread other = work("quiet", 0, work);
    awaitWaiting(1);
    holder.release();
    other.join();
  }

  private Thread queue(String caller, String name) {
    int before = turns.waiting();
    Thread thread = work(caller, LONG, () -> order.add(name));
    awaitWaiting(before + 1);
    return thread;
  }

  private Thread work(String caller, long size, Runnable work) {
    return Thread.startVirtualThread(() -> run(caller, size, work));
  }

  private void run(String caller, long size, Runnable work) {
    run(turns.of(caller), size, work);
  }

  private static void run(Turns.Turn turn, long size, Runnable work) {
    boolean done =
        turn.<Boolean, RuntimeException>run(
            size,
            () -> {
              work.run();
              return true;
            });
    assertThat(done).isTrue();
  }

  private void awaitWaiting(int count) {
    while (turns.waiting() != count) {
      Thread.onSpinWait();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has the only place until it is released. */
  private final class Holder {
    private final CountDownLatch release = new CountDownLatch(1);
    private final Thread thread;

    Holder(String caller) throws InterruptedException {
      CountDownLatch begun = new CountDownLatch(1);
      thread =
          work(
              caller,
              LONG,
              () -> {
                begun.countDown();
                TurnsTest.await(release);
              });
      begun.await();
    }

    void release() throws InterruptedException {
      release.countDown();
      thread.join();
    }
  }
}
