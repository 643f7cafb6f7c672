package io.tabellion.slack;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What came already, as long as its signature is not too old. Only what is signed is put here, so
 * strangers cannot fill it.
 *
 * <p>Thread-safe.
 */
final class Replays {
  static final int MOST = 10_000;
  private static final Duration REMEMBERED = Signatures.AGE.multipliedBy(2);

  private final InstantSource clock;

  /** Guarded by this. */
  private final Map<String, Instant> seen = new LinkedHashMap<>();

  Replays(InstantSource clock) {
    this.clock = clock;
  }

  /** Whether it comes for the first time; never when there is no room to remember it. */
  synchronized boolean isFirst(String what) {
    Instant now = clock.instant();
    Iterator<Instant> oldest = seen.values().iterator();
    while (oldest.hasNext() && oldest.next().plus(REMEMBERED).isBefore(now)) {
      oldest.remove();
    }
    return seen.size() < MOST && seen.putIfAbsent(what, now) == null;
  }
}
