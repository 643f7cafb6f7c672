package io.tabellion.xds.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.tabellion.yaml.YamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class RoutesTest {
  private static final String GOOD =
      """
      listeners:
      - address: 127.0.0.1:10000
        url: http://127.0.0.1:10000
        jwt:
          providers:
          - name: idp
            issuer: https://issuer.example.test
            jwks: jwks.json
      ext-proc:
        address: 127.0.0.1:9001
        insecure-loopback: true
      servers:
      - name: sample
        url: http://127.0.0.1:9100/mcp
      - name: other
        url: https://other.example.test/mcp
        ca: ca.crt
      exempt:
      - name: healthz
        path: /healthz
      """;

  @TempDir private Path folder;
  private Path file = Path.of("routes.yaml");

  @BeforeEach
  void keys() throws IOException {
    file = folder.resolve("routes.yaml");
    Files.writeString(folder.resolve("jwks.json"), "{\"keys\":[{\"kty\":\"EC\"}]}");
    Files.writeString(folder.resolve("secret.json"), "{\"keys\":[{\"kty\":\"EC\",\"d\":\"x\"}]}");
    Files.writeString(folder.resolve("none.json"), "{\"keys\":[]}");
    token("one.token", "the-secret\n", "rw-------");
    token("two.token", "the\nsecret", "rw-------");
    token("open.token", "the-secret", "rw-r--r--");
  }

  private void token(String name, String text, String mode) throws IOException {
    Files.writeString(folder.resolve(name), text);
    Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString(mode));
  }

  @ParameterizedTest
  @CsvSource({
    "{file: one.token}, Bearer the-secret",
    "'{prefix: \"Token \", file: one.token}', Token the-secret",
    "'{header: x-api-key, file: one.token}', the-secret"
  })
  void credentialsAreTheValueOfAHeader(String yaml, String value) {
    Routes.Server server =
        read(GOOD.replace("9100/mcp", "9100/mcp\n  credentials: " + yaml)).servers().getFirst();
    assertThat(server.credentials()).isNotNull().returns(value, Routes.Credentials::value);
    assertThat(server.toString()).doesNotContain("the-secret");
  }

  @Test
  void aQueryIsKeptAndNamesBecomeAscii() {
    String text = GOOD.replace("9100/mcp", "9100/ü/mcp?read_only=true&a=%2F");
    Url url = read(text).servers().getFirst().url();
    assertThat(url.target()).isEqualTo("/%C3%BC/mcp?read_only=true&a=%2F");
  }

  @ParameterizedTest
  @CsvSource({
    "http://mcp_server:8000/mcp, mcp_server, 8000, mcp_server:8000",
    "HTTP://LocalHost/mcp, LocalHost, 80, LocalHost",
    "http://[::1]:7004/mcp, ::1, 7004, [::1]:7004"
  })
  void hostsOfEveryFormAreTaken(String text, String host, int port, String authority) {
    Url url = read(GOOD.replace("http://127.0.0.1:9100/mcp", text)).servers().getFirst().url();
    assertThat(url).isEqualTo(new Url(false, host, port, authority, "/mcp", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http:///mcp",
        "http://u:p@h/mcp",
        "http://h/mcp#x",
        "http://h:0/mcp",
        "http://h:99999/mcp",
        "http://h:/mcp",
        "h:8000/mcp",
        "/mcp",
        "http://h/a b"
      })
  void whatIsNoUrlIsRefused(String text) {
    assertThatExceptionOfType(YamlException.class)
        .isThrownBy(() -> read(GOOD.replace("http://127.0.0.1:9100/mcp", '"' + text + '"')))
        .withMessageContaining("servers[0].url")
        .withMessageContaining("expected: ")
        .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("u:p"));
  }

  @Test
  void defaultsAreFilledIn() {
    Routes routes = read(GOOD);
    Routes.Listener listener = routes.listeners().getFirst();
    assertThat(listener.name()).isEqualTo("default");
    assertThat(listener.tls()).isNull();
    assertThat(routes.accessLog().file()).isNull();
    assertThat(routes.servers().getFirst().servedAt()).isEqualTo("/sample/mcp");
    assertThat(routes.servers().getLast().url())
        .isEqualTo(new Url(true, "other.example.test", 443, "other.example.test", "/mcp", ""));
    assertThat(routes.servers().getLast().ca()).isEqualTo(folder.resolve("ca.crt"));
    assertThat(routes.exempt().getFirst().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "127.0.0.1:10000 | 0.0.0.0:10000 | 2:3: listeners[0]: address: 0.0.0.0:10000 in clear",
        "127.0.0.1:10000 | mcp.example.test:1 | 2:3: listeners[0]: address: mcp.example.test:1",
        "127.0.0.1:10000 | 127.0.0.1:70000 | 2:12: listeners[0].address: 127.0.0.1:70000",
        "127.0.0.1:10000 | 'unix:/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/01234567' | 2:12: listeners[0].address: unix:/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/01234567 (expected: unix:PATH of at most 106 bytes, not 108",
        "127.0.0.1:10000 | 127.0.0.1 | 2:12: listeners[0].address: 127.0.0.1 (expected: HOST:PORT)",
        "url: http://127.0.0.1:10000 | url: http://h/x | 2:3: listeners[0]: url: /x",
        "url: http://127.0.0.1:10000 | url: ftp://h | 3:8: listeners[0].url: ftp://h",
        "url: http://127.0.0.1:10000 | url: http://a@h | 3:8: listeners[0].url: not shown (expected: http(s)://HOST[:PORT][/PATH][?QUERY] without user",
        "issuer: https://issuer.example.test | issuer: '' | 6:7: listeners[0].jwt.providers[0]",
        "jwks: jwks.json | jwks: absent.json | 8:13: listeners[0].jwt.providers[0].jwks: absent.json",
        "jwks: jwks.json | jwks: secret.json | public keys only",
        "jwks: jwks.json | jwks: none.json | at least one key",
        "jwks: jwks.json | jwks: ca.crt | 8:13: listeners[0].jwt.providers[0].jwks: ca.crt",
        "path: /healthz | path: /healthz#cors: {origins: ['*']} | 21:7: cors: origins: *",
        "path: /healthz | path: /healthz#cors: {origins: [http://h/]} | 21:7: cors: origins: http://h/",
        "path: /healthz | path: /healthz#cors: {origins: [null]} | 21:18: cors.origins[0]",
        "path: /healthz | path: /healthz#cors: {origins: []} | 21:7: cors: origins: empty",
        "9100/mcp | 9100/mcp#  credentials: {file: open.token} | 15:23: servers[0].credentials.file: open.token (expected: mode 0600, not rw-r--r--",
        "9100/mcp | 9100/mcp#  credentials: {file: absent} | 15:23: servers[0].credentials.file: not shown (expected: the name of a file that holds the secret and exists)",
        "9100/mcp | 9100/mcp#  credentials: {file: two.token} | 15:23: servers[0].credentials.file: two.token (expected: a file with a secret",
        "9100/mcp | 9100/mcp#  credentials: {header: host, file: one.token} | 15:16: servers[0].credentials: header: host",
        "9100/mcp | 9100/mcp#  credentials: {header: X-Key, file: one.token} | 15:16: servers[0].credentials: header: X-Key",
        "url: http://127.0.0.1:10000 | url: http://h?x | 2:3: listeners[0]: url: /?x",
        "issuer: | isuer: | 7:7: listeners[0].jwt.providers[0].isuer: unknown key (did you mean issuer?)",
        "insecure-loopback: true | insecure-loopback: false | 10:3: ext-proc: address: 127.0.0.1:9001 in clear",
        "address: 127.0.0.1:9001 | address: 10.0.0.1:9001 | 10:3: ext-proc: insecure-loopback: true",
        "name: sample | name: Sample | 13:3: servers[0]: name: Sample",
        "name: other | name: sample | 1:1: servers: sample twice",
        "http://127.0.0.1:9100/mcp | https://127.0.0.1:9100/mcp | 13:3: servers[0]: ca: missing",
        "https://other.example.test/mcp | http://other.example.test/mcp | 15:3: servers[1]: ca: there",
        "path: /healthz | path: /sample/mcp | 1:1: path: /sample/mcp twice",
        "path: /healthz | path: healthz | 19:3: exempt[0]: path: healthz",
        "path: /healthz | path: /a/../b | 19:3: exempt[0]: path: /a/../b",
        "path: /healthz | path: /.well-known/oauth-protected-resource/x | 19:3: exempt[0]: path",
        "path: /healthz | retries: 3 | 20:3: exempt[0].retries: unknown key",
        "servers: | servers: [] #| 12:",
      })
  void aMistakeIsReportedWithItsPlace(String good, String bad, String expected) {
    assertThat(GOOD).contains(good);
    assertThatExceptionOfType(YamlException.class)
        .isThrownBy(() ->
            read(GOOD.replaceFirst(java.util.regex.Pattern.quote(good), bad.replace('#', '\n'))))
        .withMessageContaining(expected);
  }

  @Test
  void anUnreadableFileIsReported() {
    assertThatExceptionOfType(YamlException.class)
        .isThrownBy(() -> Routes.load(folder.resolve("absent.yaml")))
        .withMessageContaining("no such file");
  }

  private Routes read(String text) {
    return Routes.read(file, ByteString.copyFromUtf8(text));
  }
}
