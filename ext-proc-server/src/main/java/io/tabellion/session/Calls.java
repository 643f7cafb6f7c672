package io.tabellion.session;

import io.tabellion.jsonrpc.Json;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which calls tasks and progress tokens belong to. A task that is not remembered is looked up in
 * the trail, through {@link SessionOwners}; one that is not there either may be of any call.
 *
 * <p>Thread-safe. Finding a task of the past may block.
 */
public final class Calls {
  /** Tasks, and tokens, that are remembered; the oldest are forgotten first. */
  private static final int MOST = 8_192;

  /** Calls of one token: clients count from 1, so that several have the same. */
  private static final int MOST_OF_TOKEN = 16;

  private final SessionOwners past;
  private final Map<Key, Origin> tasks = bounded(); // guarded by this
  private final Map<Key, Set<Origin>> tokens = bounded(); // guarded by this

  public Calls(SessionOwners past) {
    this.past = past;
  }

  /**
   * @param scope OWNER fact of a task, conversation of a token
   * @param handle digest of the task's id; the token
   */
  private record Key(String server, String scope, Object handle) {}

  /** A call made a task. */
  public synchronized void made(String server, String owner, String task, Origin call) {
    tasks.put(new Key(server, owner, task), call.remembered());
  }

  /** The call that a task belongs to, {@link Origin#ANY} if that is not known. */
  public Origin ofTask(String server, String owner, String task) {
    Key key = new Key(server, owner, task);
    synchronized (this) {
      Origin known = tasks.get(key);
      if (known != null) {
        return known;
      }
    }
    Origin found = past.task(server, owner, task).map(Origin::of).orElse(Origin.ANY);
    if (found.known()) {
      synchronized (this) {
        tasks.putIfAbsent(key, found);
      }
    }
    return found;
  }

  /** A call is let on that wants progress with this token. */
  public synchronized void asks(String server, String scope, Json token, Origin call) {
    Set<Origin> calls =
        tokens.computeIfAbsent(new Key(server, scope, token), _ -> new LinkedHashSet<>());
    if (calls.size() == MOST_OF_TOKEN) {
      calls.clear();
      calls.add(Origin.ANY);
    }
    calls.add(Origin.of(call.target()));
  }

  /** The calls that want progress with this token; none if nobody knows of one. */
  public synchronized Set<Origin> ofToken(String server, String scope, Json token) {
    return Set.copyOf(tokens.getOrDefault(new Key(server, scope, token), Set.of()));
  }

  private static <K, V> Map<K, V> bounded() {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > MOST;
      }
    };
  }
}
