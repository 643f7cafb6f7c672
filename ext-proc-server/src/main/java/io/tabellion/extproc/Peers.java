package io.tabellion.extproc;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Lets in, per connection, only peers whose verified certificate has an allowed name, and keeps
 * that name for the entries.
 *
 * <p>Thread-safe.
 */
final class Peers extends ServerTransportFilter {
  static final Attributes.Key<String> PEER = Attributes.Key.create("io.tabellion.peer");

  private static final int DNS_NAME = 2;
  private static final int URI_NAME = 6;

  private final Set<String> allowed;

  Peers(Set<String> allowed) {
    this.allowed = allowed;
  }

  @Override
  public Attributes transportReady(Attributes transport) {
    SSLSession session = transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null) {
      throw refused();
    }
    return names(session).stream()
        .filter(allowed::contains)
        .findFirst()
        .map(name -> transport.toBuilder().set(PEER, name).build())
        .orElseThrow(Peers::refused);
  }

  private static RuntimeException refused() {
    return Status.UNAUTHENTICATED
        .withDescription("client certificate: no allowed name (expected: one of allowed-clients)")
        .asRuntimeException();
  }

  /** URI and DNS names; the common name where there is neither. */
  static List<String> names(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate leaf ? names(leaf) : List.of();
    } catch (SSLPeerUnverifiedException | CertificateParsingException | InvalidNameException e) {
      return List.of(); // a peer without a readable name is a stranger
    }
  }

  private static List<String> names(X509Certificate leaf)
      throws CertificateParsingException, InvalidNameException {
    var alternatives = leaf.getSubjectAlternativeNames();
    List<String> names =
        alternatives == null
            ? List.of()
            : alternatives.stream()
                .filter(name -> name.get(0).equals(DNS_NAME) || name.get(0).equals(URI_NAME))
                .map(name -> (String) name.get(1))
                .toList();
    return names.isEmpty() ? commonName(leaf).toList() : names;
  }

  private static Stream<String> commonName(X509Certificate leaf) throws InvalidNameException {
    return new LdapName(leaf.getSubjectX500Principal().getName())
        .getRdns().stream()
            .filter(part -> part.getType().equalsIgnoreCase("CN"))
            .map(part -> part.getValue().toString());
  }
}
