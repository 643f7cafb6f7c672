package io.tabellion.api;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.tabellion.api.ApiSettings.Tls;
import io.tabellion.approval.v1.ApprovalServiceGrpc;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.console.v1.ConsoleServiceGrpc;
import io.tabellion.pins.v1.PinServiceGrpc;
import io.tabellion.signin.SignIn;
import io.tabellion.socket.SocketFile;
import io.tabellion.stops.v1.StopServiceGrpc;
import io.tabellion.tls.ServerTls;
import io.tabellion.trail.Trail;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The port of the audit API: {@code tabellion.audit.v1.AuditService}, {@code
 * tabellion.pins.v1.PinService}, {@code tabellion.stops.v1.StopService}, {@code
 * tabellion.console.v1.ConsoleService}, health and reflection. Calls run on virtual threads, since
 * they wait for the log; the transport's threads never block.
 *
 * <p>Thread-safe. {@link #start} and {@link #close} are called once.
 */
public final class ApiServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ApiServer.class.getName());
  private static final int LARGEST_REQUEST = 64 << 10;
  private static final int LARGEST_HEADERS = 16 << 10;
  private static final int CALLS_A_CONNECTION = 100;
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Server server;
  private final Trail trail;
  private final ApprovalService approvals;
  private final HealthStatusManager health = new HealthStatusManager();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final @Nullable SocketFile socket;
  private final @Nullable ServerTls tls;
  private final @Nullable EventLoopGroup loops;

  /**
   * Prepares the server; {@link #start} opens the port.
   *
   * @param signIn whose a bearer token is
   * @param trail what is shown; stays open until the server is closed
   * @param onRefused told of each call of nobody whom the settings know
   * @throws IOException if a certificate or key cannot be read
   */
  public ApiServer(
      ApiSettings settings, SignIn signIn, Trail trail, Runnable onRefused, InstantSource clock)
      throws IOException {
    this(settings, signIn, trail, Door.NONE, onRefused, clock);
  }

  /**
   * The same with a console.
   *
   * @param door makes links that sign in there
   */
  public ApiServer(
      ApiSettings settings,
      SignIn signIn,
      Trail trail,
      Door door,
      Runnable onRefused,
      InstantSource clock)
      throws IOException {
    this.trail = trail;
    this.approvals = new ApprovalService(trail);
    var authenticator =
        new Authenticator(signIn, new CertificateNames(settings.clients()), onRefused, clock);
    socket =
        settings.address() instanceof UnixDomainSocketAddress unix
            ? new SocketFile(unix.getPath(), null)
            : null;
    Tls files = settings.tls();
    tls = files == null ? null : ServerTls.load(files.certificate(), files.key(), files.clientCa());
    loops = socket == null ? null : new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    server =
        builder(settings)
            .executor(executor)
            .maxInboundMessageSize(LARGEST_REQUEST)
            .maxInboundMetadataSize(LARGEST_HEADERS)
            .maxConcurrentCallsPerConnection(CALLS_A_CONNECTION)
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .intercept(authenticator)
            .addService(new AuditService(trail))
            .addService(new PinService(trail))
            .addService(approvals)
            .addService(new StopService(trail))
            .addService(new ConsoleService(door))
            .addService(ServerInterceptors.intercept(health.getHealthService(), refresh()))
            .addService(ProtoReflectionServiceV1.newInstance())
            .addService(reflectionForOldClients())
            .build();
  }

  /**
   * Opens the port.
   *
   * @throws IOException if it is taken, or may not be used
   */
  public void start() throws IOException {
    if (socket == null) {
      server.start();
    } else {
      socket.prepare();
      server.start();
      socket.open();
    }
    setHealth();
  }

  /** Certificate and key of the port; null if it has none. */
  public @Nullable ServerTls tls() {
    return tls;
  }

  /** Returns the TCP port that was opened; -1 for a Unix socket. */
  public int port() {
    return server.getPort();
  }

  /** Ends tails, lets calls that are running finish for a moment, and closes the port. */
  @Override
  public void close() {
    health.enterTerminalState();
    server.shutdown();
    trail.follow().close();
    approvals.end();
    try {
      if (!server.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    executor.shutdown();
    leave();
    if (loops != null) {
      var _ = loops.shutdownGracefully(0, GRACE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private NettyServerBuilder builder(ApiSettings settings) throws IOException {
    NettyServerBuilder builder =
        socket != null ? onSocket(socket) : NettyServerBuilder.forAddress(settings.address());
    return tls == null ? builder : builder.sslContext(context(tls));
  }

  private void leave() {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the Unix socket stays: " + e.getMessage(), e);
    }
  }

  private NettyServerBuilder onSocket(SocketFile file) {
    return NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(file.nursery()))
        .channelType(NioServerDomainSocketChannel.class)
        .bossEventLoopGroup(loops)
        .workerEventLoopGroup(loops);
  }

  private static SslContext context(ServerTls tls) throws IOException {
    SslContextBuilder context =
        GrpcSslContexts.configure(SslContextBuilder.forServer(tls.keyManager()));
    TrustManager clients = tls.trustManager();
    if (clients != null) {
      // A token may stand in for a certificate, so one is asked for and not required.
      context.trustManager(clients).clientAuth(ClientAuth.OPTIONAL);
    }
    return context.build();
  }

  /** Health says what the log is at the time it is asked. */
  private ServerInterceptor refresh() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        setHealth();
        return next.startCall(call, headers);
      }
    };
  }

  private void setHealth() {
    ServingStatus status = trail.recordable() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    health.setStatus(AuditServiceGrpc.SERVICE_NAME, status);
    health.setStatus(PinServiceGrpc.SERVICE_NAME, status);
    health.setStatus(ApprovalServiceGrpc.SERVICE_NAME, status);
    health.setStatus(StopServiceGrpc.SERVICE_NAME, status);
    health.setStatus(ConsoleServiceGrpc.SERVICE_NAME, status);
  }

  /** Clients before 2023 ask for reflection by its old name. */
  @SuppressWarnings("deprecation")
  private static BindableService reflectionForOldClients() {
    return ProtoReflectionService.newInstance();
  }
}
