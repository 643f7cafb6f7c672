package io.tabellion.signin;

import com.google.protobuf.ByteString;
import com.nimbusds.jose.JWSHeader;
import io.tabellion.jsonrpc.Json;
import io.tabellion.trail.TrailException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one issuer, as they were got last.
 *
 * <p>They are got anew every 10 minutes, and when a token names a key that is not among them, then
 * at most every 30 s. While that fails, the last ones are used for 12 hours.
 *
 * <p>Thread-safe. One thread at a time gets keys; others wait for it only if they need what it
 * brings.
 */
final class IssuerKeys {
  /** Between two times that keys are got anew without being asked for. */
  static final Duration ANEW = Duration.ofMinutes(10);

  /** The same after a failure. */
  static final Duration AGAIN = Duration.ofSeconds(10);

  /** How long keys are used that could not be got anew. */
  static final Duration LAST = Duration.ofHours(12);

  /** Between two times that tokens with unknown keys have them got anew. */
  private static final Duration UNKNOWN = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofSeconds(12);
  private static final int LARGEST_FILE = 512 << 10;
  private static final System.Logger LOG = System.getLogger(IssuerKeys.class.getName());

  private final OidcSettings settings;
  private final Fetch fetch;
  private final InstantSource clock;
  private final ReentrantLock getting = new ReentrantLock();

  /** Assigned by whoever holds {@link #getting}. */
  private volatile @Nullable Got got;

  /** Why the last attempt failed; null if it did not. Assigned by whoever holds the lock. */
  private volatile @Nullable String problem;

  /** When the last attempt ended. Guarded by the lock. */
  private Instant tried = Instant.EPOCH;

  IssuerKeys(OidcSettings settings, Fetch fetch, InstantSource clock) {
    this.settings = settings;
    this.fetch = fetch;
    this.clock = clock;
  }

  private record Got(KeySet keys, @Nullable Metadata metadata, Instant at) {}

  /**
   * Returns keys for a token with this header: those there are, or newer ones where they do not
   * suffice.
   *
   * @throws TrailException {@code UNAVAILABLE} if there are none that may be used
   */
  KeySet forToken(JWSHeader header) throws InterruptedException {
    Got before = usable();
    if (before != null && before.keys().fits(header)) {
      return before.keys();
    }
    bring(before == null ? AGAIN : UNKNOWN);
    return require().keys();
  }

  /**
   * Returns what the issuer says of itself.
   *
   * @throws TrailException {@code UNAVAILABLE} if it is not known
   */
  Metadata metadata() throws InterruptedException {
    if (usable() == null) {
      bring(AGAIN);
    }
    Metadata metadata = require().metadata();
    if (metadata == null) {
      throw new IllegalStateException(
          "metadata: of fixed keys (expected: asked only of discovered)");
    }
    return metadata;
  }

  /** Gets keys. */
  void renew() throws InterruptedException {
    bring(Duration.ZERO);
  }

  /** Waits for whoever gets keys now; gets them if the last attempt is so long ago. */
  private void bring(Duration pause) throws InterruptedException {
    if (!getting.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      return;
    }
    try {
      Instant now = clock.instant();
      boolean wentBack = now.isBefore(tried);
      if (wentBack || !now.isBefore(tried.plus(pause))) {
        get();
        tried = clock.instant();
      }
    } finally {
      getting.unlock();
    }
  }

  /** Whether the last attempt failed. */
  boolean failed() {
    return problem != null;
  }

  /** Whether tokens can be checked now. */
  boolean ready() {
    return usable() != null;
  }

  private void get() throws InterruptedException {
    String before = problem;
    try {
      got = load();
      problem = null;
      if (before != null) {
        LOG.log(Level.INFO, "keys of {0}: there again", settings.issuer());
      }
    } catch (IOException e) {
      String now = String.valueOf(e.getMessage());
      problem = now;
      if (!now.equals(before)) {
        LOG.log(Level.WARNING, "keys of {0}: {1}", settings.issuer(), now);
      }
    }
  }

  private Got load() throws IOException, InterruptedException {
    return switch (settings.keys()) {
      case OidcSettings.Keys.In(Path file) -> new Got(KeySet.of(read(file)), null, clock.instant());
      case OidcSettings.Keys.At(URI uri) ->
          new Got(KeySet.of(fetch.get(uri)), null, clock.instant());
      case OidcSettings.Keys.Discovered() -> {
        Metadata metadata = Metadata.of(settings.issuer(), fetch);
        yield new Got(KeySet.of(fetch.get(metadata.jwks())), metadata, clock.instant());
      }
    };
  }

  private static Json.Obj read(Path file) throws IOException {
    if (Files.size(file) > LARGEST_FILE) {
      throw new IOException(file + ": too large (expected: at most 512 KiB)");
    }
    return Fetch.object(ByteString.copyFrom(Files.readAllBytes(file)));
  }

  private @Nullable Got usable() {
    Got last = got;
    return last != null && clock.instant().isBefore(last.at().plus(LAST)) ? last : null;
  }

  private Got require() {
    Got last = usable();
    if (last == null) {
      String why = problem;
      throw TrailException.of(
          TrailException.Code.UNAVAILABLE,
          "keys of %s: %s; tokens of this issuer cannot be checked now"
              .formatted(settings.issuer(), why == null ? "not there yet" : why));
    }
    return last;
  }
}
