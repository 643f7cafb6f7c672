package io.tabellion.cli.audit;

import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractBlockingStub;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.tabellion.config.Address;
import java.io.File;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the audit API is, and who asks: options, else the newest demo of this checkout. */
final class Connection implements AutoCloseable {
  private static final int LARGEST_ANSWER = 64 << 20;

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      description = "Audit API: HOST:PORT or unix:PATH (default: that of the newest demo).")
  private @Nullable String server;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the bearer token (default: that of the newest demo).")
  private @Nullable Path tokenFile;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Directory of a demo, instead of the newest one.")
  private @Nullable Path dir;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Speak TLS; the server's certificate comes from these authorities (PEM).")
  private @Nullable Path ca;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "Client certificate (PEM), with --key, instead of a token.")
  private @Nullable Path certificate;

  @Option(names = "--key", paramLabel = "FILE", description = "Its private key (PEM, PKCS #8).")
  private @Nullable Path key;

  private @Nullable ManagedChannel channel;
  private @Nullable MultiThreadIoEventLoopGroup loops;
  private String where = "";

  /**
   * Opens the connection.
   *
   * @param service makes the stub of a service
   * @throws CliException if there is nothing to connect to
   */
  <S extends AbstractBlockingStub<S>> S open(Function<Channel, S> service) {
    Pointer pointer = pointer();
    String address = server != null ? server : pointer.api();
    if (address == null) {
      throw new CliException(
          "no server: "
              + pointer.file()
              + " does not say where one is (expected: --server HOST:PORT --token-file FILE, or"
              + " a demo started with ./tabellion demo)");
    }
    where = address + (server != null ? " (--server)" : " (from " + pointer.file() + ")");
    ManagedChannel opened = channel(address, ca != null ? ca : pointer.ca());
    channel = opened;
    S stub = service.apply(opened).withMaxInboundMessageSize(LARGEST_ANSWER);
    return certificate == null ? stub.withCallCredentials(bearer(token(pointer))) : stub;
  }

  /** Returns where was connected to, and why there. */
  String where() {
    return where;
  }

  Pointer pointer() {
    return Pointer.of(dir);
  }

  @Override
  public void close() {
    if (channel != null) {
      channel.shutdownNow();
    }
    if (loops != null) {
      var _ = loops.shutdownGracefully();
    }
  }

  private ManagedChannel channel(String text, @Nullable Path authorities) {
    try {
      NettyChannelBuilder builder = builder(text);
      boolean inTheClear =
          authorities == null
              && certificate == null
              && (text.startsWith("unix:") || loopback(text));
      return inTheClear ? builder.usePlaintext().build() : secure(builder, authorities);
    } catch (IOException | IllegalArgumentException e) {
      throw new CliException("--server, --ca, --cert or --key: " + e.getMessage(), e);
    }
  }

  private NettyChannelBuilder builder(String text) {
    if (!text.startsWith("unix:")) {
      return NettyChannelBuilder.forTarget("dns:///" + text);
    }
    loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    return NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(text.substring(5)))
        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
        .eventLoopGroup(loops)
        .overrideAuthority("localhost");
  }

  private ManagedChannel secure(NettyChannelBuilder builder, @Nullable Path authorities)
      throws IOException {
    var context = GrpcSslContexts.forClient();
    if (authorities != null) {
      context.trustManager(authorities.toFile());
    }
    if (certificate != null) {
      File privateKey = key == null ? certificate.toFile() : key.toFile();
      context.keyManager(certificate.toFile(), privateKey);
    }
    return builder.sslContext(context.build()).build();
  }

  /** A token goes in clear to this machine only. */
  private static boolean loopback(String text) {
    try {
      return Address.parse(text, Path.of("")).loopback();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private String token(Pointer pointer) {
    Path file = tokenFile != null ? tokenFile : server == null ? pointer.tokenFile() : null;
    if (file == null) {
      throw new CliException("no token (expected: --token-file FILE)");
    }
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new CliException(file + ": cannot be read (expected: a file with the token)", e);
    }
  }

  private static CallCredentials bearer(String token) {
    return new CallCredentials() {
      @Override
      public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier to) {
        Metadata headers = new Metadata();
        headers.put(
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        to.apply(headers);
      }
    };
  }
}
