package io.tabellion.mesh.attach;

/** Where the filters stand. */
public enum Place {
  /** In the sidecar of the MCP server's pods. */
  SIDECAR,
  /** In a gateway of Istio: one of its own kind or of the Gateway API. */
  GATEWAY,
  /** In a gateway of Istio through which callers in the mesh reach servers outside. */
  EGRESS,
  /** In a waypoint of an ambient mesh. */
  WAYPOINT,
  /** In a gateway of Envoy Gateway. */
  ENVOY_GATEWAY;

  /** Whether several MCP servers share the proxy. */
  boolean shared() {
    return this == GATEWAY || this == ENVOY_GATEWAY;
  }
}
