package io.tabellion.mesh.check;

/** Gateways that are waypoints. */
final class Waypoints {
  private Waypoints() {}

  static boolean is(Resource gateway) {
    return gateway.group().equals(Resource.GATEWAY_API)
        && Tree.text(gateway.spec(), "gatewayClassName").equals(Mesh.WAYPOINT_CLASS);
  }
}
