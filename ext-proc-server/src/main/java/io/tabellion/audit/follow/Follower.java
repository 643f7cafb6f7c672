package io.tabellion.audit.follow;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries onward for one purpose, on a thread of its own: it waits for what is new, has its
 * {@link Work} take it, and begins again where the work is, a second after a failure. What it
 * follows never waits for it.
 *
 * <p>Thread-safe. {@link #close} is called once, not by the work.
 */
public final class Follower implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Follower.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final String name;
  private final String what;
  private final Source source;
  private final Work work;
  private final Duration pause;
  private final Thread thread;

  private boolean waiting; // whether the thread waits; guarded by this
  private volatile boolean closed; // written under this
  private volatile long at; // of the thread, as what follows
  private volatile boolean failed;
  private @Nullable String said; // the failure that was told last

  /**
   * How far a follower is.
   *
   * @param entries that it has
   * @param lag entries that it does not have yet
   * @param failed whether its last attempt failed; it tries again
   */
  public record Progress(long entries, long lag, boolean failed) {

    /** What is worse of both: fewer entries, more lag, and whether any failed. */
    Progress worse(Progress other) {
      return new Progress(
          Math.min(entries, other.entries), Math.max(lag, other.lag), failed || other.failed);
    }
  }

  /** Returns how far followers are, by their name; of those with the same name the worst. */
  public static Map<String, Progress> progress(Collection<Follower> followers) {
    Map<String, Progress> found = new TreeMap<>();
    followers.forEach(
        follower -> found.merge(follower.name(), follower.progress(), Progress::worse));
    return found;
  }

  /**
   * Makes a follower; {@link #start} has it begin.
   *
   * @param name in metrics; of a closed set
   * @param what it is, for people, e.g. {@code the search index}
   * @param threads makes its thread
   */
  public Follower(String name, String what, Source source, Work work, ThreadFactory threads) {
    this(name, what, source, work, threads, PAUSE);
  }

  /** The same with another pause after a failure, for tests. */
  Follower(
      String name, String what, Source source, Work work, ThreadFactory threads, Duration pause) {
    this.name = name;
    this.what = what;
    this.source = source;
    this.work = work;
    this.pause = pause;
    this.thread = threads.newThread(this::run);
  }

  /** Begins. Called once. */
  public void start() {
    thread.start();
  }

  public String name() {
    return name;
  }

  /** Waits until it has ended by itself. */
  public void join() throws InterruptedException {
    thread.join();
  }

  /** Returns how far it is. */
  public Progress progress() {
    long has = at;
    return new Progress(has, Math.max(0, source.size() - has), failed);
  }

  /**
   * Ends it, when the work has done what it is doing, and waits for that. A wait for something new
   * is interrupted; what the work does is only if that is {@link Work#interruptible}.
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (waiting || work.interruptible()) {
        thread.interrupt();
      }
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Throwable failure = null;
    try {
      failure = follow();
    } catch (InterruptedException e) {
      LOG.log(Level.DEBUG, "{0} was interrupted", name);
    } finally {
      work.end(failure);
    }
  }

  /** Follows until it is closed or there is nothing to do; returns the failure that ended it. */
  private @Nullable Throwable follow() throws InterruptedException {
    boolean begun = false;
    while (!closed && work.goesOn()) {
      try {
        if (!begun) {
          at = work.begin();
          begun = true;
        }
        step();
        failed = false;
        said = null;
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception | LinkageError e) {
        if (closed) {
          return null; // interrupted, as a rule
        }
        if (!work.again(e)) {
          return e;
        }
        failed = true;
        begun = false;
        say(e);
        waits(() -> {
          Thread.sleep(pause);
          return true;
        });
      }
    }
    return null;
  }

  private void step() throws Exception {
    if (waits(() -> source.awaitSize(at, work.patience()))) {
      boolean ready =
          waits(() -> {
            work.gather();
            return true;
          });
      if (ready) {
        at = work.take(at, source.size());
      }
    }
    if (!closed) {
      at = work.rest(at);
    }
  }

  private interface Wait {
    boolean await() throws InterruptedException;
  }

  /**
   * Waits; false if that was in vain, or it is closed meanwhile. Only here does close interrupt.
   */
  private boolean waits(Wait wait) throws InterruptedException {
    synchronized (this) {
      if (closed) {
        return false;
      }
      waiting = true;
    }
    boolean answer = false;
    try {
      answer = wait.await();
    } catch (InterruptedException e) {
      if (!closed) {
        throw e;
      }
    }
    synchronized (this) {
      waiting = false;
      if (closed) {
        Thread.interrupted(); // was meant for the wait
      }
      return answer && !closed;
    }
  }

  /** Tells the operator why it stays behind: each reason once, while it lasts. */
  private void say(Throwable why) {
    String reason = String.valueOf(why.getMessage());
    if (!reason.equals(said)) {
      said = reason;
      LOG.log(
          Level.WARNING,
          "{0} has {1} of {2} entries and cannot go on: {3}. Traffic goes on; it is tried again every"
              + " second",
          what,
          at,
          source.size(),
          reason);
    }
  }
}
