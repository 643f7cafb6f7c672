package io.tabellion.api;

import io.tabellion.trail.Reader;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the port of the audit API is reached, and who reads there by certificate.
 *
 * @param address to listen on: an {@code InetSocketAddress}, or a {@code UnixDomainSocketAddress}
 *     that is made with mode 0600
 * @param tls null for none
 * @param clients who is known by a certificate of their name: a URI or DNS name in it, else its
 *     common name; exact
 */
public record ApiSettings(SocketAddress address, @Nullable Tls tls, List<Reader> clients) {

  public ApiSettings {
    clients = List.copyOf(clients);
  }

  /**
   * Our TLS.
   *
   * @param certificate our chain, PEM
   * @param key our key, PEM (PKCS#8)
   * @param clientCa who vouches for clients, PEM; null if none is asked for a certificate
   */
  public record Tls(Path certificate, Path key, @Nullable Path clientCa) {}
}
