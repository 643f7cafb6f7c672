package io.tabellion.inspect;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.mcp.HeldTask;
import io.tabellion.secret.Drbg;
import io.tabellion.state.Change;
import io.tabellion.state.Key;
import io.tabellion.state.Kind;
import io.tabellion.state.SharedState;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls for which tasks of ours stand. They are remembered in memory only: after a restart
 * nobody knows the task, and the agent calls again.
 *
 * <p>Thread-safe.
 */
final class Deferrals {
  /** Bytes of a call that is remembered so. */
  private static final int LARGEST = 16 << 10;

  private static final int MOST = 4_000;
  private static final int ID_BYTES = 20;

  /** A task is still known for so long after nobody is asked any more. */
  private static final Duration AFTER = Duration.ofHours(1);

  private static final Kind<Deferred> KIND =
      new Kind<>(
          "deferred call",
          MOST,
          Kind.Full.FORGETS_OLDEST,
          (call, now) -> call.task().until().plus(AFTER).isBefore(now));

  private final SharedState state;
  private final InstantSource clock;
  private final SecureRandom random = new Drbg();

  Deferrals(SharedState state, InstantSource clock) {
    this.state = state;
    this.clock = clock;
  }

  /** Whether a call is small enough to be remembered. */
  static boolean fits(Json.Obj message) {
    return JsonWriter.write(message).size() <= LARGEST;
  }

  /** A task id that nobody can guess. */
  String id() {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return HeldTask.PREFIX + HexFormat.of().formatHex(bytes);
  }

  InstantSource clock() {
    return clock;
  }

  void remember(Deferred call) {
    state.make(List.of(new Begun(call)));
  }

  /** The call of a task; null if it is not known, or another caller's or server's. */
  @Nullable Deferred find(@Nullable String task, String owner, String server) {
    if (task == null || !task.startsWith(HeldTask.PREFIX)) {
      return null;
    }
    Deferred call = state.read(Key.of(KIND, task));
    return call != null && call.owner().equals(owner) && call.server().equals(server) ? call : null;
  }

  private record Begun(Deferred call) implements Change<Deferred> {
    @Override
    public Key<Deferred> key() {
      return Key.of(KIND, call.task().id());
    }

    @Override
    public Deferred made(@Nullable Deferred now) {
      return call;
    }

    @Override
    public @Nullable Deferred undone(@Nullable Deferred now) {
      return null;
    }
  }
}
