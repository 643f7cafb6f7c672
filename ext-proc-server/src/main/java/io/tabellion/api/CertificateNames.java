package io.tabellion.api;

import io.tabellion.trail.Reader;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The readers who are known by certificate: a URI or DNS name in it, else its common name. TLS has
 * verified it before.
 */
final class CertificateNames {
  private static final int DNS = 2;
  private static final int URI = 6;

  private final Map<String, Reader> readers;

  CertificateNames(List<Reader> clients) {
    readers = clients.stream().collect(Collectors.toMap(Reader::name, Function.identity()));
  }

  /** Returns who is at the other end, or null if nobody that we know. */
  @Nullable Reader find(@Nullable SSLSession session) {
    if (session == null || readers.isEmpty()) {
      return null;
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain[0] instanceof X509Certificate certificate ? find(certificate) : null;
    } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
      return null;
    }
  }

  private @Nullable Reader find(X509Certificate certificate) throws CertificateParsingException {
    for (String name : names(certificate)) {
      Reader reader = readers.get(name);
      if (reader != null) {
        return reader;
      }
    }
    return null;
  }

  private static List<String> names(X509Certificate certificate)
      throws CertificateParsingException {
    List<String> names = new ArrayList<>();
    Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
    for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
      if (alternative.get(0) instanceof Integer type
          && (type == DNS || type == URI)
          && alternative.get(1) instanceof String name) {
        names.add(name);
      }
    }
    return names.isEmpty() ? commonName(certificate) : names;
  }

  private static List<String> commonName(X509Certificate certificate) {
    try {
      return new LdapName(certificate.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
              .map(Rdn::getValue)
              .map(String::valueOf)
              .limit(1)
              .toList();
    } catch (InvalidNameException e) {
      return List.of();
    }
  }
}
