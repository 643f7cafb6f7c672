package io.tabellion.mesh.check;

import io.tabellion.yaml.Yaml;
import java.util.Map;

/**
 * A resource of Kubernetes.
 *
 * @param group the API group without its version: {@code networking.istio.io}; empty for the core
 * @param namespace empty for what is in none
 */
record Resource(String kind, String group, String namespace, String name, Where where, Yaml root) {

  static final String ISTIO_NETWORK = "networking.istio.io";
  static final String GATEWAY_API = "gateway.networking.k8s.io";

  Yaml spec() {
    return Tree.at(root, "spec").orElse(new Yaml.Empty(root.place()));
  }

  Map<String, String> labels() {
    return Tree.labels(root, "metadata", "labels");
  }

  Map<String, String> annotations() {
    return Tree.labels(root, "metadata", "annotations");
  }

  /** {@code mcp-servers/sample}. */
  String key() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  @Override
  public String toString() {
    return kind + " " + key();
  }
}
