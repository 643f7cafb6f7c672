package io.tabellion.notify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class WebhookKeyTest {
  private static final ByteString BODY = ByteString.copyFromUtf8("{\"test\": 2432232314}");

  @TempDir Path folder;

  /** The vector of the specification's libraries. */
  @Test
  void signsAsTheSpecificationSays() {
    assertThat(
            WebhookKey.parse(Samples.SECRET)
                .sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, BODY))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void thePublishedLibraryAcceptsEachOfTheKeysAndNothingElse() throws Exception {
    long now = Instant.now().getEpochSecond();
    String old = "whsec_" + Base64.getEncoder().encodeToString("o".repeat(24).getBytes(UTF_8));
    String signatures =
        WebhookKey.parse(Samples.SECRET).sign("m1", now, BODY)
            + " "
            + WebhookKey.parse(old).sign("m1", now, BODY);
    for (String key : List.of(Samples.SECRET, old)) {
      assertThatCode(() -> verify(key, BODY.toStringUtf8(), now, signatures))
          .doesNotThrowAnyException();
      assertThatThrownBy(() -> verify(key, BODY.toStringUtf8() + " ", now, signatures))
          .isInstanceOf(WebhookVerificationException.class);
    }
    String other = "whsec_" + Base64.getEncoder().encodeToString("x".repeat(24).getBytes(UTF_8));
    assertThatThrownBy(() -> verify(other, BODY.toStringUtf8(), now, signatures))
        .isInstanceOf(WebhookVerificationException.class);
  }

  private static void verify(String key, String body, long now, String signatures)
      throws Exception {
    Map<String, List<String>> headers = new HashMap<>();
    headers.put("webhook-id", List.of("m1"));
    headers.put("webhook-timestamp", List.of(Long.toString(now)));
    headers.put("webhook-signature", List.of(signatures));
    new Webhook(key).verify(body, HttpHeaders.of(headers, (_, _) -> true));
  }

  @Test
  void signsWithEd25519() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
    WebhookKey key = WebhookKey.parse("whsk_" + Base64.getEncoder().encodeToString(seed));

    String signed = key.sign("m1", 7, BODY);

    assertThat(signed).startsWith("v1a,");
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(pair.getPublic());
    signature.update(("m1.7." + BODY.toStringUtf8()).getBytes(UTF_8));
    assertThat(signature.verify(Base64.getDecoder().decode(signed.substring(4)))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "hunter2hunter2hunter2", "whsec_", "whsec_c2hvcnQ=", "whsec_!!", "whsk_QQ=="})
  void refusesWhatIsNoKeyAndDoesNotShowIt(String text) {
    assertThatThrownBy(() -> WebhookKey.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("key: not shown (expected: whsec_");
  }

  @Test
  void readsKeysFromAFileThatOthersCannotRead() throws Exception {
    Path file = Files.writeString(folder.resolve("keys"), Samples.SECRET + "\n\n" + Samples.SECRET);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> WebhookKey.load(file)).hasMessageContaining("mode rw-r--r--");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(WebhookKey.load(file)).hasSize(2);
    assertThat(WebhookKey.load(file).toString()).isEqualTo("[WebhookKey[v1], WebhookKey[v1]]");
    Files.writeString(file, (Samples.SECRET + "\n").repeat(5));
    assertThatThrownBy(() -> WebhookKey.load(file))
        .hasMessageContaining("5 keys (expected: 1 to 4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/hook",
        "ftp://example.com/",
        "https://user:pw@example.com/",
        "https:///path",
        "http://127.0.0.1.example.com/",
        "https://a b/",
        "file:///etc/passwd"
      })
  void refusesAddressesThatAreNotSafe(String url) {
    assertThatThrownBy(() -> WebhookUrl.parse("url", url))
        .hasMessageStartingWith("url: not shown (expected: https://HOST/PATH");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com/a?b=c",
        "http://127.0.0.1:8080/",
        "http://[::1]:1/",
        "http://localhost/x"
      })
  void takesHttpsAndLoopback(String url) {
    assertThat(WebhookUrl.parse("url", url + "\n").toString()).isEqualTo(url);
  }
}
