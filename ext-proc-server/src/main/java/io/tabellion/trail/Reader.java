package io.tabellion.trail;

import java.time.Instant;

/**
 * Someone whom an edge knows by token or certificate.
 *
 * @param name as configured; stands in the entries about what was read
 * @param role what they may do
 * @param expires from when on they are nobody; {@link Instant#MAX} for a certificate, which TLS
 *     judges
 */
public record Reader(String name, Role role, Instant expires) {

  /**
   * Checks that the reader still is somebody.
   *
   * @throws TrailException {@code UNAUTHENTICATED} if not
   */
  public void checkNotExpired(Instant now) {
    if (expired(now)) {
      throw TrailException.of(
          TrailException.Code.UNAUTHENTICATED,
          "token of " + name + ": expired (expected: a newer one)");
    }
  }

  boolean expired(Instant now) {
    return !now.isBefore(expires);
  }
}
