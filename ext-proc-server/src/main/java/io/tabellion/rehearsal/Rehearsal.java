package io.tabellion.rehearsal;

import io.tabellion.extproc.CannedCalls;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Readies a process for its first calls while the server starts: canned calls go through a {@link
 * PrivateServer} on a thread of its own, so that classes are loaded and code is compiled. Nothing
 * of it reaches log, metrics, sessions or pins of the server that starts.
 *
 * <p>If it fails, that is told in the log, and the server starts cold. Thread-safe.
 */
public final class Rehearsal {
  private static final System.Logger LOG = System.getLogger(Rehearsal.class.getName());

  private final InstantSource clock;
  private final int calls;
  private final CountDownLatch over = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final long began = System.nanoTime();
  private volatile boolean ending;

  private Rehearsal(InstantSource clock, int calls) {
    this.clock = clock;
    this.calls = calls;
  }

  /**
   * Begins.
   *
   * @param calls how many are played, unless it is ended before
   */
  public static Rehearsal begin(InstantSource clock, int calls) {
    Rehearsal rehearsal = new Rehearsal(clock, calls);
    Thread.ofPlatform().name("rehearsal").daemon().start(rehearsal::run);
    return rehearsal;
  }

  /** Waits until all calls were played, or until it lasted so long since it began; ends it then. */
  public void await(Duration most) throws InterruptedException {
    long left = most.toNanos() - (System.nanoTime() - began);
    boolean _ = over.await(left, TimeUnit.NANOSECONDS);
    end();
  }

  /** Plays no further call; does not wait. */
  public void end() {
    ending = true;
  }

  /** Waits until nothing of it runs any more. */
  void join() throws InterruptedException {
    ended.await();
  }

  private void run() {
    int played = 0;
    try (PrivateServer server = PrivateServer.start(clock);
        CannedCalls envoy = new CannedCalls(server.port())) {
      while (played < calls && !ending) {
        envoy.play();
        played++;
      }
      over.countDown();
    } catch (IOException | RuntimeException | InterruptedException e) {
      LOG.log(
          Level.WARNING, "rehearsal: failed after " + played + " calls; first calls are slow", e);
    } finally {
      over.countDown();
      ended.countDown();
    }
    LOG.log(
        Level.DEBUG,
        "rehearsal: {0} calls, {1} ms",
        played,
        (System.nanoTime() - began) / 1_000_000);
  }
}
