package io.tabellion.mesh.check;

import java.util.Map;

/**
 * A listener of a proxy that calls come through.
 *
 * @param namespace of the proxy
 * @param labels of its pods, as far as they are known
 * @param name of the Gateway that it belongs to; empty for sidecars
 * @param port the container's at a sidecar, the listener's at a gateway, 0 where any is meant
 */
record Proxy(Kind kind, String namespace, Map<String, String> labels, String name, int port) {
  /** What it stands before. */
  enum Kind {
    SIDECAR("sidecar", "SIDECAR_INBOUND", "virtualInbound"),
    GATEWAY("gateway", "GATEWAY", ""),
    WAYPOINT("waypoint", "SIDECAR_INBOUND", "main_internal");

    private final String word;
    private final String context;
    private final String listener;

    Kind(String word, String context, String listener) {
      this.word = word;
      this.context = context;
      this.listener = listener;
    }

    /** The {@code context} that a patch for it names. */
    String context() {
      return context;
    }

    /** The name of its listener; empty if it has many. */
    String listener() {
      return listener;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  @Override
  public String toString() {
    return name.isEmpty() ? kind.toString() : "%s %s/%s".formatted(kind, namespace, name);
  }
}
