package io.tabellion.signin;

import io.tabellion.approval.Person;
import io.tabellion.trail.Reader;
import io.tabellion.trail.Role;
import io.tabellion.trail.TrailException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * An OpenID Connect issuer, and what is known of it.
 *
 * <p>Thread-safe.
 */
record Issuer(OidcSettings settings, IssuerKeys keys, TokenCheck check, Fetch fetch) {
  private static final int MOST_SAID = 20;
  private static final Set<Role> DECIDING = EnumSet.of(Role.APPROVER, Role.ADMIN);

  static Issuer of(OidcSettings settings, InstantSource clock) {
    Fetch fetch = new Fetch(settings.ca());
    IssuerKeys keys = new IssuerKeys(settings, fetch, clock);
    return new Issuer(settings, keys, new TokenCheck(settings, keys, clock), fetch);
  }

  /**
   * Makes a reader of who signed in.
   *
   * @throws TrailException {@code DENIED} if their groups have no role
   */
  Reader reader(Claims claims) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    settings
        .roles()
        .forEach((role, groups) -> {
          if (claims.groups().stream().anyMatch(groups::contains)) {
            roles.add(role);
          }
        });
    if (claims.program()) {
      roles.removeAll(DECIDING);
    }
    String name = claims.subject() + " (" + claims.issuer() + ")";
    if (roles.isEmpty()) {
      throw TrailException.of(TrailException.Code.DENIED, name + ": " + noRole(claims));
    }
    return new Reader(
        name,
        roles,
        new Person(claims.subject(), claims.issuer(), claims.names(), claims.groups(), "oidc"),
        claims.expires());
  }

  /** What the person is told: their own groups, never those that others are in. */
  private String noRole(Claims claims) {
    if (claims.program()) {
      return "no role: a program's token is given neither approver nor admin (expected: a person's"
          + " token, or a group of the roles auditor or responder)";
    }
    List<String> groups = new ArrayList<>(claims.groups());
    boolean more = groups.size() > MOST_SAID;
    String said =
        groups.isEmpty()
            ? "none in the claim " + settings.groupsClaim()
            : String.join(", ", groups.subList(0, Math.min(MOST_SAID, groups.size())))
                + (more ? ", …" : "");
    return "no role for the groups: " + said + " (expected: one that api.oidc[].roles names)";
  }
}
