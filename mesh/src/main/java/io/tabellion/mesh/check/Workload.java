package io.tabellion.mesh.check;

import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pods that are alike: one pod, or those that a controller makes.
 *
 * @param resource the pod or controller
 * @param labels those of the pods
 * @param pod the specification of the pods
 */
record Workload(
    Resource resource, Map<String, String> labels, Map<String, String> annotations, Yaml pod) {

  /** Returns the pods that a resource makes; nothing for resources that make none. */
  static Optional<Workload> of(Resource resource) {
    return switch (resource.kind()) {
      case "Pod" ->
          Optional.of(
              new Workload(resource, resource.labels(), resource.annotations(), resource.spec()));
      case "Deployment",
          "StatefulSet",
          "DaemonSet",
          "ReplicaSet",
          "Job",
          "ReplicationController",
          "Rollout" ->
          template(resource, Tree.at(resource.spec(), "template"));
      case "CronJob" ->
          template(resource, Tree.at(resource.spec(), "jobTemplate", "spec", "template"));
      default -> Optional.empty();
    };
  }

  private static Optional<Workload> template(Resource resource, Optional<Yaml> template) {
    return template.map(pod ->
        new Workload(
            resource,
            Tree.labels(pod, "metadata", "labels"),
            Tree.labels(pod, "metadata", "annotations"),
            Tree.at(pod, "spec").orElse(new Yaml.Empty(pod.place()))));
  }

  String namespace() {
    return resource.namespace();
  }

  boolean selectedBy(Map<String, String> selector) {
    return Labels.select(selector, labels);
  }

  /** The identity that the mesh gives these pods. */
  String principal(String trustDomain) {
    return Principals.of(trustDomain, namespace(), account());
  }

  String account() {
    String account = Tree.text(pod, "serviceAccountName");
    return account.isEmpty() ? "default" : account;
  }

  boolean hostNetwork() {
    return Tree.isTrue(pod, "hostNetwork");
  }

  /** The ports that its containers declare; those of the mesh's own are left out. */
  List<ContainerPort> ports() {
    List<ContainerPort> ports = new ArrayList<>();
    for (Yaml container : Tree.items(pod, "containers")) {
      boolean proxy = Tree.text(container, "name").equals("istio-proxy");
      for (Yaml port : proxy ? List.<Yaml>of() : Tree.items(container, "ports")) {
        String protocol = Tree.text(port, "protocol");
        if (protocol.isEmpty() || protocol.equals("TCP")) {
          ports.add(
              new ContainerPort(
                  Tree.number(port, "containerPort"),
                  Tree.text(port, "name"),
                  resource.where().at(port)));
        }
      }
    }
    return ports;
  }

  /** A port that a container declares. */
  record ContainerPort(int number, String name, Where where) {}
}
