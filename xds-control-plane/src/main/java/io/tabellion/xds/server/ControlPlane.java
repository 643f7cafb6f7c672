package io.tabellion.xds.server;

import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Serves one snapshot to every Envoy that asks, over ADS (state of the world), and the gRPC health
 * service, which is SERVING once there is a snapshot. Listens on loopback: who answers here decides
 * what Envoy inspects at all.
 *
 * <p>Thread-safe.
 */
public final class ControlPlane implements AutoCloseable {
  /** Every node gets the same. */
  private static final String ALL = "all";

  private static final Duration LEAST_PING = Duration.ofSeconds(10);
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final SimpleCache<String> cache = new SimpleCache<>(node -> ALL);
  private final Refusals refusals = new Refusals();
  private final HealthStatusManager health = new HealthStatusManager();
  private final Server server;

  private ControlPlane(int port) {
    var discovery =
        new V3DiscoveryServer(new AcknowledgementLog(refusals), new SentOnce(cache, ALL, refusals));
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
    server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port))
            .addService(discovery.getAggregatedDiscoveryServiceImpl())
            .addService(health.getHealthService())
            .permitKeepAliveTime(LEAST_PING.toSeconds(), TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .build();
  }

  /**
   * Starts to listen; nothing is served before {@link #serve}.
   *
   * @param port 0 takes a free one
   * @throws IOException if the port is taken
   */
  public static ControlPlane start(int port) throws IOException {
    var plane = new ControlPlane(port);
    plane.server.start();
    return plane;
  }

  /** Returns the port on which it listens. */
  public int port() {
    return server.getPort();
  }

  /** Serves a snapshot from now on; Envoys that are connected get what changed at once. */
  public void serve(Snapshot snapshot) {
    refusals.forget();
    cache.setSnapshot(ALL, snapshot);
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
  }

  /** Waits for its end, at most for {@code patience}; returns whether it came. */
  public boolean ended(Duration patience) throws InterruptedException {
    return server.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Stops; Envoys keep what they have. */
  @Override
  public void close() {
    health.enterTerminalState();
    server.shutdownNow();
    try {
      server.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
