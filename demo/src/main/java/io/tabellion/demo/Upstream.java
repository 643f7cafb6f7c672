package io.tabellion.demo;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * An MCP server of one's own, put behind the demo's Envoy.
 *
 * @param name part of the path, {@code /NAME/mcp}
 * @param url where it is; with a path
 */
record Upstream(String name, URI url) {
  private static final String EXPECTED =
      " (expected: NAME=URL, e.g. mine=http://127.0.0.1:3000/mcp; NAME of small letters, digits and"
          + " dashes, not sample)";

  /**
   * Reads {@code NAME=URL}. A URL without a path means {@code /mcp}, where most servers are.
   *
   * @throws DemoException if it is none
   */
  static Upstream parse(String text) {
    if (text.contains("@")) {
      throw new DemoException("--upstream: a URL with user or password, not shown" + EXPECTED);
    }
    int equals = text.indexOf('=');
    String name = equals < 0 ? "" : text.substring(0, equals);
    if (!name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?") || name.equals("sample")) {
      throw new DemoException("--upstream: " + text + EXPECTED);
    }
    try {
      URI url = URI.create(text.substring(equals + 1));
      if (url.getHost() == null
          || url.getRawFragment() != null
          || url.getPort() > 65_535
          || !List.of("http", "https").contains(url.getScheme())) {
        throw new DemoException("--upstream: " + text + EXPECTED);
      }
      return new Upstream(name, url.getRawPath().isEmpty() ? withPath(url, "/mcp") : url);
    } catch (IllegalArgumentException e) {
      throw new DemoException("--upstream: " + text + EXPECTED, e);
    }
  }

  /** The same server at another path. */
  static URI withPath(URI url, String path) {
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    return URI.create(url.getScheme() + "://" + url.getRawAuthority() + path + query);
  }

  /** Checks that no name stands twice. */
  static List<Upstream> parseAll(List<String> texts) {
    List<Upstream> upstreams = texts.stream().map(Upstream::parse).toList();
    if (upstreams.stream().map(Upstream::name).distinct().count() < upstreams.size()) {
      throw new DemoException("--upstream: the same name twice (expected: a name of its own each)");
    }
    return upstreams;
  }

  /** Its line in the routes file. */
  String route() {
    String ca = url.getScheme().equals("https") ? ", ca: \"" + systemAuthorities() + "\"" : "";
    return "  - {name: " + name + ", url: \"" + url + "\"" + ca + "}\n";
  }

  private static Path systemAuthorities() {
    return Stream.of(
            "/etc/ssl/certs/ca-certificates.crt",
            "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/ssl/cert.pem")
        .map(Path::of)
        .filter(Files::isReadable)
        .findFirst()
        .orElseThrow(
            () -> new DemoException("--upstream: https, but no list of authorities in /etc/ssl"));
  }
}
