package io.tabellion.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.rpc.Status;
import io.envoyproxy.controlplane.cache.Resources;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import io.tabellion.xds.routes.Routes;
import io.tabellion.xds.snapshot.Snapshots;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ControlPlaneTest {
  private static final String ONE =
      """
      listeners: [ { address: 127.0.0.1:10000, url: "http://127.0.0.1:10000" } ]
      ext-proc: { insecure-loopback: true }
      servers:
      - { name: one, url: "http://127.0.0.1:9100" }
      """;
  private static final String TWO = ONE + "- { name: two, url: \"http://127.0.0.1:9200\" }\n";

  private final ControlPlane plane = start();
  private final ManagedChannel channel =
      Grpc.newChannelBuilder("127.0.0.1:" + plane.port(), InsecureChannelCredentials.create())
          .build();
  private final BlockingQueue<DiscoveryResponse> responses = new LinkedBlockingQueue<>();
  private final Lines lines = new Lines();
  private final Logger logger = Logger.getLogger(AcknowledgementLog.class.getName());

  @BeforeEach
  void listen() {
    logger.addHandler(lines);
  }

  @AfterEach
  void stop() {
    logger.removeHandler(lines);
    channel.shutdownNow();
    plane.close();
  }

  @Test
  void anEnvoyGetsEachTypeWithItsVersion() throws InterruptedException {
    Snapshot snapshot = snapshot(ONE);
    plane.serve(snapshot);
    StreamObserver<DiscoveryRequest> envoy = connect();
    envoy.onNext(ask(Resources.V3.CLUSTER_TYPE_URL));
    DiscoveryResponse clusters = next();
    assertThat(clusters.getVersionInfo()).isEqualTo(snapshot.clusters().version());
    assertThat(clusters.getResourcesCount()).isEqualTo(2);
    envoy.onNext(ask(Resources.V3.LISTENER_TYPE_URL));
    assertThat(next().getResourcesCount()).isEqualTo(1);
  }

  @Test
  void aChangeIsPushedToWhoIsConnected() throws InterruptedException {
    plane.serve(snapshot(ONE));
    StreamObserver<DiscoveryRequest> envoy = connect();
    envoy.onNext(ask(Resources.V3.CLUSTER_TYPE_URL));
    envoy.onNext(took(next()));
    assertThat(lines.next()).contains("envoy-1 took Cluster");
    plane.serve(snapshot(TWO));
    assertThat(next().getResourcesCount()).isEqualTo(3);
  }

  @Test
  void aRefusalIsLoggedWithItsReason() throws InterruptedException {
    plane.serve(snapshot(ONE));
    StreamObserver<DiscoveryRequest> envoy = connect();
    envoy.onNext(ask(Resources.V3.CLUSTER_TYPE_URL));
    envoy.onNext(refused(next(), "no such cluster type"));
    assertThat(lines.next())
        .matches("envoy-1 refused Cluster [0-9a-f]+: no such cluster type \\(it keeps nothing\\)");
  }

  @Test
  void whatWasRefusedIsNotSentAgainBeforeItChanges() throws InterruptedException {
    plane.serve(snapshot(ONE));
    StreamObserver<DiscoveryRequest> envoy = connect();
    envoy.onNext(ask(Resources.V3.CLUSTER_TYPE_URL));
    envoy.onNext(refused(next(), "no"));
    lines.next();
    Snapshot better = snapshot(TWO);
    plane.serve(better);
    assertThat(next().getVersionInfo()).isEqualTo(better.clusters().version());
  }

  @Test
  void itIsHealthyOnceThereIsSomethingToServe() {
    assertThat(health()).isEqualTo(ServingStatus.NOT_SERVING);
    plane.serve(snapshot(ONE));
    assertThat(health()).isEqualTo(ServingStatus.SERVING);
  }

  private ServingStatus health() {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  private StreamObserver<DiscoveryRequest> connect() {
    return AggregatedDiscoveryServiceGrpc.newStub(channel)
        .streamAggregatedResources(
            new StreamObserver<>() {
              @Override
              public void onNext(DiscoveryResponse response) {
                responses.add(response);
              }

              @Override
              public void onError(Throwable error) {}

              @Override
              public void onCompleted() {}
            });
  }

  private DiscoveryResponse next() throws InterruptedException {
    DiscoveryResponse response = responses.poll(10, TimeUnit.SECONDS);
    if (response == null) {
      throw new AssertionError("no response");
    }
    return response;
  }

  private static DiscoveryRequest ask(String type) {
    return DiscoveryRequest.newBuilder()
        .setNode(Node.newBuilder().setId("envoy-1"))
        .setTypeUrl(type)
        .build();
  }

  private static DiscoveryRequest took(DiscoveryResponse response) {
    return DiscoveryRequest.newBuilder()
        .setTypeUrl(response.getTypeUrl())
        .setVersionInfo(response.getVersionInfo())
        .setResponseNonce(response.getNonce())
        .build();
  }

  private static DiscoveryRequest refused(DiscoveryResponse response, String reason) {
    return took(response).toBuilder()
        .clearVersionInfo()
        .setErrorDetail(Status.newBuilder().setCode(3).setMessage(reason))
        .build();
  }

  private static Snapshot snapshot(String routes) {
    return Snapshots.of(
        Routes.read(Path.of("routes.yaml"), ByteString.copyFromUtf8(routes)), Map.of());
  }

  private static ControlPlane start() {
    try {
      return ControlPlane.start(0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What was logged. */
  private static final class Lines extends Handler {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    @Override
    public void publish(LogRecord record) {
      lines.add(new SimpleFormatter().formatMessage(record));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    private String next() throws InterruptedException {
      String line = lines.poll(10, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("nothing logged");
      }
      return line;
    }
  }
}
