package io.tabellion.xds.snapshot;

import com.google.protobuf.Message;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.tabellion.xds.routes.Routes;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** What Envoy is told for a routes file: listeners, routes and clusters. A pure function. */
public final class Snapshots {
  private static final int VERSION_BYTES = 8;

  private Snapshots() {}

  /**
   * Returns the resources, each type with a version that is a hash of its content: equal routes
   * give equal versions, also after a restart, and what did not change is not sent again.
   *
   * @param secrets for each server with credentials the file that Envoy reads
   */
  public static Snapshot of(Routes routes, Map<String, Path> secrets) {
    List<Secret> files = Secrets.of(routes, secrets);
    List<Cluster> clusters = Clusters.of(routes);
    List<Listener> listeners = Listeners.of(routes);
    List<RouteConfiguration> tables =
        routes.listeners().stream()
            .map(listener -> new RouteTable(routes, listener).envoy())
            .toList();
    return Snapshot.create(
        clusters,
        version(clusters),
        List.of(),
        version(List.of()),
        listeners,
        version(listeners),
        tables,
        version(tables),
        files,
        version(files));
  }

  private static String version(List<? extends Message> resources) {
    MessageDigest digest = sha256();
    resources.forEach(resource -> digest.update(resource.toByteArray()));
    return HexFormat.of().formatHex(digest.digest(), 0, VERSION_BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256", e);
    }
  }
}
