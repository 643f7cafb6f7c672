package io.tabellion.identity;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, from verified sources only; each part is kept apart from the others.
 *
 * @param source how the caller was identified
 * @param subject on whose behalf: JWT {@code sub}, or the certificate's identity; null if anonymous
 * @param issuer who vouches: JWT {@code iss}, or the trust domain of the certificate
 * @param actors who acts, outermost first (RFC 8693 {@code act}); empty without delegation
 * @param clientId the OAuth client ({@code client_id}, else {@code azp})
 * @param groups from the configured claim
 * @param scopes what the token was granted, from the claim of RFC 8693 §4.2
 * @param workload SPIFFE id or certificate name of the verified peer, null without one
 * @param address source address as Envoy saw it, null if unknown
 */
public record Caller(
    Source source,
    @Nullable String subject,
    @Nullable String issuer,
    List<String> actors,
    @Nullable String clientId,
    List<String> groups,
    List<String> scopes,
    @Nullable String workload,
    @Nullable String address) {

  public Caller {
    actors = List.copyOf(actors);
    groups = List.copyOf(groups);
    scopes = List.copyOf(scopes);
  }

  /** Where an identity came from. */
  public enum Source {
    JWT,
    CERTIFICATE,
    ISTIO_PEER,
    ANONYMOUS
  }

  /** Returns a caller of whom nothing is verified. */
  public static Caller anonymous(@Nullable String address) {
    return new Caller(
        Source.ANONYMOUS, null, null, List.of(), null, List.of(), List.of(), null, address);
  }

  /**
   * Returns what two exchanges of one caller have in common, and no two callers share: the owner of
   * a session. A token of the same subject from another issuer, or for another client or actor, is
   * another principal.
   */
  public String principal() {
    return part(source.name())
        + part(issuer)
        + part(subject)
        + part(clientId)
        + actors.stream().map(Caller::part).collect(Collectors.joining())
        + part(source == Source.JWT ? null : workload);
  }

  /**
   * Returns whose share of what is scarce the caller takes: the principal's; of those of whom
   * nothing is verified, the address's.
   */
  public String party() {
    return source == Source.ANONYMOUS && address != null ? "address " + host() : principal();
  }

  /** The address without its port. */
  private String host() {
    int port = Objects.requireNonNull(address).lastIndexOf(':');
    return port < 0 ? address : address.substring(0, port);
  }

  /** Length before text, so that no claim can pass for another's end. */
  private static String part(@Nullable String value) {
    return value == null ? "-" : value.length() + ":" + value;
  }
}
