package io.tabellion.policy.cel;

import io.tabellion.pace.Turns;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What judging one message may cost, counted as {@link Work}: for each condition, and for all of
 * them. CEL bounds how often a rule loops, but not what one round costs; so whatever goes through
 * data, or makes any, is charged here before it is done, and is stopped by an error. The same
 * policy and message cost the same on every machine.
 *
 * <p>The clock is only a last defence: conditions that run for {@value #WALL_CLOCK_SECONDS} s are
 * stopped by an error of its own kind ({@link Why#WALL_CLOCK}), far above what the counted work
 * takes.
 *
 * <p>A long evaluation gives way to other threads about once a millisecond, so that it does not
 * keep the carrier of its virtual thread; brief work ({@link Turns}) is broken off before that.
 *
 * <p>Confined to the thread that judges.
 */
public final class Budget {
  static final int WALL_CLOCK_SECONDS = 30;

  /** Of whoever evaluates on this thread. */
  static final ScopedValue<Budget> CURRENT = ScopedValue.newInstance();

  private static final long YIELD = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long WALL_CLOCK = TimeUnit.SECONDS.toNanos(WALL_CLOCK_SECONDS);
  private static final int STEPS = 64;

  /** Units that a condition counts for with {@link Turns}, whatever it looks at. */
  private static final int CONDITION = 64;

  /** Work of which so much counts for one unit with {@link Turns}. */
  private static final int SMALL = 32;

  private final LongSupplier nanos;
  private final long started;
  private final long[] ofCondition = new long[Work.values().length];
  private final long[] ofMessage = new long[Work.values().length];
  private long yielded;
  private int looks;

  public Budget() {
    this(System::nanoTime);
  }

  Budget(LongSupplier nanos) {
    this.nanos = nanos;
    this.started = nanos.getAsLong();
    this.yielded = started;
  }

  /** The next condition begins. */
  void begin() {
    Turns.count(CONDITION);
    Arrays.fill(ofCondition, 0);
    pause();
  }

  /** Something small is read, or a function called. */
  void step() {
    charge(Work.STEPS, 1);
    glance();
  }

  /**
   * Work is about to be done.
   *
   * @throws Unevaluable if that would be too much
   */
  @SuppressWarnings("EnumOrdinal") // an index of arrays that live as long as this; on a hot path
  void charge(Work work, long amount) {
    if (amount > SMALL) {
      Turns.count(amount / SMALL);
    }
    int kind = work.ordinal();
    ofCondition[kind] = Math.addExact(ofCondition[kind], amount);
    ofMessage[kind] = Math.addExact(ofMessage[kind], amount);
    if (ofCondition[kind] > work.ofCondition()) {
      throw new Unevaluable(Why.WORK, work.overCondition(ofCondition[kind]));
    }
    if (ofMessage[kind] > work.ofMessage()) {
      throw new Unevaluable(Why.WORK, work.overMessage(ofMessage[kind]));
    }
  }

  /** Looks at the clock now and then; for what is done very often. */
  void glance() {
    if (++looks % STEPS == 0) {
      Turns.count(STEPS);
      pause();
    }
  }

  /** Gives way to others, if it is time; charges nothing. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: others only wait less
  void pause() {
    long now = nanos.getAsLong();
    if (now - started > WALL_CLOCK) {
      throw new Unevaluable(
          Why.WALL_CLOCK, "more than %d s, whatever the work".formatted(WALL_CLOCK_SECONDS));
    }
    if (now - yielded > YIELD) {
      Thread.yield();
      yielded = nanos.getAsLong();
    }
  }
}
