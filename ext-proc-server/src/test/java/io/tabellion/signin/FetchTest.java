package io.tabellion.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tabellion.testing.TestAuthority;
import io.tabellion.testing.TestAuthority.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An issuer over https, and which addresses may be used. */
@Tag("unit")
class FetchTest {
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // before each test
  private TestAuthority authority;

  @SuppressWarnings("NullAway.Init") // before each test
  private HttpsServer server;

  @BeforeEach
  void start() throws IOException {
    authority = new TestAuthority(folder, "authority");
    Issued issued = authority.issue("idp", new GeneralName(GeneralName.dNSName, "localhost"));
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(authority.context(issued)));
    server.createContext(
        "/",
        exchange -> {
          byte[] body = "{\"keys\": []}".getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private URI at(String host) {
    return URI.create("https://" + host + ":" + server.getAddress().getPort() + "/keys");
  }

  @Test
  void aCertificateOfTheGivenAuthoritiesIsTrusted() throws Exception {
    try (Fetch fetch = new Fetch(authority.file())) {
      assertThat(fetch.get(at("localhost")).array("keys")).isNotNull();
    }
  }

  @Test
  void aCertificateOfOthersOrForAnotherHostIsNot() {
    try (Fetch fetch = new Fetch(new TestAuthority(folder, "stranger").file());
        Fetch own = new Fetch(authority.file());
        Fetch usual = new Fetch(null)) {
      assertThatThrownBy(() -> fetch.get(at("localhost"))).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> usual.get(at("localhost"))).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> own.get(at("127.0.0.1"))).isInstanceOf(IOException.class);
    }
  }

  @Test
  void authoritiesThatAreNoneAreRefused() throws Exception {
    for (String text : new String[] {"", "no certificate"}) {
      Path file = Files.writeString(folder.resolve("ca.pem"), text);
      assertThatThrownBy(() -> new Fetch(file).close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("ca: " + file)
          .hasMessageContaining("expected: certificates in PEM");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://idp.example",
        "http://127.0.0.1.evil.example/keys",
        "http://127.0.0.1@evil.example/keys",
        "https://user:secret@idp.example",
        "https://idp.example/#x",
        "ftp://idp.example",
        "file:///etc/passwd",
        "idp.example",
        "https:///x"
      })
  void addressesThatMayNotBeUsed(String text) {
    assertThat(Endpoints.isFit(URI.create(text), true)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://127.0.0.1:8080/realms/x", "http://localhost", "http://[::1]:1/keys"})
  void plainHttpIsForThisMachineOnly(String text) {
    assertThat(Endpoints.isFit(URI.create(text), true)).isTrue();
    assertThat(Endpoints.isFit(URI.create(text), false)).isFalse();
  }
}
