package io.tabellion.mesh.check;

import io.tabellion.mesh.check.Workload.ContainerPort;
import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;

/**
 * A port of a Service.
 *
 * @param number what callers call
 * @param target the container's; 0 if it is a name that no container has
 */
record ServicePort(Resource service, int number, int target, Where where) {

  /** Returns the ports that lead to some pods. */
  static List<ServicePort> of(Inputs inputs, Workload pods) {
    List<ServicePort> ports = new ArrayList<>();
    for (Resource service : inputs.of("Service")) {
      if (Servers.selects(service, pods)) {
        for (Yaml port : Tree.items(service.spec(), "ports")) {
          String protocol = Tree.text(port, "protocol");
          if (protocol.isEmpty() || protocol.equals("TCP")) {
            ports.add(
                new ServicePort(
                    service,
                    Tree.number(port, "port"),
                    target(port, pods),
                    service.where().at(port)));
          }
        }
      }
    }
    return ports;
  }

  private static int target(Yaml port, Workload pods) {
    String target = Tree.text(port, "targetPort");
    if (target.isEmpty()) {
      return Tree.number(port, "port");
    }
    if (target.matches("[0-9]{1,5}")) {
      return Integer.parseInt(target);
    }
    return pods.ports().stream()
        .filter(named -> named.name().equals(target))
        .map(ContainerPort::number)
        .findFirst()
        .orElse(0);
  }
}
