package io.tabellion.session;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.pace.Turns;
import io.tabellion.state.Change;
import io.tabellion.state.Changes;
import io.tabellion.state.Key;
import io.tabellion.state.Kind;
import io.tabellion.state.SharedState;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which calls tasks and progress tokens belong to: records of the {@link
 * io.tabellion.state.SharedState}, the newest of each. A task that is not remembered is looked up
 * in the trail, through {@link SessionOwners}; one that is not there either may be of any call.
 *
 * <p>Thread-safe. Recalling a task of the past may block.
 */
public final class Calls {
  /** Tasks, and tokens, that are remembered. */
  private static final int MOST = 8_192;

  /** Calls of one token: clients count from 1, so that several have the same. */
  private static final int MOST_OF_TOKEN = 16;

  private static final Kind<Origin> TASKS = Kind.newest("task", MOST);
  private static final Kind<Set<Origin>> TOKENS = Kind.newest("progress token", MOST);

  private final SharedState state;
  private final SessionOwners past;

  public Calls(SharedState state, SessionOwners past) {
    this.state = state;
    this.past = past;
  }

  /** A call made a task. */
  public void made(String server, String owner, String task, Origin call, Changes changes) {
    Key<Origin> key = Key.of(TASKS, server, owner, task);
    changes.add(new Made(key, call.remembered(), changes.read(key)));
  }

  /** Looks up the call that made a task, if it is not remembered. May block on a disk. */
  public void recall(String server, String owner, String task) {
    Key<Origin> key = Key.of(TASKS, server, owner, task);
    if (state.read(key) == null) {
      Turns.takesTime();
      past.task(server, owner, task).ifPresent(call -> state.remember(key, Origin.of(call)));
    }
  }

  /**
   * The call that a task belongs to, as far as it is remembered or was recalled; {@link Origin#ANY}
   * if that is not known.
   */
  public Origin ofTask(String server, String owner, String task, Changes changes) {
    Origin known = changes.read(Key.of(TASKS, server, owner, task));
    return known == null ? Origin.ANY : known;
  }

  /** A call is let on that wants progress with this token. */
  public void asks(String server, String scope, Json token, Origin call, Changes changes) {
    changes.add(new Asks(tokens(server, scope, token), Origin.of(call.target())));
  }

  /** The calls that want progress with this token; none if nobody knows of one. */
  public Set<Origin> ofToken(String server, String scope, Json token, Changes changes) {
    Set<Origin> calls = changes.read(tokens(server, scope, token));
    return calls == null ? Set.of() : calls;
  }

  private static Key<Set<Origin>> tokens(String server, String scope, Json token) {
    return Key.of(TOKENS, server, scope, JsonWriter.write(token).toStringUtf8());
  }

  private record Made(Key<Origin> key, Origin call, @Nullable Origin before)
      implements Change<Origin> {
    @Override
    public Origin made(@Nullable Origin now) {
      return call;
    }

    @Override
    public @Nullable Origin undone(@Nullable Origin now) {
      return before;
    }
  }

  private record Asks(Key<Set<Origin>> key, Origin call) implements Change<Set<Origin>> {
    @Override
    public Set<Origin> made(@Nullable Set<Origin> now) {
      if (now == null) {
        return Set.of(call);
      }
      if (now.size() == MOST_OF_TOKEN && !now.contains(call)) {
        return Set.of(Origin.ANY, call);
      }
      Set<Origin> more = new LinkedHashSet<>(now);
      more.add(call);
      return Set.copyOf(more);
    }

    /** Another call may have the same token: one too many makes the rules only stricter. */
    @Override
    public @Nullable Set<Origin> undone(@Nullable Set<Origin> now) {
      return now;
    }
  }
}
