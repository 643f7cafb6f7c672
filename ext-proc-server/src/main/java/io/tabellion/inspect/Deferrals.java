package io.tabellion.inspect;

import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.mcp.Header;
import io.tabellion.mcp.HeldTask;
import io.tabellion.secret.KeyedHash;
import io.tabellion.state.Change;
import io.tabellion.state.Key;
import io.tabellion.state.Kind;
import io.tabellion.state.SharedState;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls for which tasks of ours stand. They are remembered in memory only: after a restart
 * nobody knows the task, and the agent calls again.
 *
 * <p>Thread-safe.
 */
final class Deferrals {
  /** Bytes of a call that is remembered so, with its header fields. */
  private static final int LARGEST = 16 << 10;

  private static final int MOST = 4_000;
  private static final int ID_DIGITS = 40;

  /** A task is still known for so long after nobody is asked any more. */
  private static final Duration AFTER = Duration.ofHours(1);

  private static final Kind<Deferred> KIND =
      new Kind<>(
          "deferred call",
          MOST,
          Kind.Full.FORGETS_OLDEST,
          (call, now) -> call.task().until().plus(AFTER).isBefore(now));

  private final SharedState state;
  private final KeyedHash hash;
  private final JsonReader reader;

  /**
   * @param limits within which calls were read
   */
  Deferrals(SharedState state, KeyedHash hash, Limits limits) {
    this.state = state;
    this.hash = hash;
    this.reader = new JsonReader(limits);
  }

  /** Whether a call is small enough to be remembered. */
  static boolean fits(Json.Obj message, List<Header> mirrored) {
    int headers =
        mirrored.stream().mapToInt(one -> one.name().length() + one.value().length()).sum();
    return headers + JsonWriter.write(message).size() <= LARGEST;
  }

  /**
   * The id of the task that stands for the calls of one request for approval. Nobody can guess it,
   * and identical calls share it as they share the request: so a client that calls again and again
   * has one task, and pushes out nobody's.
   */
  String id(String owner, String server, String approval) {
    String calls = String.join("\0", owner, server, approval);
    return HeldTask.PREFIX + hash.of("held-task/v1", calls).substring(0, ID_DIGITS);
  }

  /** Remembers a call, unless one is remembered for the same task; returns the task. */
  HeldTask remember(Deferred call) {
    state.make(List.of(new Begun(call)));
    Deferred first = state.read(Key.of(KIND, call.task().id()));
    return first == null ? call.task() : first.task();
  }

  /** The message of a call as it was; null if it cannot be read. */
  Json.@Nullable Obj message(Deferred call) {
    return reader.read(call.message()) instanceof Reading.Document(Json.Obj message)
        ? message
        : null;
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
      return now == null ? call : now;
    }

    @Override
    public @Nullable Deferred undone(@Nullable Deferred now) {
      return null;
    }
  }
}
