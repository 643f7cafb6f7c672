package io.tabellion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.cli.CommandLines;
import io.tabellion.cli.StartException;
import io.tabellion.config.Config;
import io.tabellion.testing.TestIssuer;
import io.tabellion.testing.TestIssuer.Mood;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole server with an issuer, and the command line with its tokens. */
@Tag("unit")
class ServerSignInTest {
  private static final String CONFIG =
      """
      ext-proc: {address: "127.0.0.1:0", insecure-loopback: true}
      api:
        address: "127.0.0.1:0"
        insecure-loopback: true
        oidc: [{issuer: ISSUER, audiences: [tabellion], roles: {approver: [finance]}}]
      http: {address: "127.0.0.1:0"}
      log: {directory: log, origin: example.com/log}
      policy: policy.yaml
      listeners: [{identity: {anonymous: allow}}]
      """;

  private volatile Duration later = Duration.ZERO;
  private final InstantSource clock = () -> Instant.now().plus(later);
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // before each test
  private TestIssuer issuer;

  @BeforeEach
  void begin() throws IOException {
    Files.writeString(
        folder.resolve("policy.yaml"),
        "{apiVersion: tabellion.io/v1, kind: Policy, metadata: {name: p}, rules: []}");
    issuer = new TestIssuer(clock);
  }

  @AfterEach
  void end() {
    issuer.close();
  }

  private Config config(String more) throws IOException {
    Path file = folder.resolve("tabellion.yaml");
    Files.writeString(file, CONFIG.replace("ISSUER", issuer.name()) + more);
    return Config.load(file);
  }

  private static int port(Server server, String what) {
    String line =
        server.listening().stream().filter(one -> one.startsWith(what)).findFirst().orElseThrow();
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  private static String metrics(Server server) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port(server, "metrics") + "/metrics");
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  /** What {@code approvals list} prints, to either side. */
  private String list(Server server, Path token) {
    StringWriter said = new StringWriter();
    CommandLines.of(_ -> {})
        .setOut(new PrintWriter(said))
        .setErr(new PrintWriter(said))
        .execute(
            "approvals",
            "list",
            "--server",
            "127.0.0.1:" + port(server, "audit API"),
            "--token-file",
            token.toString());
    return said.toString();
  }

  private String gauge(String name, int value) {
    return "tabellion_%s{issuer=\"%s\"} %d.0".formatted(name, issuer.name(), value);
  }

  @Test
  void aServerStartsWithoutItsIssuerAndSaysSo() throws Exception {
    Path token = folder.resolve("carol.token");
    Files.writeString(token, issuer.token(issuer.claims("carol", "finance")));
    issuer.mood(Mood.FAILS);
    try (Server server = Server.start(config(""), clock)) {
      assertThat(list(server, token))
          .contains("keys of " + issuer.name() + ": status 500", "cannot be checked now");
      assertThat(metrics(server)).contains(gauge("oidc_ready", 0), gauge("oidc_failed", 1));
      issuer.mood(Mood.WELL);
      later = Duration.ofSeconds(11);
      assertThat(list(server, token)).doesNotContain("keys of").doesNotContain("not let in");
      assertThat(metrics(server)).contains(gauge("oidc_ready", 1), gauge("oidc_failed", 0));
      Files.writeString(token, issuer.token(issuer.claims("dave", "kitchen")));
      assertThat(list(server, token)).contains("no role for the groups: kitchen");
    }
  }

  @Test
  void aConsoleThatCannotSignInStopsTheStart() throws Exception {
    String console =
        """
        console:
          public-url: https://tabellion.example.com
          oidc: {issuer: ISSUER, client-id: console, client-secret-file: client.secret}
        """;
    Config other = config(console.replace("ISSUER", "https://other.example"));
    assertThatThrownBy(() -> Server.start(other, clock))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(
            "console.oidc.issuer: https://other.example (expected: one of api.oidc");
    Path secret = Files.writeString(folder.resolve("client.secret"), "s3cret");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
    Config open = config(console.replace("ISSUER", issuer.name()));
    assertThatThrownBy(() -> Server.start(open, clock))
        .hasMessageContaining("console.oidc.client-secret-file")
        .hasMessageContaining("expected: 0600")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void anIssuerOverPlainHttpElsewhereStopsTheStart() throws Exception {
    Config config = config("");
    Path file = folder.resolve("tabellion.yaml");
    Files.writeString(
        file, Files.readString(file).replace(issuer.name(), "http://idp.example.com"));
    Config plain = Config.load(file);
    assertThat(config).isNotEqualTo(plain);
    assertThatThrownBy(() -> Server.start(plain, clock))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("issuer: http://idp.example.com (expected: https://HOST/…");
  }
}
