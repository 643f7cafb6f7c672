package io.tabellion.stop;

import io.tabellion.state.Change;
import io.tabellion.state.Changes;
import io.tabellion.state.Key;
import io.tabellion.state.Kind;
import io.tabellion.state.SharedState;
import io.tabellion.state.StaleException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The stops, as records of the {@link SharedState}: one of all that are in force, and one for each
 * of how many messages it refused.
 *
 * <p>A message is decided on what was seen last, which costs one look at a field. With it comes a
 * change that fails if other stops are in force by then; so no message is let on after a stop that
 * it was not compared with.
 *
 * <p>Thread-safe. There may be several of one state.
 */
public final class Stops {
  private static final Kind<InForce> IN_FORCE = Kind.lasting("stops");
  private static final Kind<Long> REFUSED = Kind.lasting("refused by a stop");
  private static final Key<InForce> KEY = Key.of(IN_FORCE, "in force");

  private final SharedState state;
  private volatile InForce seen;

  public Stops(SharedState state) {
    this.state = state;
    this.seen = orNone(state.read(KEY));
  }

  // For messages.

  /** What was in force when somebody looked last. */
  public InForce seen() {
    return seen;
  }

  /** What is in force. */
  public InForce look() {
    InForce now = orNone(state.read(KEY));
    seen = now;
    return now;
  }

  /** Fails the message if others are in force when it is recorded than those it was decided on. */
  public static void expect(InForce decidedOn, Changes changes) {
    changes.add(new Unchanged(decidedOn));
  }

  /** The stop refused a message. */
  public static void refused(Stop stop, Changes changes) {
    changes.add(new Counted(refusals(stop.id())));
  }

  // For operators, and for those who keep stops.

  private static InForce orNone(@Nullable InForce now) {
    return now == null ? InForce.NONE : now;
  }

  private static Key<Long> refusals(String id) {
    return Key.of(REFUSED, id);
  }

  /** Messages that a stop refused so far. */
  public long refused(String id) {
    return Objects.requireNonNullElse(state.read(refusals(id)), 0L);
  }

  /** Changes of this state. */
  public Changes changes() {
    return new Changes(state);
  }

  /** The state, to commit changes. */
  public SharedState state() {
    return state;
  }

  /** Sets a stop. */
  public static void set(Stop stop, Changes changes) {
    changes.add(new Added(stop));
  }

  /**
   * Ends a stop.
   *
   * @param refused what {@link #refused(String)} said; the change fails if it is more by then
   */
  public static void end(Stop stop, long refused, Changes changes) {
    changes.add(new Ended(stop));
    changes.add(new Forgotten(refusals(stop.id()), refused));
  }

  /** Remembers a stop that the log tells of. */
  void remember(InForce inForce) {
    state.remember(KEY, inForce);
    look();
  }

  /** Remembers how many messages a stop refused, by the log. */
  void remember(String id, long refused) {
    if (refused > 0) {
      state.remember(refusals(id), refused);
    }
  }

  private record Unchanged(InForce decidedOn) implements Change<InForce> {
    @Override
    public Key<InForce> key() {
      return KEY;
    }

    @Override
    public @Nullable InForce made(@Nullable InForce now) {
      if (!orNone(now).equals(decidedOn)) {
        throw new StaleException(IN_FORCE.word());
      }
      return now;
    }

    @Override
    public @Nullable InForce undone(@Nullable InForce now) {
      return now;
    }
  }

  private record Added(Stop stop) implements Change<InForce> {
    @Override
    public Key<InForce> key() {
      return KEY;
    }

    @Override
    public InForce made(@Nullable InForce now) {
      if (orNone(now).named(stop.id()).isPresent()) {
        throw new StaleException(IN_FORCE.word());
      }
      return orNone(now).with(stop);
    }

    @Override
    public InForce undone(@Nullable InForce now) {
      return orNone(now).without(stop.id());
    }
  }

  private record Ended(Stop stop) implements Change<InForce> {
    @Override
    public Key<InForce> key() {
      return KEY;
    }

    @Override
    public InForce made(@Nullable InForce now) {
      if (orNone(now).named(stop.id()).isEmpty()) {
        throw new StaleException(IN_FORCE.word());
      }
      return orNone(now).without(stop.id());
    }

    @Override
    public InForce undone(@Nullable InForce now) {
      return orNone(now).with(stop);
    }
  }

  private record Counted(Key<Long> key) implements Change<Long> {
    @Override
    public Long made(@Nullable Long now) {
      return now == null ? 1 : now + 1;
    }

    @Override
    public @Nullable Long undone(@Nullable Long now) {
      return now == null || now <= 1 ? null : now - 1;
    }
  }

  private record Forgotten(Key<Long> key, long told) implements Change<Long> {
    @Override
    public @Nullable Long made(@Nullable Long now) {
      if ((now == null ? 0 : now) != told) {
        throw new StaleException(REFUSED.word());
      }
      return null;
    }

    @Override
    public @Nullable Long undone(@Nullable Long now) {
      long all = told + (now == null ? 0 : now);
      return all == 0 ? null : all;
    }
  }
}
