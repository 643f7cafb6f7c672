package io.tabellion.policy.cel;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What judging one message may cost: each rule {@value #RULE_MILLIS} ms, all of them {@value
 * #ALL_MILLIS} ms, and {@value #TEXT} characters that rules make. CEL bounds how often a rule
 * loops, but not what one round costs; so whatever goes through data, or makes any, takes a step
 * here and is stopped by an error.
 *
 * <p>A long evaluation gives way to other threads about once a millisecond, so that it does not
 * keep the carrier of its virtual thread.
 *
 * <p>Confined to the thread that judges.
 */
public final class Budget {
  static final int RULE_MILLIS = 250;
  static final int ALL_MILLIS = 1_000;
  static final int TEXT = 16 << 20;

  /** Of whoever evaluates on this thread. */
  static final ScopedValue<Budget> CURRENT = ScopedValue.newInstance();

  private static final long RULE = TimeUnit.MILLISECONDS.toNanos(RULE_MILLIS);
  private static final long YIELD = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int STEPS = 64;

  private final LongSupplier nanos;
  private final long allEnds;
  private long ends;
  private long yielded;
  private int steps;
  private long made;

  public Budget() {
    this(System::nanoTime);
  }

  Budget(LongSupplier nanos) {
    this.nanos = nanos;
    this.yielded = nanos.getAsLong();
    this.allEnds = yielded + TimeUnit.MILLISECONDS.toNanos(ALL_MILLIS);
    this.ends = allEnds;
  }

  /** The next rule begins. */
  void begin() {
    long now = nanos.getAsLong();
    ends = now + RULE - allEnds > 0 ? allEnds : now + RULE;
  }

  /** Whether the time of the rule is over. */
  boolean over() {
    return nanos.getAsLong() - ends > 0;
  }

  /** Something small is read. */
  void step() {
    if (++steps % STEPS == 0) {
      look();
    }
  }

  /** Something that may be large is read. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: others only wait less
  void look() {
    long now = nanos.getAsLong();
    if (now - ends > 0) {
      throw new Unevaluable(Why.TIME);
    }
    if (now - yielded > YIELD) {
      Thread.yield();
      yielded = nanos.getAsLong();
    }
  }

  /** Something of this size is made. */
  void make(long size) {
    look();
    made += size;
    if (made > TEXT) {
      throw new Unevaluable(Why.SIZE);
    }
  }
}
