package io.tabellion.cli.audit;

import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractBlockingStub;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.tabellion.config.Address;
import io.tabellion.terminal.Mistakes;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the audit API is, and who asks: options, else the newest demo of this checkout. */
final class Connection implements AutoCloseable {
  private static final int LARGEST_ANSWER = 64 << 20;
  private static final int PATIENCE = 10_000;
  private static final int LARGEST_PORT = 65_535;
  private static final Pattern ADDRESS =
      Pattern.compile("(?:\\[[0-9a-fA-F:.%]+\\]|[^:/\\s\\[\\]]+):([0-9]{1,5})");

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

  @Option(
      names = "--plaintext",
      description =
          "Speak without TLS to another machine. The token travels in clear unless something else"
              + " encrypts: use it only in a service mesh, where the proxy of this pod does.")
  private boolean plaintext;

  private @Nullable ManagedChannel channel;
  private @Nullable MultiThreadIoEventLoopGroup loops;
  private String where = "";

  /**
   * Opens the connection.
   *
   * @param service makes the stub of a service
   * @param demoToken name of the token file that is used beside a demo; null for that of the
   *     auditor
   * @throws CliException if there is nothing to connect to
   */
  <S extends AbstractBlockingStub<S>> S open(
      Function<Channel, S> service, @Nullable String demoToken) {
    Quiet.LOGGERS.forEach(logger -> logger.setLevel(Level.OFF));
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
    check(address, server != null ? "--server" : pointer.file().toString());
    Path authorities = ca != null || plaintext ? ca : pointer.ca();
    if (plaintext && (authorities != null || certificate != null)) {
      throw new CliException("--plaintext: beside --ca or --cert (expected: one of them)");
    }
    ManagedChannel opened = channel(address, authorities);
    channel = opened;
    S stub = service.apply(opened).withMaxInboundMessageSize(LARGEST_ANSWER);
    if (certificate != null) {
      return stub;
    }
    Path file = tokenFile(pointer, demoToken);
    var _ = token(file);
    return stub.withCallCredentials(bearer(file));
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
              && (plaintext || text.startsWith("unix:") || loopback(text));
      return inTheClear ? builder.usePlaintext().build() : secure(builder, authorities);
    } catch (IOException | IllegalArgumentException e) {
      throw new CliException("--ca, --cert or --key: " + e.getMessage(), e);
    }
  }

  private NettyChannelBuilder builder(String text) {
    if (!text.startsWith("unix:")) {
      return NettyChannelBuilder.forTarget("dns:///" + text)
          .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, PATIENCE);
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
    readable("--ca", authorities);
    readable("--cert", certificate);
    readable("--key", key);
    if (authorities != null) {
      context.trustManager(authorities.toFile());
    }
    if (certificate != null) {
      File privateKey = key == null ? certificate.toFile() : key.toFile();
      context.keyManager(certificate.toFile(), privateKey);
    }
    return builder.sslContext(context.build()).build();
  }

  private static void readable(String option, @Nullable Path file) {
    if (file == null) {
      return;
    }
    try (InputStream in = Files.newInputStream(file)) {
      var _ = in.read();
    } catch (IOException e) {
      throw new CliException(option + ": " + Mistakes.of(e) + " (expected a PEM file)", e);
    }
  }

  /** Refuses what can be no address, before it is looked up by name. */
  private static void check(String address, String from) {
    Matcher tcp = ADDRESS.matcher(address);
    boolean unix = address.startsWith("unix:") && address.length() > "unix:".length();
    if (!unix && (!tcp.matches() || Integer.parseInt(tcp.group(1)) > LARGEST_PORT)) {
      throw new CliException(from + ": " + address + " (expected HOST:PORT or unix:PATH)");
    }
  }

  /** A token goes in clear to this machine only. */
  private static boolean loopback(String text) {
    try {
      return Address.parse(text, Path.of("")).loopback();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private Path tokenFile(Pointer pointer, @Nullable String demoToken) {
    Path file = tokenFile != null ? tokenFile : server == null ? demo(pointer, demoToken) : null;
    if (file == null) {
      throw new CliException("no token (expected: --token-file FILE)");
    }
    return file;
  }

  private String token(Path file) {
    try {
      String token = Files.readString(file).strip();
      if (!token.matches("[!-~]+")) {
        throw new CliException(file + ": no token in it (expected a file of one line, the token)");
      }
      return token;
    } catch (IOException e) {
      throw new CliException(
          (tokenFile == null ? "" : "--token-file: ")
              + Mistakes.of(e)
              + " (expected a file with the token)",
          e);
    }
  }

  private static @Nullable Path demo(Pointer pointer, @Nullable String name) {
    Path auditor = pointer.tokenFile();
    Path other = auditor == null || name == null ? null : auditor.resolveSibling(name);
    return other != null && Files.exists(other) ? other : auditor;
  }

  /** The file is read for each call: another program may put newer tokens into it. */
  private CallCredentials bearer(Path file) {
    return new CallCredentials() {
      @Override
      public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier to) {
        executor.execute(() -> apply(file, to));
      }
    };
  }

  private void apply(Path file, CallCredentials.MetadataApplier to) {
    try {
      Metadata headers = new Metadata();
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
          "Bearer " + token(file));
      to.apply(headers);
    } catch (CliException e) {
      to.fail(Status.UNAUTHENTICATED.withDescription(e.getMessage()).withCause(e));
    }
  }

  /** What cannot be connected to is said by the verb, once. Made by the first connection. */
  private static final class Quiet {
    /** Kept, since loggers are held weakly. */
    static final List<Logger> LOGGERS =
        List.of(Logger.getLogger("io.grpc.internal"), Logger.getLogger("io.netty.bootstrap"));
  }
}
