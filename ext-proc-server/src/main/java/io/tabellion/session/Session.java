package io.tabellion.session;

import io.tabellion.jsonrpc.RequestId;
import io.tabellion.mask.Deliveries;
import io.tabellion.mcp.Revision;
import io.tabellion.policy.Question.Target;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A session of the session era: whose it is, and which requests are open in it, both ways.
 *
 * <p>Thread-safe.
 */
public final class Session {
  /** Requests that may wait for an answer on another stream; the oldest is forgotten first. */
  private static final int MAX_OPEN = 4_096;

  /** Answers of which is remembered that they were released. */
  private static final int MAX_RELEASED = 256;

  /** Kinds of calls that are remembered. */
  private static final int MAX_MADE = 64;

  /** Requests of the server that may wait for the client's answer. */
  private static final int MAX_ASKED = 256;

  private final String digest;
  private final String owner;
  private final Deliveries deliveries;
  private volatile @Nullable String client;
  private volatile @Nullable Revision revision;
  private volatile Instant used;
  private volatile boolean ended;
  private final Map<RequestId, Intent> open = bounded(MAX_OPEN); // guarded by this
  private final Map<Target, Boolean> made = bounded(MAX_MADE); // guarded by this
  private final boolean known;
  private final Map<RequestId, Released> released = bounded(MAX_RELEASED); // guarded by this
  private final Map<RequestId, String> asked = bounded(MAX_ASKED); // guarded by this

  /**
   * @param known whether all that was asked in it is known: it began in this process
   */
  public Session(
      String digest,
      String owner,
      @Nullable String client,
      @Nullable Revision revision,
      Deliveries deliveries,
      boolean known,
      Instant used) {
    this.known = known;
    this.digest = digest;
    this.owner = owner;
    this.client = client;
    this.revision = revision;
    this.deliveries = deliveries;
    this.used = used;
  }

  /**
   * An answer that went to the client.
   *
   * @param intent it answered
   * @param sent keyed digest of what went
   */
  public record Released(Intent intent, String sent) {}

  /** The SESSION fact. */
  public String digest() {
    return digest;
  }

  /** The OWNER fact of whoever initialised it. */
  public String owner() {
    return owner;
  }

  /** What is remembered of its streams. */
  public Deliveries deliveries() {
    return deliveries;
  }

  /** What the client said it is. */
  public @Nullable String client() {
    return client;
  }

  public @Nullable Revision revision() {
    return revision;
  }

  /** The server's answer says at which revision the session runs. */
  public void agreed(@Nullable Revision agreed) {
    revision = agreed;
  }

  public void touch(Instant now) {
    used = now;
  }

  public Instant used() {
    return used;
  }

  public void end() {
    ended = true;
  }

  public boolean ended() {
    return ended;
  }

  /** A request was let on; the newest of an id counts. */
  public synchronized void opened(RequestId id, Intent intent) {
    open.put(id, intent);
    Origin call = intent.origin();
    if (call != null && call.target().tool() != null) {
      made.put(call.target(), true);
    }
  }

  /** The calls that wait for their answers. */
  public synchronized List<Origin> calling() {
    return open.values().stream()
        .filter(Intent::open)
        .map(Intent::origin)
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  /** What calls were made so far, with whatever arguments; any, if nobody knows all of them. */
  public synchronized List<Origin> called() {
    return made.size() == MAX_MADE || !known
        ? List.of(Origin.ANY)
        : made.keySet().stream().map(Origin::of).toList();
  }

  /** The request that still waits for an answer of this id, null if none does. */
  public synchronized @Nullable Intent waiting(RequestId id) {
    Intent intent = open.get(id);
    return intent != null && intent.open() ? intent : null;
  }

  /** Remembers what was released. */
  public synchronized void released(RequestId id, Intent intent, String sent) {
    open.remove(id, intent);
    intent.forgets();
    released.put(id, new Released(intent, sent));
  }

  public synchronized @Nullable Released released(RequestId id) {
    return released.get(id);
  }

  /** The server asks something of the client, and may. */
  public synchronized void asks(RequestId id, String method) {
    asked.put(id, method);
  }

  /** Takes the right to answer what the server asked; returns its method, null if it did not. */
  public synchronized @Nullable String answers(RequestId id) {
    return asked.remove(id);
  }

  private static <K, V> Map<K, V> bounded(int size) {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > size;
      }
    };
  }
}
