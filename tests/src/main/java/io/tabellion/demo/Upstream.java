package io.tabellion.demo;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * An MCP server of one's own, put behind the demo's Envoy.
 *
 * @param name part of the path, {@code /NAME/mcp}
 * @param url where it is
 */
record Upstream(String name, URI url) {
  private static final String EXPECTED =
      " (expected: NAME=URL, e.g. mine=http://127.0.0.1:3000/mcp; NAME of small letters, digits and"
          + " dashes, not sample)";

  static Upstream parse(String text) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? "" : text.substring(0, equals);
    if (!name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?") || name.equals("sample")) {
      throw new DemoException("--upstream: " + text + EXPECTED);
    }
    try {
      URI url = URI.create(text.substring(equals + 1));
      if (url.getHost() == null
          || !Stream.of("http", "https").anyMatch(s -> s.equals(url.getScheme()))) {
        throw new DemoException("--upstream: " + text + EXPECTED);
      }
      return new Upstream(name, url);
    } catch (IllegalArgumentException e) {
      throw new DemoException("--upstream: " + text + EXPECTED, e);
    }
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
