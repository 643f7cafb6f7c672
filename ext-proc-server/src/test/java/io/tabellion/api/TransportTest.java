package io.tabellion.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.tabellion.api.ApiSettings.Tls;
import io.tabellion.audit.Fact;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.SearchEntriesRequest;
import io.tabellion.signin.SignIn;
import io.tabellion.testing.TestAuthority;
import io.tabellion.testing.TestAuthority.Issued;
import io.tabellion.testing.TrailFixture;
import io.tabellion.trail.Reader;
import io.tabellion.trail.Role;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with client certificates, and a Unix socket. */
@Tag("unit")
class TransportTest {
  private static final String ANN = "spiffe://corp.example/ann";

  @TempDir Path directory;
  private @Nullable SignIn signIn;
  private @Nullable ApiServer server;
  private @Nullable ManagedChannel channel;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private TestAuthority authority;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private TrailFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new TrailFixture(directory, false);
    authority = new TestAuthority(directory, "authority");
  }

  @AfterEach
  void stop() {
    if (channel != null) {
      channel.shutdownNow();
    }
    if (server != null) {
      server.close();
    }
    if (signIn != null) {
      signIn.close();
    }
    fixture.close();
  }

  @Test
  void aKnownCertificateIsAReaderByItsName() throws Exception {
    startWithTls();
    Issued ann =
        authority.issue("ann", new GeneralName(GeneralName.uniformResourceIdentifier, ANN));
    assertThat(connect(ann).searchEntries(SearchEntriesRequest.getDefaultInstance())).isNotNull();
    assertThat(fixture.log().read(0).leaf().facts().text(Fact.READER)).isEqualTo(ANN);
  }

  @Test
  void aCertificateOfUnknownNameIsNobody() throws Exception {
    startWithTls();
    Issued bob =
        authority.issue(
            "bob",
            new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://corp.example/bob"));
    assertCode(Code.UNAUTHENTICATED, connect(bob));
  }

  @Test
  void aCommonNameDoesNotCountBesideOtherNames() throws Exception {
    startWithTls();
    Issued trick =
        authority.issue("ops", new GeneralName(GeneralName.dNSName, "elsewhere.example"));
    assertCode(Code.UNAUTHENTICATED, connect(trick));
    Issued ops = authority.issue("ops");
    assertThat(connect(ops).searchEntries(SearchEntriesRequest.getDefaultInstance())).isNotNull();
  }

  @Test
  void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
    startWithTls();
    Issued forged =
        new TestAuthority(directory, "stranger")
            .issue("forged", new GeneralName(GeneralName.uniformResourceIdentifier, ANN));
    // An honest client keeps such a certificate to itself; sent all the same, it ends the
    // handshake.
    assertThatThrownBy(
            () -> connect(forged).searchEntries(SearchEntriesRequest.getDefaultInstance()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isIn(Code.UNAUTHENTICATED, Code.UNAVAILABLE));
    assertThat(fixture.log().size()).isZero();
  }

  @Test
  void withoutCertificateAndTokenNobodyIsLetIn() throws Exception {
    startWithTls();
    assertCode(Code.UNAUTHENTICATED, connect(null));
  }

  @Test
  void aUnixSocketIsForItsOwnerOnlyAndStillWantsAToken() throws Exception {
    Path socket = directory.resolve("api.sock");
    start(new ApiSettings(UnixDomainSocketAddress.of(socket), null, List.of()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
    var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(loops)
            .usePlaintext()
            .build();
    assertCode(Code.UNAUTHENTICATED, AuditServiceGrpc.newBlockingStub(channel));
    var _ = loops.shutdownGracefully();
  }

  private void startWithTls() throws Exception {
    Issued own = authority.issue("server", new GeneralName(GeneralName.dNSName, "localhost"));
    Tls tls = new Tls(own.certificate(), own.key(), authority.file());
    List<Reader> clients =
        List.of(
            new Reader(ANN, Role.AUDITOR, Instant.MAX), new Reader("ops", Role.ADMIN, Instant.MAX));
    start(
        new ApiSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tls, clients));
  }

  private void start(ApiSettings settings) throws Exception {
    SignIn nobody = new SignIn(List.of(), List.of(), fixture.clock());
    signIn = nobody;
    ApiServer made = new ApiServer(settings, nobody, fixture.trail(), () -> {}, fixture.clock());
    server = made;
    made.start();
  }

  private AuditServiceBlockingStub connect(@Nullable Issued client) throws Exception {
    var context = GrpcSslContexts.forClient().trustManager(authority.file().toFile());
    if (client != null) {
      context.keyManager(client.certificate().toFile(), client.key().toFile());
    }
    if (channel != null) {
      channel.shutdownNow();
    }
    int port = server == null ? 0 : server.port();
    ManagedChannel made =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .overrideAuthority("localhost")
            .sslContext(context.build())
            .build();
    channel = made;
    return AuditServiceGrpc.newBlockingStub(made);
  }

  private static void assertCode(Code code, AuditServiceBlockingStub stub) {
    assertThatThrownBy(() -> stub.searchEntries(SearchEntriesRequest.getDefaultInstance()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code));
  }
}
