package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.tabellion.approval.Approvals;
import io.tabellion.approval.Desk;
import io.tabellion.audit.Fact;
import io.tabellion.budget.BudgetSettings;
import io.tabellion.extproc.ExtProcSettings.Limits;
import io.tabellion.extproc.ExtProcSettings.Transport;
import io.tabellion.identity.IdentitySettings;
import io.tabellion.inspect.Inspector;
import io.tabellion.inspect.LineSettings;
import io.tabellion.mask.MaskSettings;
import io.tabellion.metrics.Counter;
import io.tabellion.metrics.Metrics;
import io.tabellion.session.SessionOwners;
import io.tabellion.testing.EnvoyPeer;
import io.tabellion.testing.EnvoyPeer.Stream;
import io.tabellion.testing.LineFixture;
import io.tabellion.testing.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may speak to the port, and how the server ends. */
@Tag("unit")
final class TransportsTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}";

  @TempDir private Path folder;

  private final Metrics metrics = new Metrics();

  private ExtProcServer server(LineFixture parts, Transport transport) throws Exception {
    return server(parts, transport, Vouching.ALL);
  }

  private ExtProcServer server(LineFixture parts, Transport transport, Vouching vouching)
      throws Exception {
    var settings =
        new ExtProcSettings(
                transport, Limits.DEFAULTS, Map.of("default", IdentitySettings.ANONYMOUS))
            .with(vouching);
    var inspector =
        new Inspector(
            parts::policy,
            parts.log,
            parts.hash,
            SessionOwners.NONE,
            parts.pins(),
            metrics,
            parts.clock,
            new LineSettings(
                settings.limits().largest(), MaskSettings.DEFAULTS, BudgetSettings.DEFAULTS),
            parts.state,
            new Approvals(Desk.NOBODY));
    var server = new ExtProcServer(settings, inspector, metrics, parts.clock);
    server.start();
    return server;
  }

  @Test
  void strangerWithoutACertificateOrWithAWrongOneLeavesNoEntry() throws Exception {
    var ca = TestCertificates.authority("ca", folder);
    var other = TestCertificates.authority("other", folder);
    var ours = ca.issue("localhost", folder);
    var envoy = ca.issue("envoy.gateway", folder);
    var neighbour = ca.issue("neighbour", folder);
    var forged = other.issue("envoy.gateway", folder);
    try (var parts = new LineFixture()) {
      var transport =
          new Transport.MutualTls(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              ours.certificate(),
              ours.key(),
              ca.certificate(),
              Set.of("envoy.gateway"));
      ExtProcServer server = server(parts, transport);
      var trusting = TlsChannelCredentials.newBuilder().trustManager(ca.certificate().toFile());
      try {
        for (ChannelCredentials stranger :
            new ChannelCredentials[] {
              InsecureChannelCredentials.create(),
              trusting.build(),
              with(ca, neighbour),
              with(ca, forged)
            }) {
          Status status = closedFor(server, stranger);
          assertThat(status.isOk()).isFalse();
        }
        assertThat(parts.entries(0)).isEmpty();
        ManagedChannel channel = channel(server, with(ca, envoy));
        new EnvoyPeer(channel).open().post().requestBody(CALL, true).forwarded();
        assertThat(parts.fact(0, Fact.PEER)).isEqualTo("envoy.gateway");
        channel.shutdownNow();
      } finally {
        server.stop(Duration.ZERO);
      }
    }
  }

  private static ChannelCredentials with(TestCertificates.Authority ca, TestCertificates.Pair pair)
      throws Exception {
    return TlsChannelCredentials.newBuilder()
        .trustManager(ca.certificate().toFile())
        .keyManager(pair.certificate().toFile(), pair.key().toFile())
        .build();
  }

  private static ManagedChannel channel(ExtProcServer server, ChannelCredentials credentials) {
    return Grpc.newChannelBuilder("localhost:" + server.port(), credentials).build();
  }

  private static Status closedFor(ExtProcServer server, ChannelCredentials credentials) {
    ManagedChannel channel = channel(server, credentials);
    try {
      return new EnvoyPeer(channel).open().post().closed();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void socketIsForItsOwnerOnly() throws Exception {
    Path path = folder.resolve("ext-proc.sock");
    leaveBehind(path);
    try (var parts = new LineFixture()) {
      ExtProcServer server = server(parts, new Transport.UnixSocket(path, null));
      var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
      ManagedChannel channel =
          NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(path))
              .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
              .eventLoopGroup(loops)
              .usePlaintext()
              .build();
      try {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .isEqualTo("rw-------");
        new EnvoyPeer(channel).open().post().requestBody(CALL, true).forwarded();
        assertThat(parts.fact(0, Fact.PEER)).isEqualTo("unix-socket");
      } finally {
        channel.shutdownNow();
        server.stop(Duration.ZERO);
        var _ = loops.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS);
      }
    }
  }

  /** As a process that was killed leaves it. */
  private static void leaveBehind(Path socket) throws IOException {
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket))
        .close();
  }

  @Test
  void socketIsForOneServerAndGoesWithIt() throws Exception {
    Path path = folder.resolve("ext-proc.sock");
    var transport = new Transport.UnixSocket(path, null);
    try (var parts = new LineFixture()) {
      ExtProcServer first = server(parts, transport);
      assertThatThrownBy(() -> server(parts, transport))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another server listens there");
      assertThat(path).exists();
      first.stop(Duration.ZERO);
      assertThat(path).doesNotExist();
      server(parts, transport).stop(Duration.ZERO);
    }
  }

  @Test
  void plainTextIsForLoopbackOnly() {
    assertThatThrownBy(
            () -> new Transport.InsecureLoopback(new InetSocketAddress("192.0.2.1", 9001)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aMeshIsThePeerOnAnyAddressOfTheMachine() throws Exception {
    try (var parts = new LineFixture()) {
      ExtProcServer server =
          server(parts, new Transport.Mesh(new InetSocketAddress("0.0.0.0", 0), false));
      ManagedChannel channel = channel(server, InsecureChannelCredentials.create());
      try {
        new EnvoyPeer(channel).open().post().requestBody(CALL, true).forwarded();
        assertThat(parts.fact(0, Fact.PEER)).isEqualTo("mesh");
      } finally {
        channel.shutdownNow();
        server.stop(Duration.ZERO);
      }
    }
  }

  @Test
  void aSidecarSaysWhichProxySpeaksAndOnlyThoseThatMaySpeakDo() throws Exception {
    var transport =
        new Transport.Mesh(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), true);
    String edge = "spiffe://mesh/ns/edge/sa/gateway";
    String crm = "spiffe://mesh/ns/mcp/sa/crm";
    var who =
        new Vouching(
            Map.of("default", Set.of("spiffe://mesh/ns/mcp/*", edge)),
            Map.of("sample", Set.of(edge, "spiffe://mesh/ns/mcp/sa/sample")));
    try (var parts = new LineFixture()) {
      ExtProcServer server = server(parts, transport, who);
      ManagedChannel channel = channel(server, InsecureChannelCredentials.create());
      try {
        by(channel, "By=x;URI=spiffe://forged/a,By=y;URI=" + edge)
            .post()
            .requestBody(CALL, true)
            .forwarded();
        assertThat(parts.fact(0, Fact.PEER)).isEqualTo(edge);
        by(channel, "URI=spiffe://mesh/ns/mcp/sa/sample")
            .post()
            .requestBody(CALL, true)
            .forwarded();

        assertThat(by(channel, "URI=" + crm).post().closed().getDescription())
            .isEqualTo(
                "proxy: %s may not speak for the server sample (expected: one of servers[].proxies)"
                    .formatted(crm));
        assertThat(by(channel, "URI=spiffe://mesh/ns/else/sa/x").post().closed().getDescription())
            .contains("may not speak for the listener default");
        for (String unknown : new String[] {"", "By=" + edge, "URI=" + edge + ";URI=" + crm}) {
          assertThat(by(channel, unknown).closed().getCode())
              .isEqualTo(Status.Code.UNAUTHENTICATED);
        }
        assertThat(new EnvoyPeer(channel).open().closed().getCode())
            .isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(parts.entries(0)).hasSize(2);
        assertThat(metrics.get(Counter.REFUSED_PROXIES)).isEqualTo(6);
      } finally {
        channel.shutdownNow();
        server.stop(Duration.ZERO);
      }
    }
  }

  private static Stream by(ManagedChannel channel, String certificate) {
    var head = new io.grpc.Metadata();
    head.put(
        io.grpc.Metadata.Key.of(
            "x-forwarded-client-cert", io.grpc.Metadata.ASCII_STRING_MARSHALLER),
        certificate);
    return new EnvoyPeer(channel).open(head);
  }

  @Test
  void healthFollowsWhatItIsTold() throws Exception {
    try (var line = new LineFixture()) {
      var channel =
          Grpc.newChannelBuilder(
                  "localhost:" + line.server().port(), InsecureChannelCredentials.create())
              .build();
      var health = HealthGrpc.newBlockingStub(channel);
      var anything = HealthCheckRequest.getDefaultInstance();
      assertThat(health.check(anything).getStatus()).isEqualTo(ServingStatus.SERVING);
      line.server().healthy(false);
      assertThat(health.check(anything).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
      channel.shutdownNow();
    }
  }

  @Test
  void callsUnderWayFinishBeforeTheServerStops() throws Exception {
    try (var line = new LineFixture()) {
      Stream stream = line.sent(CALL);
      Thread stopping = stop(line, Duration.ofSeconds(20));
      stream.answerJson("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}").answered();
      stream.halfClose();
      assertThat(stream.closed().isOk()).isTrue();
      stopping.join();
      assertThat(line.kinds(2)).containsExactly("call.intent", "call.outcome");
    }
  }

  @Test
  void callsThatDoNotFinishFailWithAnError() throws Exception {
    try (var line = new LineFixture()) {
      Stream stream = line.sent(CALL);
      stop(line, Duration.ofMillis(50)).join();
      assertThat(stream.closed().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(line.fact(1, Fact.OUTCOME)).isEqualTo("not_released");
      assertThat(line.fact(1, Fact.EXECUTED)).isEqualTo("unknown");
      assertThat(line.metrics.get(Counter.INTERNAL_ERRORS)).isZero();
    }
  }

  private static Thread stop(LineFixture line, Duration drain) {
    return Thread.startVirtualThread(() -> {
      try {
        line.server().stop(drain);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
  }
}
