package io.tabellion.extproc;

import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.tabellion.extproc.ExtProcSettings.Transport;
import io.tabellion.identity.Caller;
import io.tabellion.inspect.Inspector;
import io.tabellion.metrics.Metrics;
import io.tabellion.socket.SocketFile;
import io.tabellion.stop.Selector;
import io.tabellion.stop.Stop;
import io.tabellion.stop.Traffic;
import io.tabellion.tls.ServerTls;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The port that Envoy speaks ext_proc to, with a gRPC health service beside it.
 *
 * <p>Thread-safe.
 */
public final class ExtProcServer implements Traffic {
  private static final System.Logger LOG = System.getLogger(ExtProcServer.class.getName());

  /** Above the buffer limits of an Envoy that is set up as ours are: 1 MiB and a frame. */
  private static final int MAX_MESSAGE = 64 << 20;

  /** Of HTTP/2, in bytes. One that is given stays; else gRPC pings Envoy to find the best. */
  private static final int WINDOW = 1 << 20;

  /** Bytes of one read from Envoy's connection: the largest is one frame of HTTP/2. */
  private static final int SMALLEST_READ = 1 << 10;

  private static final int FIRST_READ = 4 << 10;
  private static final int LARGEST_READ = 16 << 10;

  /** How often uploads are looked at. */
  private static final Duration WATCH = Duration.ofSeconds(1);

  /** How long outcomes may take to be written after the last call was failed. */
  private static final Duration SETTLE = Duration.ofSeconds(10);

  private final ProcessService service;
  private final HealthStatusManager health = new HealthStatusManager();
  private final ScheduledExecutorService watch;
  private final Loops loops;
  private final @Nullable SocketFile socket;
  private final @Nullable ServerTls tls;
  private final Server server;

  /**
   * Makes a server that does not listen yet.
   *
   * @param inspector judges what the streams bring
   * @throws IOException if a certificate or key cannot be read
   */
  public ExtProcServer(
      ExtProcSettings settings, Inspector inspector, Metrics metrics, InstantSource clock)
      throws IOException {
    loops = new Loops(settings.cold());
    service = new ProcessService(settings, inspector, metrics, clock, loops);
    watch =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("ext-proc-watch").daemon().factory());
    socket =
        settings.transport() instanceof Transport.UnixSocket(var path, var group)
            ? new SocketFile(path, group)
            : null;
    tls =
        settings.transport() instanceof Transport.MutualTls files
            ? ServerTls.load(files.certificate(), files.key(), files.clientCa())
            : null;
    server =
        builder(settings.transport())
            .bossEventLoopGroup(loops.group())
            .workerEventLoopGroup(loops.group())
            .directExecutor()
            .maxInboundMessageSize(MAX_MESSAGE)
            .flowControlWindow(WINDOW)
            .withChildOption(ChannelOption.RECVBUF_ALLOCATOR, reading())
            .permitKeepAliveTime(1, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(service.definition())
            .addService(health.getHealthService())
            .build();
  }

  /**
   * Listens.
   *
   * @throws IOException if it cannot; the message says why
   */
  public void start() throws IOException {
    if (socket == null) {
      server.start();
    } else {
      socket.prepare();
      server.start();
      socket.open();
    }
    healthy(true);
    ScheduledFuture<?> _ =
        watch.scheduleWithFixedDelay(
            service::watch, WATCH.toMillis(), WATCH.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns the TCP port it listens on, -1 for a Unix socket. */
  public int port() {
    return server.getPort();
  }

  /** Says whether calls are admitted, to whoever asks the health service. */
  public void healthy(boolean healthy) {
    health.setStatus(
        HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
        healthy ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /** Certificate and key of the port; null if it has none. */
  public @Nullable ServerTls tls() {
    return tls;
  }

  /** Exchanges that have begun and whose last entry is not written yet. */
  public int live() {
    return service.live();
  }

  @Override
  public int end(Stop stop) {
    return service.end(stop);
  }

  @Override
  public List<Caller> matching(Selector selector) {
    return service.matching(selector);
  }

  /** Bytes of bodies and events that are held now. */
  public long heldBytes() {
    return service.heldBytes();
  }

  /**
   * Takes no more calls, lets those under way finish for {@code drain}, then fails the rest with
   * {@code UNAVAILABLE}, never OK. Returns when every exchange has its outcome, or 10 s later.
   */
  public void stop(Duration drain) throws InterruptedException {
    health.enterTerminalState();
    server.shutdown();
    service.drain();
    int open = service.live();
    if (open > 0) {
      LOG.log(Level.INFO, "ext_proc: waits up to {0} s for {1} exchanges", drain.toSeconds(), open);
    }
    service.awaitNone(drain);
    int left = service.live();
    if (left > 0) {
      LOG.log(Level.WARNING, "ext_proc: {0} exchanges did not end in time, and fail", left);
    }
    service.abortAll();
    service.awaitNone(SETTLE);
    server.shutdownNow();
    boolean _ = server.awaitTermination(SETTLE.toMillis(), TimeUnit.MILLISECONDS);
    watch.shutdownNow();
    loops.close();
    leave();
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

  private NettyServerBuilder builder(Transport transport) {
    return switch (transport) {
      case Transport.InsecureLoopback plain ->
          NettyServerBuilder.forAddress(plain.address()).channelType(NioServerSocketChannel.class);
      case Transport.Mesh mesh ->
          NettyServerBuilder.forAddress(mesh.address()).channelType(NioServerSocketChannel.class);
      case Transport.MutualTls names ->
          NettyServerBuilder.forAddress(names.address(), credentials(Objects.requireNonNull(tls)))
              .channelType(NioServerSocketChannel.class)
              .addTransportFilter(new Peers(names.allowedClients()));
      case Transport.UnixSocket _ ->
          NettyServerBuilder.forAddress(
                  UnixDomainSocketAddress.of(Objects.requireNonNull(socket).nursery()))
              .channelType(NioServerDomainSocketChannel.class);
    };
  }

  private static ServerCredentials credentials(ServerTls tls) {
    return TlsServerCredentials.newBuilder()
        .keyManager(tls.keyManager())
        .trustManager(tls.trustManager())
        .clientAuth(ClientAuth.REQUIRE)
        .build();
  }

  /**
   * One read at a time, then replies that wait are written. By default a thread reads up to 1 MiB
   * first: of a burst of calls it would read hundreds before it writes anything, and Envoy, which
   * takes any frame as a sign of life, would hear nothing of us for that time.
   */
  private static RecvByteBufAllocator reading() {
    return new AdaptiveRecvByteBufAllocator(SMALLEST_READ, FIRST_READ, LARGEST_READ)
        .maxMessagesPerRead(1);
  }
}
