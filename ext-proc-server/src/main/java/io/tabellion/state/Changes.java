package io.tabellion.state;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one message changes of what is remembered, while it is decided: nobody else sees it before
 * {@link SharedState#commit}, and where the message comes to nothing it is let go.
 *
 * <p>Not thread-safe: it belongs to one message.
 */
public final class Changes {
  private final SharedState state;
  private final List<Change<?>> made = new ArrayList<>();

  public Changes(SharedState state) {
    this.state = state;
  }

  /** Nothing is remembered, and nothing that is added is kept: for questions without effect. */
  public static Changes none() {
    return new Changes(SharedState.NONE);
  }

  /**
   * Returns what a record holds, with the changes made here.
   *
   * @return null if there is no record
   * @throws StaleException if another changed it since, so that a change made here does not fit
   */
  public <V> @Nullable V read(Key<V> key) {
    V now = state.read(key);
    for (Change<?> change : made) {
      if (change.key().equals(key)) {
        @SuppressWarnings("unchecked") // One name, one kind.
        Change<V> same = (Change<V>) change;
        now = same.made(now);
      }
    }
    return now;
  }

  /** Whether another record of a kind can be added. */
  public boolean hasRoom(Kind<?> kind) {
    return state.hasRoom(kind);
  }

  /** Adds a change, to be made with those before it. */
  public void add(Change<?> change) {
    made.add(change);
  }

  /** How many were added. */
  public int size() {
    return made.size();
  }

  /**
   * Lets go of what was added later: what was decided will not happen.
   *
   * @param kept how many stay, from 0 to {@link #size}
   */
  public void dropBehind(int kept) {
    made.subList(kept, made.size()).clear();
  }

  /** What was added, in its order. */
  public List<Change<?>> list() {
    return List.copyOf(made);
  }
}
