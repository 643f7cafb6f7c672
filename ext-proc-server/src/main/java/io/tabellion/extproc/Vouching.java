package io.tabellion.extproc;

import io.tabellion.inspect.Hop;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which proxies may speak for whom: whoever opens a stream says which listener it is of, which MCP
 * server it is for and who calls, and that is entered.
 *
 * @param listeners by listener, names of proxies; one that is not here takes every proxy
 * @param servers by MCP server, likewise
 */
public record Vouching(Map<String, Set<String>> listeners, Map<String, Set<String>> servers) {

  /** Every proxy that may connect speaks for all. */
  public static final Vouching ALL = new Vouching(Map.of(), Map.of());

  public Vouching {
    listeners = Map.copyOf(listeners);
    servers = Map.copyOf(servers);
  }

  /** Returns why the peer may not speak there, for the log and the peer; null if it may. */
  @Nullable String refuses(Hop hop) {
    if (!matches(listeners.get(hop.listener()), hop.peer())) {
      return "proxy: %s may not speak for the listener %s (expected: one of listeners[].proxies)"
          .formatted(hop.peer(), hop.listener());
    }
    String server = hop.server();
    if (server != null && !matches(servers.get(server), hop.peer())) {
      return "proxy: %s may not speak for the server %s (expected: one of servers[].proxies)"
          .formatted(hop.peer(), server);
    }
    return null;
  }

  private static boolean matches(@Nullable Collection<String> patterns, String peer) {
    return patterns == null || patterns.stream().anyMatch(pattern -> matches(pattern, peer));
  }

  private static boolean matches(String pattern, String peer) {
    return pattern.endsWith("*")
        ? peer.startsWith(pattern.substring(0, pattern.length() - 1))
        : peer.equals(pattern);
  }
}
