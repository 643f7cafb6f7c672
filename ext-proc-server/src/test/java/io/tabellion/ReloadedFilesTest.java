package io.tabellion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.GetCheckpointRequest;
import io.tabellion.audit.v1.TailEntriesRequest;
import io.tabellion.audit.v1.TailEntriesResponse;
import io.tabellion.config.Config;
import io.tabellion.testing.TestCertificates;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Iterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens, certificates and keys that are exchanged while the server runs. */
@Tag("unit")
class ReloadedFilesTest {
  private static final String OLD = "0123456789abcdef0123456789abcdef";
  private static final String NEW = "fedcba9876543210fedcba9876543210";
  private static final String CONFIG =
      """
      ext-proc: {address: "127.0.0.1:0", insecure-loopback: true}
      api:
        address: "127.0.0.1:0"
        tls: {certificate: our.pem, key: our.key}
        tokens: [{name: me, role: auditor, file: me.token, expires: 2099-01-01T00:00:00Z}]
      http: {address: "127.0.0.1:0"}
      log: {directory: log, origin: example.com/log}
      policy: policy.yaml
      listeners: [{identity: {anonymous: allow}}]
      """;
  private static final String POLICY =
      "{apiVersion: tabellion.io/v1, kind: Policy, metadata: {name: p}, rules: []}";

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private TestCertificates.Authority first;

  @SuppressWarnings("NullAway.Init")
  private Server server;

  @BeforeEach
  void setUp() throws Exception {
    Files.writeString(folder.resolve("policy.yaml"), POLICY);
    token(OLD);
    first = TestCertificates.authority("first", folder);
    use(first.issue("localhost", folder));
    server =
        Server.start(
            Config.load(Files.writeString(folder.resolve("tabellion.yaml"), CONFIG)),
            InstantSource.system());
  }

  @AfterEach
  void tearDown() {
    server.close();
  }

  @Test
  void anotherTokenInTheFileEndsTheOldOneAndWhatWasBegunWithIt() throws Exception {
    ManagedChannel channel = channel(first);
    try {
      Iterator<TailEntriesResponse> tail =
          stub(channel, OLD).tailEntries(TailEntriesRequest.getDefaultInstance());
      assertThat(tail.hasNext()).isTrue();
      token(NEW);
      look();
      assertThatThrownBy(() -> ask(channel, OLD)).hasMessageStartingWith("UNAUTHENTICATED");
      assertThat(ask(channel, NEW)).isNotEmpty();
      assertThatThrownBy(
              () -> {
                while (tail.hasNext()) {
                  tail.next();
                }
              })
          .hasMessageContaining("UNAUTHENTICATED")
          .hasMessageContaining("revoked");
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aTokenWhoseFileIsGoneIsRevokedAndOneThatIsUnfitStays() throws Exception {
    ManagedChannel channel = channel(first);
    try {
      Files.writeString(folder.resolve("me.token"), "short");
      look();
      assertThat(ask(channel, OLD)).isNotEmpty();
      assertThat(http("/readyz")).startsWith("ready; ").contains("tokens");
      assertThat(http("/metrics")).contains("tabellion_reload_failed{files=\"tokens\"} 1.0");
      Files.delete(folder.resolve("me.token"));
      look();
      assertThatThrownBy(() -> ask(channel, OLD)).hasMessageStartingWith("UNAUTHENTICATED");
      token(NEW);
      look();
      assertThat(ask(channel, NEW)).isNotEmpty();
      assertThat(http("/readyz")).isEqualTo("ready\n");
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void newConnectionsGetTheNewCertificateAndOpenOnesGoOn() throws Exception {
    ManagedChannel open = channel(first);
    var second = TestCertificates.authority("second", folder);
    ManagedChannel before = channel(second);
    ManagedChannel after = channel(second);
    ManagedChannel late = channel(first);
    try {
      assertThat(ask(open, OLD)).isNotEmpty();
      assertThatThrownBy(() -> ask(before, OLD)).hasMessageContaining("UNAVAILABLE");
      use(second.issue("localhost", folder));
      look();
      assertThat(ask(after, OLD)).isNotEmpty();
      assertThat(ask(open, OLD)).isNotEmpty();
      assertThatThrownBy(() -> ask(late, OLD)).hasMessageContaining("UNAVAILABLE");
    } finally {
      open.shutdownNow();
      before.shutdownNow();
      after.shutdownNow();
      late.shutdownNow();
    }
  }

  @Test
  void aKeyOfAnotherCertificateChangesNothing() throws Exception {
    Files.copy(
        first.issue("other", folder).key(),
        folder.resolve("our.key"),
        StandardCopyOption.REPLACE_EXISTING);
    look();
    ManagedChannel channel = channel(first);
    try {
      assertThat(ask(channel, OLD)).isNotEmpty();
      assertThat(http("/readyz")).startsWith("ready; ").contains("api-tls");
    } finally {
      channel.shutdownNow();
    }
  }

  private void look() {
    server.lookAtFiles();
    server.lookAtFiles();
  }

  private void token(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("me.token"), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private void use(TestCertificates.Pair pair) throws Exception {
    Files.copy(pair.certificate(), folder.resolve("our.pem"), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(pair.key(), folder.resolve("our.key"), StandardCopyOption.REPLACE_EXISTING);
  }

  private ManagedChannel channel(TestCertificates.Authority trusted) throws Exception {
    return NettyChannelBuilder.forAddress(
            "127.0.0.1",
            port("audit API"),
            TlsChannelCredentials.newBuilder().trustManager(trusted.certificate().toFile()).build())
        .overrideAuthority("localhost")
        .build();
  }

  private static AuditServiceGrpc.AuditServiceBlockingStub stub(
      ManagedChannel channel, String token) {
    Metadata head = new Metadata();
    head.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return AuditServiceGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(head));
  }

  private static String ask(ManagedChannel channel, String token) {
    return stub(channel, token).getCheckpoint(GetCheckpointRequest.getDefaultInstance()).getNote();
  }

  private int port(String part) {
    String line =
        server.listening().stream().filter(each -> each.startsWith(part)).findFirst().orElseThrow();
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  private String http(String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port("metrics") + path);
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }
}
