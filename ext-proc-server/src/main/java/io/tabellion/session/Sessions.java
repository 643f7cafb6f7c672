package io.tabellion.session;

import io.tabellion.mask.stream.Deliveries;
import io.tabellion.mcp.Revision;
import io.tabellion.pace.Turns;
import io.tabellion.state.Change;
import io.tabellion.state.Changes;
import io.tabellion.state.Key;
import io.tabellion.state.Kind;
import io.tabellion.state.SharedState;
import io.tabellion.state.StaleException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that are in use, and, through {@link SessionOwners}, those of the past.
 *
 * <p>Thread-safe. Recalling a session of the past may block.
 */
public final class Sessions {
  /** After so long without use a session is looked up in the trail again. */
  private static final Duration IDLE = Duration.ofHours(24);

  /** More sessions in use than this: the idle ones go earlier. */
  private static final int MANY = 100_000;

  private static final Duration IDLE_OF_MANY = Duration.ofMinutes(10);

  /** The newest; those before are in the trail. */
  private static final Kind<SessionOwners.Owned> OWNERS = Kind.newest("session", MANY);

  private final SharedState state;
  private final SessionOwners owners;
  private final InstantSource clock;
  private final Map<Key<SessionOwners.Owned>, Session> sessions = new ConcurrentHashMap<>();

  public Sessions(SharedState state, SessionOwners owners, InstantSource clock) {
    this.state = state;
    this.owners = owners;
    this.clock = clock;
  }

  /**
   * What is known of a session id.
   *
   * @param session that has it; null if none has, or it ended
   */
  public record Known(String server, String digest, @Nullable Session session) {}

  /** Looks up who has a session id. May block on a disk. */
  public Known recall(String server, String digest) {
    return new Known(server, digest, find(server, digest));
  }

  private @Nullable Session find(String server, String digest) {
    Session session = sessions.get(Key.of(OWNERS, server, digest));
    if (session == null) {
      session = remember(server, digest);
    }
    if (session == null || session.ended()) {
      return null;
    }
    session.touch(clock.instant());
    return session;
  }

  /**
   * Returns a session that begins, by a change; null if somebody else has one of this id. It is
   * found once it has {@link #begun}.
   *
   * @param before who has the id so far
   * @param client what the client says it is
   */
  public @Nullable Session begin(
      Known before, String owner, @Nullable String client, Changes changes) {
    String server = before.server();
    String digest = before.digest();
    Session known = before.session();
    if (known != null && !known.owner().equals(owner)) {
      return null;
    }
    SessionOwners.Owned other = changes.read(Key.of(OWNERS, server, digest));
    if (other != null && !other.owner().equals(owner)) {
      return null;
    }
    var owned = new SessionOwners.Owned(owner, null, client);
    changes.add(new Begins(Key.of(OWNERS, server, digest), owned, other));
    Deliveries deliveries = known == null ? new Deliveries(true) : known.deliveries();
    return new Session(
        server, digest, owner, client, null, deliveries, known == null, clock.instant());
  }

  /** Its begin is durable: it is found from now on. */
  public void begun(String server, Session session) {
    Session before = sessions.put(Key.of(OWNERS, server, session.digest()), session);
    if (before != null && before != session) {
      before.close(state);
    }
  }

  /** A session of one's own begins, or begins anew. */
  private record Begins(
      Key<SessionOwners.Owned> key, SessionOwners.Owned owned, SessionOwners.@Nullable Owned before)
      implements Change<SessionOwners.Owned> {

    @Override
    public SessionOwners.Owned made(SessionOwners.@Nullable Owned now) {
      if (now != null && !now.owner().equals(owned.owner())) {
        throw new StaleException(OWNERS.word());
      }
      return owned;
    }

    @Override
    public SessionOwners.@Nullable Owned undone(SessionOwners.@Nullable Owned now) {
      return before;
    }
  }

  /** Forgets sessions that nobody used for long; the trail still knows them. */
  public void tidy(Instant now) {
    Instant before = now.minus(sessions.size() > MANY ? IDLE_OF_MANY : IDLE);
    sessions
        .values()
        .removeIf(session -> {
          boolean idle = session.used().isBefore(before);
          if (idle) {
            session.close(state);
          }
          return idle;
        });
  }

  private @Nullable Session remember(String server, String digest) {
    Turns.takesTime();
    Optional<SessionOwners.Owned> past = owners.find(server, digest);
    if (past.isEmpty()) {
      return null;
    }
    SessionOwners.Owned owned = past.get();
    Revision revision = Optional.ofNullable(owned.revision()).flatMap(Revision::of).orElse(null);
    Session session =
        new Session(
            server,
            digest,
            owned.owner(),
            owned.client(),
            revision,
            new Deliveries(false),
            false,
            clock.instant());
    Session earlier = sessions.putIfAbsent(Key.of(OWNERS, server, digest), session);
    return earlier == null ? session : earlier;
  }
}
