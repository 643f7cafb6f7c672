package io.tabellion.trail;

import io.tabellion.approval.Person;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Someone whom an edge knows by token or certificate.
 *
 * @param name as configured, or SUBJECT (ISSUER); stands in the entries about what was read
 * @param roles what they may do: all that one of these may; at least one
 * @param person who they are where they decide about calls
 * @param expires from when on they are nobody; {@link Instant#MAX} for a certificate, which TLS
 *     judges
 * @param revoked whether they are nobody already; asked by any thread
 */
public record Reader(
    String name, Set<Role> roles, Person person, Instant expires, BooleanSupplier revoked) {

  public Reader {
    roles = Set.copyOf(roles);
    if (roles.isEmpty()) {
      throw new IllegalArgumentException("roles: none (expected: at least one)");
    }
  }

  /** Someone who is so until the end. */
  public Reader(String name, Set<Role> roles, Person person, Instant expires) {
    this(name, roles, person, expires, Reader::never);
  }

  /** Someone with one role. */
  public Reader(String name, Role role, Person person, Instant expires) {
    this(name, Set.of(role), person, expires);
  }

  /** Someone who is known by their name alone, and in no groups. */
  public Reader(String name, Role role, Instant expires) {
    this(name, role, new Person(name, null, List.of(), "token"), expires);
  }

  /** The same somebody until another time. */
  public Reader until(Instant end) {
    return new Reader(name, roles, person, end, revoked);
  }

  /** The same somebody until that is revoked. */
  public Reader unless(BooleanSupplier otherwise) {
    return new Reader(name, roles, person, expires, otherwise);
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
          "token of " + name + ": " + ended() + " (expected: a newer one)");
    }
  }

  boolean has(Right right) {
    return roles.stream().anyMatch(role -> role.has(right));
  }

  /** The words of the roles, in their order. */
  String words() {
    return EnumSet.copyOf(roles).stream().map(Role::word).collect(Collectors.joining(","));
  }

  private static boolean never() {
    return false;
  }

  /** Why they are nobody any more. */
  String ended() {
    return revoked.getAsBoolean() ? "revoked" : "expired";
  }

  /** Whether they are nobody, by the time or because that was revoked. */
  public boolean expired(Instant now) {
    return !now.isBefore(expires) || revoked.getAsBoolean();
  }
}
