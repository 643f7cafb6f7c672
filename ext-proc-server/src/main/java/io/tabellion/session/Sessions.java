package io.tabellion.session;

import io.tabellion.mask.Deliveries;
import io.tabellion.mcp.Revision;
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
 * <p>Thread-safe. Finding a session of the past may block.
 */
public final class Sessions {
  /** After so long without use a session is looked up in the trail again. */
  private static final Duration IDLE = Duration.ofHours(24);

  /** More sessions in use than this: the idle ones go earlier. */
  private static final int MANY = 100_000;

  private static final Duration IDLE_OF_MANY = Duration.ofMinutes(10);

  private final SessionOwners owners;
  private final InstantSource clock;
  private final Map<Key, Session> sessions = new ConcurrentHashMap<>();

  public Sessions(SessionOwners owners, InstantSource clock) {
    this.owners = owners;
    this.clock = clock;
  }

  private record Key(String server, String digest) {}

  /** Returns the session, null if it is unknown or ended. */
  public @Nullable Session find(String server, String digest) {
    Key key = new Key(server, digest);
    Session session = sessions.get(key);
    if (session == null) {
      session = remember(key);
    }
    if (session == null || session.ended()) {
      return null;
    }
    session.touch(clock.instant());
    return session;
  }

  /**
   * Begins a session; null if somebody else has one of this id.
   *
   * @param client what the client says it is
   */
  public @Nullable Session begin(
      String server, String digest, String owner, @Nullable String client) {
    Session known = find(server, digest);
    if (known != null && !known.owner().equals(owner)) {
      return null;
    }
    Deliveries deliveries = known == null ? new Deliveries(true) : known.deliveries();
    Session session =
        new Session(digest, owner, client, null, deliveries, known == null, clock.instant());
    sessions.put(new Key(server, digest), session);
    return session;
  }

  /** Forgets sessions that nobody used for long; the trail still knows them. */
  public void tidy(Instant now) {
    Instant before = now.minus(sessions.size() > MANY ? IDLE_OF_MANY : IDLE);
    sessions.values().removeIf(session -> session.used().isBefore(before));
  }

  private @Nullable Session remember(Key key) {
    Optional<SessionOwners.Owned> past = owners.find(key.server(), key.digest());
    if (past.isEmpty()) {
      return null;
    }
    SessionOwners.Owned owned = past.get();
    Revision revision = Optional.ofNullable(owned.revision()).flatMap(Revision::of).orElse(null);
    Session session =
        new Session(
            key.digest(),
            owned.owner(),
            owned.client(),
            revision,
            new Deliveries(false),
            false,
            clock.instant());
    Session earlier = sessions.putIfAbsent(key, session);
    return earlier == null ? session : earlier;
  }
}
