package io.tabellion.mesh.check;

import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the MCP servers among resources: by the label {@code tabellion.io/server} on pods or
 * services, by EnvoyFilters of ours that name one, and by the names that were given.
 */
final class Servers {
  private static final String ROUTE = "mcp/";

  private final Inputs inputs;
  private final Map<String, McpServer> found = new LinkedHashMap<>();

  private Servers(Inputs inputs) {
    this.inputs = inputs;
  }

  /**
   * Returns the servers.
   *
   * @param named {@code NAMESPACE/SERVICE} of servers that nothing else marks
   */
  static List<McpServer> of(Inputs inputs, Set<String> named) {
    Servers servers = new Servers(inputs);
    servers.byLabel();
    servers.byFilter();
    servers.byRoute();
    named.forEach(servers::byName);
    return List.copyOf(servers.found.values());
  }

  private void byLabel() {
    for (Workload workload : inputs.workloads()) {
      String name = workload.labels().getOrDefault(Mesh.SERVER_LABEL, "");
      if (!name.isEmpty()) {
        add(workload.namespace(), name, workload.resource().where());
      }
    }
    for (Resource service : inputs.of("Service")) {
      String name = service.labels().getOrDefault(Mesh.SERVER_LABEL, "");
      if (!name.isEmpty()) {
        add(service.namespace(), name, service.where());
      }
    }
  }

  private void byFilter() {
    for (Resource filter : inputs.of("EnvoyFilter")) {
      for (Patch patch : Patch.of(filter)) {
        Link link = new Link(patch.name(), patch.value(), patch.where());
        String name = ExtProcRules.metadata(link, "x-tabellion-server");
        if (!name.isEmpty() && !patch.context().equals("GATEWAY")) {
          add(filter.namespace(), name, patch.where());
        }
      }
    }
  }

  /** Routes of gateways are named for the server that they lead to. */
  private void byRoute() {
    for (Resource route : inputs.of("VirtualService")) {
      for (Yaml rule : Tree.items(route.spec(), "http")) {
        String name = Tree.text(rule, "name");
        for (Yaml to : name.startsWith(ROUTE) ? Tree.items(rule, "route") : List.<Yaml>of()) {
          String host = Hosts.full(Tree.text(to, "destination", "host"), route.namespace());
          String[] parts = host.split("\\.", -1);
          if (parts.length > 1) {
            add(parts[1], name.substring(ROUTE.length()), route.where().at(rule));
          }
        }
      }
    }
  }

  private void byName(String name) {
    int slash = name.indexOf('/');
    String namespace = name.substring(0, slash);
    String service = name.substring(slash + 1);
    Where where =
        inputs
            .named("Service", namespace, service)
            .map(Resource::where)
            .orElse(new Where("--server " + name, 1, io.tabellion.yaml.Place.NOWHERE, ""));
    boolean known =
        found.values().stream()
            .anyMatch(server ->
                server.namespace().equals(namespace)
                    && (server.name().equals(service)
                        || server.services().stream().anyMatch(s -> s.name().equals(service))));
    if (!known) {
      add(namespace, service, where);
    }
  }

  private void add(String namespace, String name, Where where) {
    found.computeIfAbsent(namespace + "/" + name, _ -> server(namespace, name, where));
  }

  private McpServer server(String namespace, String name, Where where) {
    List<Workload> pods =
        new ArrayList<>(
            inputs.workloads(namespace).stream()
                .filter(pod -> pod.labels().getOrDefault(Mesh.SERVER_LABEL, "").equals(name))
                .toList());
    inputs
        .in("EnvoyFilter", namespace)
        .filter(filter -> Attached.names(filter, name))
        .map(filter -> Tree.labels(filter.spec(), "workloadSelector", "labels"))
        .filter(selector -> !selector.isEmpty())
        .flatMap(selector ->
            inputs.workloads(namespace).stream().filter(pod -> pod.selectedBy(selector)))
        .filter(pod -> !pods.contains(pod))
        .forEach(pods::add);
    List<Resource> services =
        Stream.concat(
                inputs.in("Service", namespace).filter(service -> marked(service, name)),
                inputs
                    .in("Service", namespace)
                    .filter(service -> pods.stream().anyMatch(pod -> selects(service, pod))))
            .distinct()
            .toList();
    if (pods.isEmpty()) {
      inputs.workloads(namespace).stream()
          .filter(pod -> services.stream().anyMatch(service -> selects(service, pod)))
          .forEach(pods::add);
    }
    return new McpServer(namespace, name, pods, services, where);
  }

  private static boolean marked(Resource service, String name) {
    String label = service.labels().getOrDefault(Mesh.SERVER_LABEL, "");
    return label.equals(name) || (label.isEmpty() && service.name().equals(name));
  }

  static boolean selects(Resource service, Workload pod) {
    Map<String, String> selector = Tree.labels(service.spec(), "selector");
    return !selector.isEmpty()
        && service.namespace().equals(pod.namespace())
        && pod.selectedBy(selector);
  }
}
