package io.tabellion.xds.routes;

import io.tabellion.yaml.SecretValueException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An {@code http} or {@code https} URL without user or fragment, in ASCII.
 *
 * @param tls whether it is https
 * @param host a name, or an address without brackets
 * @param port the port, also where the text leaves it to the scheme
 * @param authority host and port as the text has them, for the Host header
 * @param path with its slash; empty if the text has none
 * @param query without its question mark; empty if the text has none
 */
public record Url(boolean tls, String host, int port, String authority, String path, String query) {
  private static final String EXPECTED = "http(s)://HOST[:PORT][/PATH][?QUERY]";

  /** Also names with an underscore, which containers have and {@link URI} does not take. */
  private static final Pattern AUTHORITY =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::([0-9]{1,5}))?");

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if it is none; the message is what was expected
   */
  static Url parse(String text) {
    URI uri = uri(text);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    Matcher authority =
        AUTHORITY.matcher(uri.getRawAuthority() == null ? "" : uri.getRawAuthority());
    if (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@")) {
      throw new SecretValueException(EXPECTED + " without user and password: use credentials");
    }
    if (!(scheme.equals("http") || scheme.equals("https"))
        || !authority.matches()
        || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(EXPECTED);
    }
    boolean tls = scheme.equals("https");
    String host = authority.group(1).replace("[", "").replace("]", "");
    int standard = tls ? 443 : 80;
    int port = authority.group(2) == null ? standard : Integer.parseInt(authority.group(2));
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port from 1 to 65535");
    }
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    return new Url(tls, host, port, authority.group(), uri.getRawPath(), query);
  }

  /** Path and query as a request has them; at least a slash. */
  public String target() {
    return (path.isEmpty() ? "/" : path) + (query.isEmpty() ? "" : "?" + query);
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
      return new URI(new URI(text).toASCIIString());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(EXPECTED, e);
    }
  }
}
