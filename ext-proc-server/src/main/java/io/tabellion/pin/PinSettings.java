package io.tabellion.pin;

import io.tabellion.pin.Pin.OnChange;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How definitions become accepted.
 *
 * @param firstSight what happens with a tool that was never seen
 * @param accepted digests that were accepted beforehand, by tool
 * @param servers how it is with servers that are not {@link OfServer#DEFAULT}, by name
 */
public record PinSettings(
    FirstSight firstSight, Map<Tool, Set<String>> accepted, Map<String, OfServer> servers) {
  /** Tools are accepted as they are seen first. */
  public static final PinSettings DEFAULT = new PinSettings(FirstSight.ACCEPT, Map.of(), Map.of());

  public PinSettings {
    accepted =
        accepted.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, tool -> Set.copyOf(tool.getValue())));
    servers = Map.copyOf(servers);
  }

  OfServer of(String server) {
    return servers.getOrDefault(server, OfServer.DEFAULT);
  }

  /** What happens with a tool that was never seen. */
  public enum FirstSight {
    /** Its definition is accepted (trust on first use). */
    ACCEPT,
    /** It waits for an operator. */
    QUARANTINE
  }

  /** For whom a definition is accepted. */
  public enum Scope {
    /** All callers of the server. */
    SERVER,
    /** One caller: the server's definitions differ by caller. */
    CALLER
  }

  /** How it is with one server. */
  public record OfServer(Scope scope, OnChange onChange) {
    public static final OfServer DEFAULT = new OfServer(Scope.SERVER, OnChange.QUARANTINE);
  }

  /** One tool of one server. */
  public record Tool(String server, String name) {}
}
