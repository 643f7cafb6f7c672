package io.tabellion.extproc;

import io.tabellion.inspect.Reply;
import io.tabellion.inspect.Walk;
import io.tabellion.metrics.Timing;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The walk of a message, and what is done with the reply. Whatever goes wrong is told, and nothing
 * is sent then.
 */
final class Passage implements Lane.Work {
  private final Walk walk;
  private final Consumer<Reply> sending;
  private final Runnable after;
  private final Consumer<Throwable> failing;
  private final Timing kind;
  private final ProcessService service;
  private final long begun = System.nanoTime();

  /**
   * @param after runs at the end, however that comes
   * @param failing is told of a failure of ours
   * @param kind what message it is
   */
  Passage(
      Walk walk,
      Consumer<Reply> sending,
      Runnable after,
      Consumer<Throwable> failing,
      Timing kind,
      ProcessService service) {
    this.walk = walk;
    this.sending = sending;
    this.after = after;
    this.failing = failing;
    this.kind = kind;
    this.service = service;
  }

  @Override
  @SuppressWarnings("IllegalCatch") // whatever it is, the exchange fails
  public void go() {
    try {
      send(walk.go());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failing.accept(e);
    } catch (RuntimeException | Error e) {
      failing.accept(e);
    }
    after.run();
  }

  private void send(Reply reply) {
    sending.accept(reply);
    service.timed(walk.hasWaited() ? Timing.HELD_REQUEST : kind, begun);
  }

  @Override
  @SuppressWarnings("IllegalCatch") // whatever it is, the exchange fails
  public boolean tryGo(Executor loop, Runnable done) {
    try {
      boolean goes = walk.tryGo(loop, new Told(done));
      if (goes) {
        service.walkedAtOnce();
      }
      return goes;
    } catch (RuntimeException | Error e) {
      failing.accept(e);
      after.run();
      done.run();
      return true;
    }
  }

  /** What came of a walk that nobody waited for. */
  private final class Told implements Walk.Then {
    private final Runnable done;

    Told(Runnable done) {
      this.done = done;
    }

    @Override
    @SuppressWarnings("IllegalCatch") // whatever it is, the exchange fails
    public void reply(Reply reply) {
      try {
        send(reply);
      } catch (RuntimeException | Error e) {
        failing.accept(e);
      }
      after.run();
      done.run();
    }

    @Override
    public void failed(Throwable why) {
      failing.accept(why);
      after.run();
      done.run();
    }
  }
}
