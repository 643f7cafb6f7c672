package io.tabellion.trail;

import io.tabellion.approval.Person;
import java.time.Instant;
import java.util.List;

/**
 * Someone whom an edge knows by token or certificate.
 *
 * @param name as configured; stands in the entries about what was read
 * @param role what they may do
 * @param person who they are where they decide about calls
 * @param expires from when on they are nobody; {@link Instant#MAX} for a certificate, which TLS
 *     judges
 */
public record Reader(String name, Role role, Person person, Instant expires) {

  /** Someone who is known by their name alone, and in no groups. */
  public Reader(String name, Role role, Instant expires) {
    this(name, role, new Person(name, null, List.of(), "token"), expires);
  }

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
