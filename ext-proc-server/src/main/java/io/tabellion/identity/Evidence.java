package io.tabellion.identity;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Envoy says of who is at the other end, verified there. Nothing here comes from the request
 * itself.
 *
 * @param jwt claims of the token that {@code jwt_authn} verified: text, {@link Double}, {@link
 *     Boolean}, list or map; null without one
 * @param certificate of the downstream connection, null without one
 * @param istioPeer {@code filter_state['io.istio.peer_principal']}, null without one
 * @param address {@code source.address}, null if unknown
 */
public record Evidence(
    @Nullable Map<String, Object> jwt,
    @Nullable Certificate certificate,
    @Nullable String istioPeer,
    @Nullable String address) {

  /** Evidence of nothing. */
  public static final Evidence NONE = new Evidence(null, null, null, null);

  /**
   * The peer's certificate as Envoy's connection attributes name it.
   *
   * @param valid {@code connection.peer_certificate_valid}; null where Envoy does not know the
   *     attribute (before 1.39)
   * @param uris URI names of the certificate
   * @param names DNS names of the certificate
   * @param subject distinguished name, null if empty
   */
  public record Certificate(
      @Nullable Boolean valid, List<String> uris, List<String> names, @Nullable String subject) {

    public Certificate {
      uris = List.copyOf(uris);
      names = List.copyOf(names);
    }
  }
}
