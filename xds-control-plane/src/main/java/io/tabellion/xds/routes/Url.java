package io.tabellion.xds.routes;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * An {@code http} or {@code https} URL without user, query or fragment.
 *
 * @param tls whether it is https
 * @param host a name, or an address without brackets
 * @param port the port, also where the text leaves it to the scheme
 * @param authority host and port as the text has them, for the Host header
 * @param path with its slash; empty if the text has none
 */
public record Url(boolean tls, String host, int port, String authority, String path) {

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if it is none; the message is what was expected
   */
  static Url parse(String text) {
    URI uri = uri(text);
    boolean tls = "https".equals(uri.getScheme());
    if ((!tls && !"http".equals(uri.getScheme()))
        || uri.getHost() == null
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      throw new IllegalArgumentException("http(s)://HOST[:PORT][/PATH]");
    }
    String host = uri.getHost().replace("[", "").replace("]", "");
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    return new Url(tls, host, port, uri.getRawAuthority(), uri.getRawPath());
  }

  /** Where it is served. */
  public Endpoint.Tcp endpoint() {
    return new Endpoint.Tcp(host, port);
  }

  /** Scheme and authority. */
  public String origin() {
    return (tls ? "https://" : "http://") + authority;
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("http(s)://HOST[:PORT][/PATH]", e);
    }
  }
}
