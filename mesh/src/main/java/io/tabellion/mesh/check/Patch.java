package io.tabellion.mesh.check;

import io.tabellion.mesh.Filters;
import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One patch of an EnvoyFilter.
 *
 * @param filter the EnvoyFilter
 * @param node the patch with its match
 */
record Patch(Resource filter, Yaml node) {
  static final String HCM = "envoy.filters.network.http_connection_manager";

  /** Returns the patches of an EnvoyFilter in their order. */
  static List<Patch> of(Resource filter) {
    return Tree.items(filter.spec(), "configPatches").stream()
        .map(node -> new Patch(filter, node))
        .toList();
  }

  String applyTo() {
    return Tree.text(node, "applyTo");
  }

  String operation() {
    return Tree.text(node, "patch", "operation");
  }

  Yaml value() {
    return Tree.at(node, "patch", "value").orElse(new Yaml.Empty(node.place()));
  }

  /** The name of the filter that it brings or changes. */
  String name() {
    return Tree.text(value(), "name");
  }

  boolean ours() {
    return Filters.ORDER.contains(name());
  }

  String context() {
    String context = Tree.text(node, "match", "context");
    return context.isEmpty() ? "ANY" : context;
  }

  int port() {
    return Tree.number(node, "match", "listener", "portNumber");
  }

  String listener() {
    return Tree.text(node, "match", "listener", "name");
  }

  /** The HTTP filter that it looks for; empty for none. */
  String anchor() {
    return Tree.text(node, "match", "listener", "filterChain", "filter", "subFilter", "name");
  }

  String networkFilter() {
    return Tree.text(node, "match", "listener", "filterChain", "filter", "name");
  }

  /** What in its match takes only some connections or versions; empty if nothing does. */
  Optional<Yaml> condition() {
    List<Optional<Yaml>> conditions = new ArrayList<>();
    conditions.add(Tree.at(node, "match", "proxy"));
    for (String key :
        List.of("sni", "transportProtocol", "applicationProtocols", "name", "destinationPort")) {
      conditions.add(Tree.at(node, "match", "listener", "filterChain", key));
    }
    return conditions.stream().flatMap(Optional::stream).findFirst();
  }

  /** Whether the EnvoyFilter is for a proxy at all. */
  boolean reaches(Proxy proxy) {
    boolean root = filter.namespace().equals(Mesh.ROOT);
    if (!root && !filter.namespace().equals(proxy.namespace())) {
      return false;
    }
    List<Yaml> targets = Tree.items(filter.spec(), "targetRefs");
    if (!targets.isEmpty()) {
      return targets.stream().anyMatch(target -> targets(target, proxy, root));
    }
    return proxy.kind() != Proxy.Kind.WAYPOINT && Labels.select(selector(), proxy.labels());
  }

  private static boolean targets(Yaml target, Proxy proxy, boolean root) {
    String name = Tree.text(target, "name");
    return switch (Tree.text(target, "kind")) {
      case "Gateway" -> proxy.kind() != Proxy.Kind.SIDECAR && name.equals(proxy.name());
      case "GatewayClass" ->
          root && proxy.kind() == Proxy.Kind.WAYPOINT && name.equals("istio-waypoint");
      default -> false;
    };
  }

  Map<String, String> selector() {
    return Tree.labels(filter.spec(), "workloadSelector", "labels");
  }

  /** Whether the patch is for a listener, whatever chain of filters it has. */
  boolean matches(Proxy proxy) {
    boolean context = context().equals("ANY") || context().equals(proxy.kind().context());
    boolean port = port() == 0 || (proxy.kind() != Proxy.Kind.WAYPOINT && port() == proxy.port());
    boolean listener =
        listener().isEmpty()
            || listener().equals(proxy.kind().listener())
            || proxy.kind() == Proxy.Kind.GATEWAY;
    boolean network = networkFilter().isEmpty() || networkFilter().equals(HCM);
    return context && port && listener && network;
  }

  Where where() {
    return filter.where().at(node);
  }

  /** The place of one of its parts; its own if it has no such part. */
  Where at(String... path) {
    return Tree.at(node, path).map(filter.where()::at).orElseGet(this::where);
  }
}
