package io.tabellion.api;

import io.grpc.Context;
import io.tabellion.config.Config.Role;
import java.time.Instant;

/**
 * Who reads the trail.
 *
 * @param name as configured; stands in the entries about what was read
 * @param role what they may do
 * @param expires from when on they are nobody; {@link Instant#MAX} for a certificate, which TLS
 *     judges
 */
record Reader(String name, Role role, Instant expires) {
  static final Context.Key<Reader> KEY = Context.key("tabellion-reader");

  boolean expired(Instant now) {
    return !now.isBefore(expires);
  }
}
