package io.tabellion.xds.snapshot;

import static io.tabellion.xds.snapshot.Messages.number;
import static io.tabellion.xds.snapshot.Messages.seconds;

import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.tabellion.xds.routes.Endpoint;
import io.tabellion.xds.routes.Routes;
import java.util.List;
import java.util.stream.Stream;

/** Whom Envoy connects to. Why each setting is what it is: envoy-config/envoy.yaml. */
final class Clusters {
  private static final String HTTP_OPTIONS =
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

  private Clusters() {}

  static List<Cluster> of(Routes routes) {
    return Stream.concat(
            Stream.of(extProc(routes.extProc())), routes.servers().stream().map(Clusters::server))
        .toList();
  }

  private static Cluster extProc(Routes.ExtProc extProc) {
    Cluster.Builder cluster =
        cluster(Names.EXT_PROC_CLUSTER, extProc.address())
            .setConnectTimeout(seconds(1))
            .setCircuitBreakers(
                limits(
                    CircuitBreakers.Thresholds.newBuilder()
                        .setMaxConnections(number(4096))
                        .setMaxPendingRequests(number(16_384))
                        .setMaxRequests(number(65_536))
                        .setMaxRetries(number(256))
                        .setTrackRemaining(true)))
            .putTypedExtensionProtocolOptions(HTTP_OPTIONS, Messages.any(http2()));
    if (extProc.tls() != null) {
      cluster.setTransportSocket(Tls.extProc(extProc.tls()));
    }
    return cluster.build();
  }

  private static Cluster server(Routes.Server server) {
    Cluster.Builder cluster =
        cluster(Names.cluster(server), server.url().endpoint())
            .setConnectTimeout(seconds(3))
            .setCircuitBreakers(
                limits(
                    CircuitBreakers.Thresholds.newBuilder()
                        .setMaxConnections(number(8192))
                        .setMaxPendingRequests(number(8192))
                        .setMaxRequests(number(65_536))));
    HttpProtocolOptions.Builder options = http1();
    if (server.credentials() != null) {
      Secrets.inject(server, server.credentials(), options);
    }
    cluster.putTypedExtensionProtocolOptions(HTTP_OPTIONS, Messages.any(options.build()));
    if (server.ca() != null) {
      cluster.setTransportSocket(Tls.server(server.url().endpoint(), server.ca()));
    }
    return cluster.build();
  }

  /**
   * A name is tried at all its addresses: many servers listen on one family only, and a name often
   * has both. Envoy opens the connections one after another (RFC 8305) and takes the first that
   * stands.
   */
  private static Cluster.Builder cluster(String name, Endpoint endpoint) {
    Cluster.Builder cluster =
        Cluster.newBuilder()
            .setName(name)
            .setLoadAssignment(
                ClusterLoadAssignment.newBuilder()
                    .setClusterName(name)
                    .addEndpoints(
                        LocalityLbEndpoints.newBuilder()
                            .addLbEndpoints(
                                LbEndpoint.newBuilder().setEndpoint(addresses(endpoint)))));
    if (endpoint instanceof Endpoint.Tcp tcp && !tcp.numeric() && !tcp.localhost()) {
      return cluster
          .setType(Cluster.DiscoveryType.LOGICAL_DNS)
          .setDnsLookupFamily(Cluster.DnsLookupFamily.ALL);
    }
    return cluster.setType(Cluster.DiscoveryType.STATIC);
  }

  /** {@code localhost} is both loopback addresses (RFC 6761 §6.3); no resolver is asked. */
  private static io.envoyproxy.envoy.config.endpoint.v3.Endpoint addresses(Endpoint endpoint) {
    var addresses = io.envoyproxy.envoy.config.endpoint.v3.Endpoint.newBuilder();
    if (endpoint instanceof Endpoint.Tcp tcp && tcp.localhost()) {
      return addresses
          .setAddress(Messages.address(new Endpoint.Tcp("127.0.0.1", tcp.port())))
          .addAdditionalAddresses(
              io.envoyproxy.envoy.config.endpoint.v3.Endpoint.AdditionalAddress.newBuilder()
                  .setAddress(Messages.address(new Endpoint.Tcp("::1", tcp.port()))))
          .build();
    }
    return addresses.setAddress(Messages.address(endpoint)).build();
  }

  private static CircuitBreakers limits(CircuitBreakers.Thresholds.Builder thresholds) {
    return CircuitBreakers.newBuilder().addThresholds(thresholds).build();
  }

  /**
   * An idle connection is closed before the server closes it: uvicorn and Node do that after 5 s. A
   * request on a connection that is just being closed would be lost, and we never retry (P1).
   */
  private static HttpProtocolOptions.Builder http1() {
    return HttpProtocolOptions.newBuilder()
        .setCommonHttpProtocolOptions(
            io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions.newBuilder()
                .setIdleTimeout(seconds(3)))
        .setExplicitHttpConfig(
            HttpProtocolOptions.ExplicitHttpConfig.newBuilder()
                .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance()));
  }

  private static HttpProtocolOptions http2() {
    return HttpProtocolOptions.newBuilder()
        .setExplicitHttpConfig(
            HttpProtocolOptions.ExplicitHttpConfig.newBuilder()
                .setHttp2ProtocolOptions(
                    Http2ProtocolOptions.newBuilder()
                        .setMaxConcurrentStreams(number(1000))
                        .setInitialStreamWindowSize(number(262_144))
                        .setInitialConnectionWindowSize(number(8_388_608))
                        .setConnectionKeepalive(
                            KeepaliveSettings.newBuilder()
                                .setInterval(seconds(5))
                                .setTimeout(seconds(5)))))
        .build();
  }
}
