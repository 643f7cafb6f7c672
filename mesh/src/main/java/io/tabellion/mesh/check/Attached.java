package io.tabellion.mesh.check;

import io.tabellion.yaml.Yaml;

/** Which EnvoyFilters are meant for which MCP server, whether or not they reach it. */
final class Attached {
  private Attached() {}

  /** Whether an EnvoyFilter names a server, selects its pods or its waypoint. */
  static boolean to(Resource filter, McpServer server) {
    boolean here = filter.namespace().equals(server.namespace());
    boolean root = filter.namespace().equals(Mesh.ROOT);
    return (here || root) && (names(filter, server.name()) || selects(filter, server));
  }

  /** Whether an EnvoyFilter says that it is for a server of this name. */
  static boolean names(Resource filter, String server) {
    boolean label =
        Tree.labels(filter.spec(), "workloadSelector", "labels")
            .getOrDefault(Mesh.SERVER_LABEL, "")
            .equals(server);
    return label
        || Patch.of(filter).stream()
            .map(patch -> new Link(patch.name(), patch.value(), patch.where()))
            .anyMatch(link -> ExtProcRules.metadata(link, "x-tabellion-server").equals(server));
  }

  private static boolean selects(Resource filter, McpServer server) {
    var labels = Tree.labels(filter.spec(), "workloadSelector", "labels");
    boolean targeted = !Tree.items(filter.spec(), "targetRefs").isEmpty();
    return targeted
        ? Tree.items(filter.spec(), "targetRefs").stream()
            .anyMatch(target -> targets(target, server))
        : server.workloads().stream().anyMatch(pods -> pods.selectedBy(labels));
  }

  private static boolean targets(Yaml target, McpServer server) {
    String name = Tree.text(target, "name");
    return Tree.text(target, "kind").equals("Service")
        && server.services().stream().anyMatch(service -> service.name().equals(name));
  }
}
