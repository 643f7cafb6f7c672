package io.tabellion.mesh.check;

import java.util.List;

/**
 * An MCP server of the mesh.
 *
 * @param name what entries call it
 * @param workloads its pods
 * @param services what callers call it by
 * @param known why it is taken for one, for findings that have no better place
 */
record McpServer(
    String namespace, String name, List<Workload> workloads, List<Resource> services, Where known) {
  McpServer {
    workloads = List.copyOf(workloads);
    services = List.copyOf(services);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }

  /** Whether a host of Istio's is one of its services. */
  boolean isHost(String host, String namespaceOfRule) {
    return services.stream().anyMatch(service -> Hosts.names(host, namespaceOfRule, service));
  }
}
