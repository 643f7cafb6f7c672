package io.tabellion.http;

import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a {@link Site} answers at all: those that name an address of ours, so that no page
 * of others can have a name of theirs point here (DNS rebinding), and that come over https or from
 * this very machine.
 *
 * <p>Immutable and thread-safe.
 */
public final class Places {
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?");

  /** What proxies add to requests. */
  private static final List<String> PROXIES =
      List.of(
          "forwarded",
          "via",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-real-ip");

  private final @Nullable String publicHost;

  /**
   * @param publicUrl of https, which a proxy serves; null if there is none
   */
  public Places(@Nullable URI publicUrl) {
    publicHost = publicUrl == null ? null : host(publicUrl);
  }

  /** As browsers name it: without the usual port (RFC 9110 §7.2). */
  private static String host(URI url) {
    String host = url.getPort() == 443 ? url.getHost() : url.getAuthority();
    return host.toLowerCase(Locale.ROOT);
  }

  /**
   * An address of ours that a request came to.
   *
   * @param origin as browsers name it, e.g. {@code https://tabellion.example.com}
   * @param https whether the browser speaks https
   */
  public record Place(String origin, boolean https) {}

  /** Returns where a request came to; empty if it is not answered. */
  public Optional<Place> of(HttpExchange exchange) {
    List<String> hosts = exchange.getRequestHeaders().get("host");
    if (hosts == null || hosts.size() != 1) {
      return Optional.empty();
    }
    String host = hosts.getFirst().toLowerCase(Locale.ROOT);
    if (host.equals(publicHost)) {
      return Optional.of(new Place("https://" + host, true));
    }
    return isLocal(exchange) && LOOPBACK.matcher(host).matches()
        ? Optional.of(new Place("http://" + host, false))
        : Optional.empty();
  }

  /** Whether a program of this machine asks, and no proxy on it for somebody else. */
  private static boolean isLocal(HttpExchange exchange) {
    return exchange.getRemoteAddress().getAddress().isLoopbackAddress()
        && PROXIES.stream().noneMatch(exchange.getRequestHeaders()::containsKey);
  }
}
