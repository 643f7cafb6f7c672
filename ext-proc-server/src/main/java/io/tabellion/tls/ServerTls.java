package io.tabellion.tls;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate and key of one of our ports, and whose client certificates it accepts, as the
 * files said when they were read last. New connections use what was read last; those that are open
 * go on.
 *
 * <p>Thread-safe. One thread at a time reads.
 */
public final class ServerTls {
  private final Path certificate;
  private final Path key;
  private final @Nullable Path clientCa;
  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager clients;
  private volatile Instant expires = Instant.MAX;

  private ServerTls(
      Path certificate, Path key, @Nullable Path clientCa, AdvancedTlsX509TrustManager clients) {
    this.certificate = certificate;
    this.key = key;
    this.clientCa = clientCa;
    this.clients = clients;
  }

  /**
   * Reads the files.
   *
   * @param certificate chain of the server, PEM
   * @param key its private key, PEM
   * @param clientCa authorities of client certificates, PEM; null for none
   * @throws IOException if one cannot be read or used; the message names it
   */
  public static ServerTls load(Path certificate, Path key, @Nullable Path clientCa)
      throws IOException {
    try {
      AdvancedTlsX509TrustManager clients =
          AdvancedTlsX509TrustManager.newBuilder()
              .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
              .build();
      ServerTls tls = new ServerTls(certificate, key, clientCa, clients);
      tls.read();
      return tls;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS: " + e.getMessage(), e);
    }
  }

  /** The files, which are to be read again together. */
  public List<Path> files() {
    return Stream.of(certificate, key, clientCa).flatMap(Stream::ofNullable).toList();
  }

  /**
   * Reads the files again, and uses them for new connections.
   *
   * @throws IOException if one cannot be read or used; what was read before stays
   */
  public void read() throws IOException {
    List<X509Certificate> chain = Pem.certificates(certificate);
    PrivateKey own = Pem.key(key);
    Pem.requireOfOneAnother(chain.getFirst(), certificate, own, key);
    List<X509Certificate> authorities = clientCa == null ? List.of() : Pem.certificates(clientCa);
    try {
      if (!authorities.isEmpty()) {
        clients.updateTrustCredentials(authorities.toArray(new X509Certificate[0]));
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(clientCa + ": cannot be used (expected: certificates, PEM)", e);
    }
    keys.updateIdentityCredentials(chain.toArray(new X509Certificate[0]), own);
    expires =
        Stream.concat(chain.stream(), authorities.stream())
            .map(one -> one.getNotAfter().toInstant())
            .min(Comparator.naturalOrder())
            .orElse(Instant.MAX);
  }

  /** When the first of the certificates expires. */
  public Instant expires() {
    return expires;
  }

  /** Shows our certificate. */
  public KeyManager keyManager() {
    return keys;
  }

  /** Judges certificates of clients; null if none are asked for. */
  public @Nullable TrustManager trustManager() {
    return clientCa == null ? null : clients;
  }
}
