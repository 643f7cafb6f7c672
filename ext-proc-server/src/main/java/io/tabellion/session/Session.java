package io.tabellion.session;

import io.tabellion.jsonrpc.RequestId;
import io.tabellion.mask.stream.Deliveries;
import io.tabellion.mcp.Revision;
import io.tabellion.policy.Question.Target;
import io.tabellion.state.Change;
import io.tabellion.state.Changes;
import io.tabellion.state.Key;
import io.tabellion.state.Kind;
import io.tabellion.state.SharedState;
import io.tabellion.state.StaleException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A session of the session era: whose it is, and which requests are open in it, both ways. The
 * rights to answer them are records of the {@link SharedState}.
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

  /** What servers asked in sessions and clients may answer. */
  private static final Kind<Asked> ASKED = Kind.lasting("asked by a server");

  private final Key<Asked> asked;
  private final String digest;
  private final String owner;
  private final Deliveries deliveries;
  private volatile @Nullable String client;
  private volatile @Nullable Revision revision;
  private volatile Instant used;
  private volatile boolean ended;
  private volatile boolean showsLinks;
  private final Map<RequestId, Intent> open = new LinkedHashMap<>(); // guarded by this
  private final Map<Target, Boolean> made = bounded(MAX_MADE); // guarded by this
  private final boolean known;
  private final Map<RequestId, Released> released = bounded(MAX_RELEASED); // guarded by this

  /**
   * @param known whether all that was asked in it is known: it began in this process
   */
  Session(
      String server,
      String digest,
      String owner,
      @Nullable String client,
      @Nullable Revision revision,
      Deliveries deliveries,
      boolean known,
      Instant used) {
    this.known = known;
    this.asked = Key.of(ASKED, server, digest);
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

  /** Its client shows links to its user. */
  public void shownLinks() {
    showsLinks = true;
  }

  /** Whether its client shows links to its user; false where that is not known. */
  public boolean showsLinks() {
    return showsLinks;
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
    intent.held();
    Intent before = open.put(id, intent);
    if (before == null && open.size() > MAX_OPEN) {
      RequestId oldest = open.keySet().iterator().next();
      before = open.remove(oldest);
    }
    if (before != null) {
      before.letGo();
    }
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
  public @Nullable Intent waiting(RequestId id, Changes changes) {
    Intent intent;
    synchronized (this) {
      intent = open.get(id);
    }
    return intent != null && intent.open(changes) ? intent : null;
  }

  /** Remembers what was released. */
  public synchronized void released(RequestId id, Intent intent, String sent) {
    if (open.remove(id, intent)) {
      intent.letGo();
    }
    intent.forgets();
    released.put(id, new Released(intent, sent));
  }

  public synchronized @Nullable Released released(RequestId id) {
    return released.get(id);
  }

  /** The server asks something of the client, and may: the client may answer, once. */
  public void asks(RequestId id, String method, Changes changes) {
    changes.add(new Asks(asked, id, method));
  }

  /** Takes the right to answer what the server asked; returns its method, null if it did not. */
  public @Nullable String answers(RequestId id, Changes changes) {
    Asked open = changes.read(asked);
    String method = open == null ? null : open.methods().get(id);
    if (method != null) {
      changes.add(new Answers(asked, id, method));
    }
    return method;
  }

  /** Nobody looks for anything in it any more. */
  synchronized void close(SharedState state) {
    open.values().forEach(Intent::letGo);
    open.clear();
    state.forget(asked);
  }

  /**
   * What a server asked in a session and the client did not answer yet; the newest.
   *
   * @param methods by the id of the request, the oldest first
   */
  private record Asked(Map<RequestId, String> methods) {
    static final Asked NOTHING = new Asked(Map.of());

    Asked with(RequestId id, String method) {
      Map<RequestId, String> more = bounded(MAX_ASKED);
      more.putAll(methods);
      more.put(id, method);
      return new Asked(more);
    }

    @Nullable Asked without(RequestId id) {
      Map<RequestId, String> less = bounded(MAX_ASKED);
      less.putAll(methods);
      less.remove(id);
      return less.isEmpty() ? null : new Asked(less);
    }
  }

  private record Asks(Key<Asked> key, RequestId id, String method) implements Change<Asked> {
    @Override
    public Asked made(@Nullable Asked now) {
      return (now == null ? Asked.NOTHING : now).with(id, method);
    }

    @Override
    public @Nullable Asked undone(@Nullable Asked now) {
      return now == null ? null : now.without(id);
    }
  }

  private record Answers(Key<Asked> key, RequestId id, String method) implements Change<Asked> {
    @Override
    public @Nullable Asked made(@Nullable Asked now) {
      if (now == null || !now.methods().containsKey(id)) {
        throw new StaleException(ASKED.word());
      }
      return now.without(id);
    }

    @Override
    public Asked undone(@Nullable Asked now) {
      return (now == null ? Asked.NOTHING : now).with(id, method);
    }
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
