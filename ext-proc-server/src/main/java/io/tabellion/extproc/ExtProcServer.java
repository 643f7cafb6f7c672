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
import io.tabellion.inspect.Inspector;
import io.tabellion.metrics.Metrics;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The port that Envoy speaks ext_proc to, with a gRPC health service beside it.
 *
 * <p>Thread-safe.
 */
public final class ExtProcServer {
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

  private final ExtProcSettings settings;
  private final ProcessService service;
  private final HealthStatusManager health = new HealthStatusManager();
  private final ScheduledExecutorService watch;
  private final Loops loops;
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
    this.settings = settings;
    loops = new Loops(settings.cold());
    service = new ProcessService(settings, inspector, metrics, clock, loops);
    watch =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("ext-proc-watch").daemon().factory());
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

  /** Listens. */
  public void start() throws IOException {
    switch (settings.transport()) {
      case Transport.UnixSocket(Path path) -> startAt(path);
      case Transport.MutualTls _, Transport.InsecureLoopback _ -> server.start();
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

  /** Exchanges that have begun and whose last entry is not written yet. */
  public int live() {
    return service.live();
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
    service.awaitNone(drain);
    service.abortAll();
    service.awaitNone(SETTLE);
    server.shutdownNow();
    boolean _ = server.awaitTermination(SETTLE.toMillis(), TimeUnit.MILLISECONDS);
    watch.shutdownNow();
    loops.close();
  }

  private static NettyServerBuilder builder(Transport transport) throws IOException {
    return switch (transport) {
      case Transport.InsecureLoopback plain ->
          NettyServerBuilder.forAddress(plain.address()).channelType(NioServerSocketChannel.class);
      case Transport.MutualTls tls ->
          NettyServerBuilder.forAddress(tls.address(), credentials(tls))
              .channelType(NioServerSocketChannel.class)
              .addTransportFilter(new Peers(tls.allowedClients()));
      case Transport.UnixSocket(Path path) ->
          NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(nursery(path).resolve("s")))
              .channelType(NioServerDomainSocketChannel.class);
    };
  }

  private static ServerCredentials credentials(Transport.MutualTls tls) throws IOException {
    return TlsServerCredentials.newBuilder()
        .keyManager(tls.certificate().toFile(), tls.key().toFile())
        .trustManager(tls.clientCa().toFile())
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

  /**
   * A socket has its mode only after it was bound: so it is bound in a folder that nobody else may
   * enter, and moved into its place when it has mode 0600.
   */
  private void startAt(Path path) throws IOException {
    Path nursery = nursery(path);
    Files.deleteIfExists(nursery.resolve("s"));
    Files.deleteIfExists(nursery);
    Files.createDirectory(
        nursery,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    server.start();
    Path socket = nursery.resolve("s");
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    Files.move(socket, path, StandardCopyOption.ATOMIC_MOVE);
    Files.delete(nursery);
  }

  private static Path nursery(Path path) {
    return path.resolveSibling("." + path.getFileName() + ".new");
  }
}
