package io.tabellion.console;

import com.google.protobuf.ByteString;
import io.tabellion.trail.Reader;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who is signed in: in memory, for a time without requests and a time in all, and no longer than
 * their token or certificate counts. Every way to sign in ends in {@link #begin}.
 *
 * <p>Thread-safe.
 */
final class Sessions {
  /** Of one person; the one that was used least lately ends for another one. */
  static final int EACH = 10;

  /** Of all. */
  static final int MOST = 1_000;

  private final ConsoleSettings settings;
  private final InstantSource clock;

  /** By the hash of the cookie's value. Guarded by itself. */
  private final Map<ByteString, Session> sessions = new HashMap<>();

  Sessions(ConsoleSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Signs a person in; returns the value of the cookie that stands for the session. */
  String begin(Reader reader) {
    String cookie = Secrets.next();
    Instant now = clock.instant();
    synchronized (sessions) {
      sessions.values().removeIf(session -> isOver(session, now));
      long same = sessions.values().stream().filter(one -> isOf(one, reader)).count();
      if (same >= EACH || sessions.size() >= MOST) {
        endOldest(same >= EACH ? reader : null);
      }
      sessions.put(Secrets.hash(cookie), new Session(reader, now));
    }
    return cookie;
  }

  private void endOldest(@Nullable Reader reader) {
    sessions.entrySet().stream()
        .filter(entry -> reader == null || isOf(entry.getValue(), reader))
        .min(Comparator.comparing(entry -> entry.getValue().seen()))
        .ifPresent(oldest -> {
          oldest.getValue().end();
          sessions.remove(oldest.getKey());
        });
  }

  private static boolean isOf(Session session, Reader reader) {
    return session.reader().name().equals(reader.name());
  }

  /**
   * Returns the session of a cookie; empty if there is none or it is over.
   *
   * @param counts whether a person uses it now: a page that asks for itself does not keep the
   *     session
   */
  Optional<Session> find(String cookie, boolean counts) {
    Instant now = clock.instant();
    ByteString key = Secrets.hash(cookie);
    synchronized (sessions) {
      Session session = sessions.get(key);
      if (session != null && isOver(session, now)) {
        sessions.remove(key);
        return Optional.empty();
      }
      if (session != null && counts) {
        session.seen(now);
      }
      return Optional.ofNullable(session);
    }
  }

  /** Whether it is over; ends it if its time is. */
  boolean isOver(Session session, Instant now) {
    boolean late =
        !now.isBefore(session.seen().plus(settings.idle()))
            || !now.isBefore(session.began().plus(settings.longest()))
            || session.reader().expired(now);
    if (late) {
      session.end();
    }
    return session.over();
  }

  /** The same now. */
  boolean isOver(Session session) {
    return isOver(session, clock.instant());
  }

  /** Signs out. */
  void end(String cookie) {
    synchronized (sessions) {
      Session session = sessions.remove(Secrets.hash(cookie));
      if (session != null) {
        session.end();
      }
    }
  }

  int count() {
    synchronized (sessions) {
      return sessions.size();
    }
  }
}
