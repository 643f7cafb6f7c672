package io.tabellion.mesh.check;

import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A waypoint or gateway that hands calls to an MCP server.
 *
 * @param pods its pods, if the input has them
 * @param principal the identity with which it calls the server and ours
 * @param routes the VirtualServices and HTTPRoutes that lead to the server
 * @param where the Gateway
 */
record Front(
    Proxy proxy, Optional<Workload> pods, String principal, List<Resource> routes, Where where) {

  static final String GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name";

  /** Returns all that the input has for a server. */
  static List<Front> of(Setting setting, McpServer server) {
    Map<Proxy, Front> fronts = new LinkedHashMap<>();
    for (Resource service : server.services()) {
      waypoint(setting.inputs(), service).ifPresent(front -> fronts.put(front.proxy(), front));
    }
    for (Resource route : setting.inputs().of("VirtualService")) {
      if (RouteRules.leadsTo(route, server)) {
        istio(setting.inputs(), route).forEach(front -> add(fronts, front));
      }
    }
    for (Resource route : setting.inputs().of("HTTPRoute")) {
      if (RouteRules.leadsTo(route, server)) {
        gatewayApi(setting.inputs(), route).forEach(front -> add(fronts, front));
      }
    }
    return List.copyOf(fronts.values());
  }

  private static void add(Map<Proxy, Front> fronts, Front front) {
    fronts.merge(
        front.proxy(),
        front,
        (one, other) -> {
          List<Resource> routes = new ArrayList<>(one.routes);
          routes.addAll(other.routes);
          return new Front(one.proxy, one.pods, one.principal, routes, one.where);
        });
  }

  Chain chain(Setting setting) {
    return Chain.of(proxy, setting.before(proxy), where, setting.patches());
  }

  private static Optional<Front> waypoint(Inputs inputs, Resource service) {
    Map<String, String> namespace = inputs.namespaceLabels(service.namespace()).orElse(Map.of());
    String name =
        service
            .labels()
            .getOrDefault(Mesh.USE_WAYPOINT, namespace.getOrDefault(Mesh.USE_WAYPOINT, "none"));
    String in =
        service
            .labels()
            .getOrDefault(
                Mesh.USE_WAYPOINT + "-namespace",
                namespace.getOrDefault(Mesh.USE_WAYPOINT + "-namespace", service.namespace()));
    if (name.equals("none")) {
      return Optional.empty();
    }
    Where where =
        inputs.of("Gateway", Resource.GATEWAY_API).stream()
            .filter(gateway -> gateway.namespace().equals(in) && gateway.name().equals(name))
            .map(Resource::where)
            .findFirst()
            .orElse(service.where());
    return Optional.of(
        new Front(
            new Proxy(Proxy.Kind.WAYPOINT, in, Map.of(GATEWAY_NAME, name), name, 0),
            Optional.empty(),
            Principals.of(Mesh.TRUST_DOMAIN, in, name),
            List.of(),
            where));
  }

  /** The Gateways of Istio's own kind that a VirtualService is for. */
  private static List<Front> istio(Inputs inputs, Resource route) {
    List<Front> fronts = new ArrayList<>();
    for (String name : Tree.texts(route.spec(), "gateways")) {
      int slash = name.indexOf('/');
      String namespace = slash < 0 ? route.namespace() : name.substring(0, slash);
      String bare = name.substring(slash + 1);
      for (Resource gateway : inputs.of("Gateway", Resource.ISTIO_NETWORK)) {
        if (gateway.namespace().equals(namespace) && gateway.name().equals(bare)) {
          fronts.addAll(istio(inputs, route, gateway));
        }
      }
    }
    return fronts;
  }

  private static List<Front> istio(Inputs inputs, Resource route, Resource gateway) {
    Map<String, String> selector = Tree.labels(gateway.spec(), "selector");
    List<Workload> pods =
        inputs.workloads().stream().filter(found -> found.selectedBy(selector)).toList();
    List<Front> fronts = new ArrayList<>();
    for (Yaml listener : Tree.items(gateway.spec(), "servers")) {
      int port = Tree.number(listener, "port", "number");
      if (pods.isEmpty()) {
        fronts.add(front(gateway, gateway.namespace(), selector, port, Optional.empty(), route));
      }
      for (Workload found : pods) {
        fronts.add(
            front(gateway, found.namespace(), found.labels(), port, Optional.of(found), route));
      }
    }
    return fronts;
  }

  private static Front front(
      Resource gateway,
      String namespace,
      Map<String, String> labels,
      int port,
      Optional<Workload> pods,
      Resource route) {
    return new Front(
        new Proxy(Proxy.Kind.GATEWAY, namespace, labels, gateway.name(), port),
        pods,
        pods.map(found -> found.principal(Mesh.TRUST_DOMAIN)).orElse(""),
        List.of(route),
        gateway.where());
  }

  private static List<Front> gatewayApi(Inputs inputs, Resource route) {
    List<Front> fronts = new ArrayList<>();
    for (Yaml parent : Tree.items(route.spec(), "parentRefs")) {
      String given = Tree.text(parent, "namespace");
      String namespace = given.isEmpty() ? route.namespace() : given;
      inputs.of("Gateway", Resource.GATEWAY_API).stream()
          .filter(gateway -> gateway.namespace().equals(namespace))
          .filter(gateway -> gateway.name().equals(Tree.text(parent, "name")))
          .filter(gateway -> !Waypoints.is(gateway))
          .forEach(gateway -> fronts.addAll(gatewayApi(inputs, route, gateway)));
    }
    return fronts;
  }

  private static List<Front> gatewayApi(Inputs inputs, Resource route, Resource gateway) {
    Map<String, String> labels = Map.of(GATEWAY_NAME, gateway.name());
    Optional<Workload> pods =
        inputs.workloads(gateway.namespace()).stream()
            .filter(found -> found.selectedBy(labels))
            .findFirst();
    String account =
        pods.map(Workload::account)
            .orElse(gateway.name() + "-" + Tree.text(gateway.spec(), "gatewayClassName"));
    List<Front> fronts = new ArrayList<>();
    for (Yaml listener : Tree.items(gateway.spec(), "listeners")) {
      fronts.add(
          new Front(
              new Proxy(
                  Proxy.Kind.GATEWAY,
                  gateway.namespace(),
                  pods.map(Workload::labels).orElse(labels),
                  gateway.name(),
                  Tree.number(listener, "port")),
              pods,
              Principals.of(Mesh.TRUST_DOMAIN, gateway.namespace(), account),
              List.of(route),
              gateway.where()));
    }
    return fronts;
  }
}
