package io.tabellion.signin;

import io.tabellion.trail.Role;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An OpenID Connect issuer whose tokens are let in.
 *
 * <p>Immutable and thread-safe.
 *
 * @param issuer the {@code iss} of its tokens, exact
 * @param audiences of which a token must have one in its {@code aud}, exact; at least one
 * @param keys where its public keys are
 * @param ca authorities of its certificate, PEM; null for those of the JVM
 * @param subjectClaim the claim that names a person; {@code email} counts only where {@code
 *     email_verified} is true
 * @param groupsClaim the claim that lists a person's groups: its name, or from a slash on a JSON
 *     pointer to it (RFC 6901)
 * @param roles which groups have which role; a person has each role of which they are in a group
 */
public record OidcSettings(
    String issuer,
    Set<String> audiences,
    Keys keys,
    @Nullable Path ca,
    String subjectClaim,
    String groupsClaim,
    Map<Role, Set<String>> roles) {

  public OidcSettings {
    audiences = Set.copyOf(audiences);
    roles = Map.copyOf(roles);
    Endpoints.require("issuer", Endpoints.uri(issuer));
  }

  /** Where public keys are (a JWK set, RFC 7517 §5). */
  public sealed interface Keys {

    /** Where the issuer's metadata say (OpenID Connect Discovery 1.0 §4). */
    record Discovered() implements Keys {}

    /** At an address: https, or http on a loopback address. */
    record At(URI uri) implements Keys {
      public At {
        Endpoints.require("jwks-uri", uri);
      }

      /**
       * Reads the address.
       *
       * @throws IllegalArgumentException if it may not be used
       */
      public static At of(String text) {
        return new At(Endpoints.uri(text));
      }
    }

    /** In a file, which is read again when a token has another key. */
    record In(Path file) implements Keys {}
  }
}
