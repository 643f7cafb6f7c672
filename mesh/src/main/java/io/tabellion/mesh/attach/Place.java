package io.tabellion.mesh.attach;

/** Where the filters stand. */
public enum Place {
  /** In the sidecar of the MCP server's pods. */
  SIDECAR,
  /** In a gateway: one of Istio's own or one of the Gateway API, ingress or egress. */
  GATEWAY,
  /** In a waypoint of an ambient mesh. */
  WAYPOINT,
  /** In a gateway of Envoy Gateway. */
  ENVOY_GATEWAY
}
