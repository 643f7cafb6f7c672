package io.tabellion.mesh.check;

/** Names of services as Istio's rules write them. */
final class Hosts {
  private static final String SUFFIX = ".svc.cluster.local";

  private Hosts() {}

  static String of(Resource service) {
    return service.name() + "." + service.namespace() + SUFFIX;
  }

  /**
   * Whether a host of a rule is a service: in full, short within its namespace, or with {@code *}.
   */
  static boolean names(String host, String namespaceOfRule, Resource service) {
    String full = full(host, namespaceOfRule);
    return full.startsWith("*")
        ? of(service).endsWith(full.substring(1))
        : full.equals(of(service));
  }

  /** Returns the host in full. */
  static String full(String host, String namespaceOfRule) {
    if (host.startsWith("*") || host.endsWith(SUFFIX)) {
      return host;
    }
    return switch (host.split("\\.", -1).length) {
      case 1 -> host + "." + namespaceOfRule + SUFFIX;
      case 2 -> host + SUFFIX;
      case 3 -> host.endsWith(".svc") ? host + ".cluster.local" : host;
      default -> host;
    };
  }
}
