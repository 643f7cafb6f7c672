package io.tabellion.console;

import com.google.protobuf.ByteString;
import io.tabellion.trail.Reader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Links that sign in once. Showing the page of one does not use it up, so that programs that look
 * at links beforehand do no harm; the form on the page does.
 *
 * <p>Thread-safe.
 */
final class Links {
  static final Duration VALID = Duration.ofSeconds(60);

  /** That wait to be used; the oldest goes for another one. */
  private static final int MOST = 1_000;

  private final InstantSource clock;

  /** By the hash of the token, oldest first. Guarded by itself. */
  private final LinkedHashMap<ByteString, Waiting> waiting = new LinkedHashMap<>();

  Links(InstantSource clock) {
    this.clock = clock;
  }

  private record Waiting(Reader reader, Instant expires) {}

  /** A link that was made. */
  record Made(String token, Instant expires) {}

  Made make(Reader reader) {
    String token = Secrets.next();
    Instant expires = clock.instant().plus(VALID);
    synchronized (waiting) {
      forget();
      if (waiting.size() >= MOST) {
        waiting.pollFirstEntry();
      }
      waiting.put(Secrets.hash(token), new Waiting(reader, expires));
    }
    return new Made(token, expires);
  }

  /** Returns whom the link would sign in; empty if it was used, or is too old. */
  Optional<Reader> look(String token) {
    synchronized (waiting) {
      forget();
      return Optional.ofNullable(waiting.get(Secrets.hash(token))).map(Waiting::reader);
    }
  }

  /** The same, and uses it up. */
  Optional<Reader> use(String token) {
    synchronized (waiting) {
      forget();
      return Optional.ofNullable(waiting.remove(Secrets.hash(token))).map(Waiting::reader);
    }
  }

  private void forget() {
    Instant now = clock.instant();
    waiting.values().removeIf(one -> !now.isBefore(one.expires()));
  }
}
