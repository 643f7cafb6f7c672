package io.tabellion.mesh.attach;

import io.tabellion.yaml.Default;

/**
 * Where the Tabellion server of the mesh is.
 *
 * @param namespace of its Service
 * @param service the name of its Service
 * @param port of the Service for ext_proc
 * @param clusterDomain the DNS suffix of the cluster
 * @param trustDomain of the mesh's certificates
 */
public record Tabellion(
    @Default("tabellion") DnsLabel namespace,
    @Default("tabellion") DnsLabel service,
    @Default("9001") Port port,
    @Default("cluster.local") HostName clusterDomain,
    @Default("cluster.local") HostName trustDomain) {

  String host() {
    return "%s.%s.svc.%s".formatted(service, namespace, clusterDomain);
  }
}
