package io.tabellion.mesh.check;

/** What Istio calls things, and where its defaults are. */
final class Mesh {
  /** The namespace whose resources are for the whole mesh. */
  static final String ROOT = "istio-system";

  static final String TRUST_DOMAIN = "cluster.local";
  static final String WAYPOINT_CLASS = "istio-waypoint";

  /** Says which MCP server pods are. */
  static final String SERVER_LABEL = "tabellion.io/server";

  /** Ports of the pods that carry no MCP, separated by commas. */
  static final String OTHER_PORTS = "tabellion.io/other-ports";

  static final String USE_WAYPOINT = "istio.io/use-waypoint";
  static final String REFERENCED = "envoyfilter.istio.io/referenced-services";

  private Mesh() {}
}
