package io.tabellion.extproc;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The threads of the transport: event loops, each of which reads and writes some connections. A
 * short message that needs nothing but computing is walked on the loop that it arrived on, which
 * saves two changes of threads.
 *
 * <p>Others need the loop too: pings are answered there. So works come behind what was read, and in
 * one cycle of the loop only as many as {@value #CYCLE_MICROS} µs allow; the rest goes to virtual
 * threads. So does everything as long as the code is cold, when one walk takes milliseconds.
 *
 * <p>Thread-safe.
 */
final class Loops {
  /** Of one cycle, for works; the last one is not broken off. */
  private static final int CYCLE_MICROS = 2_000;

  private static final long CYCLE = TimeUnit.MICROSECONDS.toNanos(CYCLE_MICROS);

  private final EventLoopGroup group;
  private final List<Loop> loops = new ArrayList<>(); // never changed later
  private final int cold;
  private final AtomicLong taken = new AtomicLong();

  /**
   * Makes as many loops as there are processors.
   *
   * @param cold works before the first that is taken
   */
  Loops(int cold) {
    this.cold = cold;
    this.group =
        new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(),
            new DefaultThreadFactory("ext-proc-loop", true),
            NioIoHandler.newFactory());
    group.forEach(loop -> loops.add(new Loop(loop)));
  }

  /** The loops, for a server that listens. */
  EventLoopGroup group() {
    return group;
  }

  /**
   * Takes what waits in a lane, to try it behind what the current thread is doing.
   *
   * @return false if this thread is no loop, or the code is still cold
   */
  boolean take(Lane lane) {
    Loop here = here();
    if (here == null || (cold > 0 && taken.get() < cold && taken.incrementAndGet() <= cold)) {
      return false;
    }
    here.take(lane);
    return true;
  }

  private @Nullable Loop here() {
    for (Loop loop : loops) {
      if (loop.executor.inEventLoop()) {
        return loop;
      }
    }
    return null;
  }

  /** Ends the threads, after what they are doing. */
  void close() {
    var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** One loop; all of it belongs to its thread. */
  private static final class Loop {
    private final EventExecutor executor;
    private final Deque<Lane> lanes = new ArrayDeque<>();
    private boolean asked; // for a cycle

    Loop(EventExecutor executor) {
      this.executor = executor;
    }

    void take(Lane lane) {
      lanes.addLast(lane);
      if (!asked) {
        asked = true;
        executor.execute(this::cycle);
      }
    }

    private void cycle() {
      long begun = System.nanoTime();
      for (Lane lane = lanes.pollFirst(); lane != null; lane = lanes.pollFirst()) {
        if (System.nanoTime() - begun < CYCLE) {
          lane.tryHere(executor);
        } else {
          lane.goAside();
        }
      }
      asked = false;
    }
  }
}
