package io.tabellion.mesh.check;

import java.util.Set;

/** Filters that say who calls. */
final class Auth {
  private static final Set<String> TYPES = Set.of(Messages.JWT, Messages.EXT_AUTHZ, Messages.RBAC);
  private static final Set<String> NAMES =
      Set.of(
          "envoy.filters.http.jwt_authn",
          "envoy.filters.http.rbac",
          "envoy.filters.http.ext_authz");

  private Auth() {}

  /** Whether a filter, which is none of ours, checks callers. */
  static boolean is(Link link) {
    boolean ours = io.tabellion.mesh.Filters.ORDER.contains(link.name());
    return !ours && (NAMES.contains(link.name()) || TYPES.contains(link.type()));
  }
}
