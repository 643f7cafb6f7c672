package io.tabellion.pace;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who may work long, and for how long at a time.
 *
 * <p>Work begins free: up to {@value #FREE} units of it, about as many bytes of text as are looked
 * at, it neither waits nor is waited for. Longer work needs one of few places, and gives it up
 * after {@value #SLICE} units if another caller waits. Places go round the callers; the works of
 * one caller come one after another, so that few are begun at one time and hold memory. So a short
 * message waits for nobody, and a long one waits for a slice of each caller, however much one of
 * them has sent. Between, every {@value #BREATH} units, it lets others have the processor; and work
 * that is known to be long runs on {@link Aside threads} that the processor prefers others to.
 *
 * <p>Brief work ({@link Turn#runBriefly}) may neither wait nor take long, whatever thread it is on:
 * it is broken off where it would.
 *
 * <p>Work is counted in units rather than in time, so that a busy machine makes nobody's work long.
 * Thread-safe; all but brief work is meant for virtual threads.
 */
@SuppressWarnings({"ThreadPriorityCheck", "NonAtomicVolatileUpdate"}) // yields; written under lock
public final class Turns {
  /** Units of work that need no place. */
  public static final int FREE = 64 << 10;

  /** Units of work that is brief. */
  public static final int BRIEF = 64 << 10;

  /** Units of work after which a place is given up to another caller who waits. */
  static final int SLICE = 2 << 20;

  /** Units of work after which others may have the processor. */
  static final int BREATH = 64 << 10;

  private static final ScopedValue<Turn> CURRENT = ScopedValue.newInstance();

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Object, Deque<Turn>> waiting = new LinkedHashMap<>(); // guarded by lock
  private int free; // guarded by lock
  private volatile int count; // written under lock

  /**
   * @param places for long works at one time, at least 1
   */
  public Turns(int places) {
    if (places < 1) {
      throw new IllegalArgumentException("places: " + places + " (expected: 1 or more)");
    }
    this.free = places;
  }

  /** Leaves one processor to short work and to those who carry it, where there are two or more. */
  public static Turns ofThisMachine() {
    return new Turns(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
  }

  /**
   * Returns the turn of a work that begins.
   *
   * @param caller whose work it is, by {@code equals}
   */
  public Turn of(Object caller) {
    return new Turn(caller);
  }

  /**
   * Says that so many units of work were done; may wait. Does nothing outside of {@link Turn#run}.
   */
  public static void step(int units) {
    if (CURRENT.isBound()) {
      CURRENT.get().ahead(units);
    }
  }

  /**
   * Says that so many units of work are about to be done that only brief work must count; never
   * waits.
   */
  public static void count(long units) {
    if (CURRENT.isBound()) {
      CURRENT.get().counted(units);
    }
  }

  /** Says that what follows may take long or wait: brief work is broken off here. */
  public static void takesTime() {
    if (CURRENT.isBound() && CURRENT.get().brief) {
      throw new TooLongError();
    }
  }

  /**
   * Brief work turned out to be none. It has changed nothing, and is to be begun again where it may
   * take its time.
   *
   * <p>No exception: what catches the mistakes of a rule or of a message must let it through.
   */
  @SuppressWarnings("serial") // never leaves its thread
  public static final class TooLongError extends Error {
    private TooLongError() {
      super("work: more than brief work may be (expected: to be begun again)", null, false, false);
    }
  }

  /** Returns how many long works wait for a place. */
  public int waiting() {
    return count;
  }

  /**
   * One work, in one part or in several between which it waits for something else. A part that
   * follows comes before other works of its caller, so that few are begun at one time.
   *
   * <p>Not thread-safe: one part at a time.
   */
  public final class Turn {
    private final Object caller;
    private final Condition called = lock.newCondition();
    private long left = FREE;
    private long slice = SLICE;
    private boolean begun;
    private boolean running;
    private boolean brief;
    private boolean placed; // guarded by lock

    private Turn(Object caller) {
      this.caller = caller;
    }

    /**
     * Runs a part of the work, which tells by {@link #step} how far it is.
     *
     * @param size units that it will take at least, as far as that is known
     */
    public <T extends @Nullable Object, X extends Throwable> T run(
        long size, ScopedValue.CallableOp<? extends T, X> part) throws X {
      left = FREE;
      try {
        if (size <= FREE) {
          return ScopedValue.where(CURRENT, this).call(part);
        }
        begin();
        return Aside.run(() -> ScopedValue.where(CURRENT, this).call(part));
      } finally {
        end();
      }
    }

    /**
     * Runs a part of the work that is brief: it waits for nobody.
     *
     * @throws TooLongError if it would wait, or take more than {@value #BRIEF} units
     */
    public <T extends @Nullable Object, X extends Throwable> T runBriefly(
        ScopedValue.CallableOp<? extends T, X> part) throws X {
      left = BRIEF;
      brief = true;
      try {
        return ScopedValue.where(CURRENT, this).call(part);
      } finally {
        brief = false;
      }
    }

    private void counted(long units) {
      if (brief) {
        left -= units;
        if (left < 0) {
          throw new TooLongError();
        }
      }
    }

    private void ahead(int units) {
      if (brief) {
        counted(units);
        return;
      }
      left -= units;
      if (left >= 0) {
        return;
      }
      left = BREATH;
      if (!running) {
        begin();
        return;
      }
      slice -= BREATH;
      if (slice < 0) {
        share();
      }
      Thread.yield();
    }

    /** Takes a place. */
    private void begin() {
      lock.lock();
      try {
        enter(begun);
      } finally {
        lock.unlock();
      }
      begun = true;
      running = true;
      left = BREATH;
      slice = SLICE;
    }

    /** Gives the place to another caller who waits, and waits for the next one. */
    private void share() {
      lock.lock();
      try {
        boolean others = waiting.size() > (waiting.containsKey(caller) ? 1 : 0);
        if (others) {
          free++;
          placed = false;
          enter(true);
        }
      } finally {
        lock.unlock();
      }
      slice = SLICE;
    }

    private void end() {
      running = false;
      lock.lock();
      try {
        leave();
      } finally {
        lock.unlock();
      }
    }

    /** Waits for a place, behind the works of the same caller or, if begun, before them. */
    private void enter(boolean first) {
      Deque<Turn> own = first ? waiting.remove(caller) : waiting.get(caller);
      if (own == null) {
        own = new ArrayDeque<>();
      }
      if (first) {
        own.addFirst(this);
      } else {
        own.addLast(this);
      }
      waiting.put(caller, own);
      count++;
      callNext();
      while (!placed) {
        called.awaitUninterruptibly();
      }
    }

    private void leave() {
      if (placed) {
        placed = false;
        free++;
        callNext();
      }
    }
  }

  /** Gives free places to the first of each caller in turn. */
  private void callNext() {
    while (free > 0 && !waiting.isEmpty()) {
      Map.Entry<Object, Deque<Turn>> first = waiting.entrySet().iterator().next();
      Object caller = first.getKey();
      Deque<Turn> own = first.getValue();
      waiting.remove(caller);
      Turn next = own.remove();
      if (!own.isEmpty()) {
        waiting.put(caller, own);
      }
      count--;
      free--;
      next.placed = true;
      next.called.signal();
    }
  }
}
