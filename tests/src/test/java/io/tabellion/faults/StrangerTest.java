package io.tabellion.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import io.tabellion.parties.TabellionServer;
import io.tabellion.testing.TestAuthority;
import io.tabellion.testing.TestAuthority.Issued;
import io.tabellion.testing.Trail;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Who may speak to us is Envoy: everybody else is refused and leaves no entry. */
@Tag("fault")
@TestInstance(Lifecycle.PER_CLASS)
final class StrangerTest {
  private static final String SERVER = "tabellion.example.test";
  private static final String ENVOY = "envoy.example.test";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private TestAuthority ours;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private TestAuthority other;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private TabellionServer.Setup setup;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private TabellionServer running;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    ours = new TestAuthority(folder, "ours");
    other = new TestAuthority(Files.createDirectory(folder.resolve("other")), "other");
    Path ca = ours.file();
    Issued server = issue(ours, SERVER);
    String tls =
        "tls: {certificate: %s, key: %s, client-ca: %s, allowed-clients: [%s]}"
            .formatted(server.certificate(), server.key(), ca, ENVOY);
    setup =
        TabellionServer.Setup.in(folder.resolve("server"))
            .withExtProc(tls)
            .withLogKeys(", segment-size: 16MiB")
            .withMore("limits: {request: 256KiB, answer: 256KiB, event: 256KiB}");
    running = setup.start("server");
    assertThat(running.process().alive()).isTrue();
  }

  @AfterAll
  void stop() {
    running.close();
  }

  @TestFactory
  Stream<DynamicTest> onlyAnAllowedCertificateIsHeard() {
    Path ca = ours.file();
    int before = entries(setup);
    return Stream.of(
        dynamicTest(
            "plain text is not heard", () -> assertThat(speak(setup, null, null)).isFalse()),
        dynamicTest(
            "no certificate is not heard", () -> assertThat(speak(setup, ca, null)).isFalse()),
        dynamicTest(
            "one of an unknown authority is not heard",
            () -> assertThat(speak(setup, ca, issue(other, ENVOY))).isFalse()),
        dynamicTest(
            "one of another name is not heard",
            () -> assertThat(speak(setup, ca, issue(ours, "who.example.test"))).isFalse()),
        dynamicTest(
            "none of these left an entry", () -> assertThat(entries(setup)).isEqualTo(before)),
        dynamicTest(
            "Envoy's is heard", () -> assertThat(speak(setup, ca, issue(ours, ENVOY))).isTrue()),
        dynamicTest("and left entries", () -> assertThat(entries(setup)).isGreaterThan(before)));
  }

  private static Issued issue(TestAuthority authority, String name) {
    return authority.issue(name, new GeneralName(GeneralName.dNSName, name));
  }

  private static int entries(TabellionServer.Setup setup) {
    List<Trail.Entry> trail = Trail.read(setup.log());
    return (int) trail.stream().filter(e -> !e.kind().equals("heartbeat")).count();
  }

  /** Sends what Envoy would send for a GET; returns whether the server says anything to it. */
  private static boolean speak(
      TabellionServer.Setup setup, @Nullable Path ca, @Nullable Issued identity) throws Exception {
    ManagedChannel channel = channel(setup.extProcPort(), ca, identity);
    try {
      CompletableFuture<Boolean> heard = new CompletableFuture<>();
      StreamObserver<ProcessingRequest> stream =
          ExternalProcessorGrpc.newStub(channel).process(new Ear(heard));
      stream.onNext(get());
      return heard.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      channel.shutdownNow();
    }
  }

  private record Ear(CompletableFuture<Boolean> heard)
      implements StreamObserver<ProcessingResponse> {
    @Override
    public void onNext(ProcessingResponse reply) {
      heard.complete(true);
    }

    @Override
    public void onError(Throwable cause) {
      heard.complete(false);
    }

    @Override
    public void onCompleted() {
      heard.complete(false);
    }
  }

  private static ManagedChannel channel(int port, @Nullable Path ca, @Nullable Issued identity)
      throws SSLException {
    NettyChannelBuilder builder = NettyChannelBuilder.forAddress("127.0.0.1", port);
    if (ca == null) {
      return builder.usePlaintext().build();
    }
    SslContextBuilder tls = GrpcSslContexts.forClient().trustManager(ca.toFile());
    if (identity != null) {
      tls.keyManager(identity.certificate().toFile(), identity.key().toFile());
    }
    return builder.sslContext(tls.build()).overrideAuthority(SERVER).build();
  }

  private static ProcessingRequest get() {
    HeaderMap.Builder headers = HeaderMap.newBuilder();
    for (String[] header :
        new String[][] {
          {":method", "GET"},
          {":path", "/sample/mcp"},
          {":authority", "127.0.0.1"},
          {":scheme", "http"},
          {"accept", "text/event-stream"}
        }) {
      headers.addHeaders(
          HeaderValue.newBuilder()
              .setKey(header[0])
              .setRawValue(ByteString.copyFromUtf8(header[1])));
    }
    Value route = Value.newBuilder().setStringValue("mcp/sample").build();
    return ProcessingRequest.newBuilder()
        .setProtocolConfig(
            ProtocolConfiguration.newBuilder()
                .setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
                .setResponseBodyMode(BodySendMode.FULL_DUPLEX_STREAMED))
        .putAttributes(
            "envoy.filters.http.ext_proc",
            Struct.newBuilder().putFields("xds.route_name", route).build())
        .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(headers).setEndOfStream(true))
        .build();
  }
}
