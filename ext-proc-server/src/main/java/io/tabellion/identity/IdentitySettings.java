package io.tabellion.identity;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a listener's callers may be: each source that is not named here counts for nothing.
 *
 * <p>Sources are tried in the order of the components; the first that is present decides, also when
 * it refuses.
 *
 * @param jwt callers by token; null: tokens do not count
 * @param certificate callers by client certificate; null: certificates do not count
 * @param istioPeer callers by the mesh's peer principal; null: it does not count
 * @param anonymous whether a caller of whom nothing is verified may pass
 * @param hops identities of gateways and proxies on the way, never callers: SPIFFE ids or names
 */
public record IdentitySettings(
    @Nullable Jwt jwt,
    @Nullable Certificates certificate,
    @Nullable IstioPeer istioPeer,
    boolean anonymous,
    Set<String> hops) {

  public IdentitySettings {
    hops = Set.copyOf(hops);
  }

  /** Nobody is a caller. */
  public static final IdentitySettings NOBODY =
      new IdentitySettings(null, null, null, false, Set.of());

  /** Everybody may call; nobody is known. */
  public static final IdentitySettings ANONYMOUS =
      new IdentitySettings(null, null, null, true, Set.of());

  /**
   * Tokens that Envoy's {@code jwt_authn} verified.
   *
   * @param issuers allowed {@code iss}
   * @param audiences allowed {@code aud}, one suffices; empty: not looked at (Envoy did)
   * @param groupsClaim the claim that lists groups, null if none does
   * @param subjectClaim the claim that names the caller; {@code email} counts only where {@code
   *     email_verified} is true
   */
  public record Jwt(
      Set<String> issuers,
      Set<String> audiences,
      @Nullable String groupsClaim,
      String subjectClaim) {
    public Jwt {
      issuers = Set.copyOf(issuers);
      audiences = Set.copyOf(audiences);
    }

    /** Callers who are named by {@code sub}. */
    public Jwt(Set<String> issuers, Set<String> audiences, @Nullable String groupsClaim) {
      this(issuers, audiences, groupsClaim, "sub");
    }
  }

  /**
   * Client certificates.
   *
   * @param trustDomains allowed SPIFFE trust domains; a certificate without SPIFFE id counts only
   *     where this is empty
   * @param verifiedByListener the operator's word that this listener verifies certificates, for
   *     Envoys that do not say so themselves
   */
  public record Certificates(Set<String> trustDomains, boolean verifiedByListener) {
    public Certificates {
      trustDomains = Set.copyOf(trustDomains);
    }
  }

  /**
   * Istio's peer principal.
   *
   * @param trustDomains allowed SPIFFE trust domains; empty allows none
   */
  public record IstioPeer(Set<String> trustDomains) {
    public IstioPeer {
      trustDomains = Set.copyOf(trustDomains);
    }
  }
}
