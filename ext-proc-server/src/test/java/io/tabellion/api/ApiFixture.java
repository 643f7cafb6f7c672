package io.tabellion.api;

import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.tabellion.audit.Entry;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceFutureStub;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceStub;
import io.tabellion.pin.Pins;
import io.tabellion.signin.OidcSettings;
import io.tabellion.signin.SignIn;
import io.tabellion.signin.TokenFile;
import io.tabellion.stop.Stops;
import io.tabellion.stop.Traffic;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.MemoryAuditLog;
import io.tabellion.testing.Samples;
import io.tabellion.testing.TrailFixture;
import io.tabellion.trail.Reader;
import io.tabellion.trail.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A real server on a free port over a log in memory, and stubs for it. */
final class ApiFixture implements AutoCloseable {
  private final TrailFixture fixture;
  private final AtomicInteger refused = new AtomicInteger();
  private final SignIn signIn;
  private final ApiServer server;
  private final ManagedChannel channel;

  ApiFixture(Path directory) throws IOException {
    this(directory, true);
  }

  /** The same with an index that {@code follows} the log, or lags behind all that comes. */
  ApiFixture(Path directory, boolean follows) throws IOException {
    this(directory, follows, List.of());
  }

  /** The same where these issuers' tokens are let in. */
  ApiFixture(Path directory, boolean follows, List<OidcSettings> oidc) throws IOException {
    fixture = new TrailFixture(directory, follows);
    ApiSettings settings =
        new ApiSettings(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, List.of());
    signIn =
        new SignIn(
            List.of(
                token(directory, "alice", Role.AUDITOR),
                token(directory, "rita", Role.RESPONDER),
                token(directory, "root", Role.ADMIN)),
            oidc,
            fixture.clock());
    server =
        new ApiServer(settings, signIn, fixture.trail(), refused::incrementAndGet, fixture.clock());
    server.start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  /** Writes a token file; the token expires an hour after the fixture's beginning. */
  TokenFile token(Path directory, String name, Role role) throws IOException {
    Path file = directory.resolve(name + ".token");
    Files.writeString(file, secret(name) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return new TokenFile(new Reader(name, role, clock().instant().plus(Duration.ofHours(1))), file);
  }

  static String secret(String name) {
    return name + "-0123456789abcdef0123456789abcdef";
  }

  MemoryAuditLog log() {
    return fixture.log();
  }

  Pins pins() {
    return fixture.pins();
  }

  /** From now on these exchanges are open. */
  void traffic(Traffic open) {
    fixture.traffic(open);
  }

  /** What operators stopped. */
  Stops stops() {
    return fixture.stops();
  }

  /** How many calls were not let in. */
  int refused() {
    return refused.get();
  }

  ManualClock clock() {
    return fixture.clock();
  }

  ManagedChannel channel() {
    return channel;
  }

  /** Appends an intent. */
  Entry call(String subject, String tool, String said) {
    Entry intent = Samples.intent(clock(), subject, tool, said);
    log().append(intent);
    return intent;
  }

  Entry outcome(Entry intent, String said) {
    return Samples.outcome(clock(), intent, said);
  }

  AuditServiceBlockingStub stub(String name) {
    return AuditServiceGrpc.newBlockingStub(channel).withCallCredentials(bearer(secret(name)));
  }

  AuditServiceFutureStub futureStub(String name) {
    return AuditServiceGrpc.newFutureStub(channel).withCallCredentials(bearer(secret(name)));
  }

  AuditServiceStub asyncStub(String name) {
    return AuditServiceGrpc.newStub(channel).withCallCredentials(bearer(secret(name)));
  }

  static CallCredentials bearer(String token) {
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

  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("nothing happened for 20 s");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
    signIn.close();
    fixture.close();
  }
}
