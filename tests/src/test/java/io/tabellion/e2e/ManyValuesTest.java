package io.tabellion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.audit.verify.Report;
import io.tabellion.audit.verify.Verification;
import io.tabellion.testing.RawClient;
import io.tabellion.testing.RawClient.Received;
import io.tabellion.testing.RawServer;
import io.tabellion.testing.Request;
import io.tabellion.testing.Story;
import io.tabellion.testing.Trail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * More values in one message than are committed to one by one, in a request, an answer and an
 * event, through a real Envoy and a server with little memory: each is masked both ways, and the
 * record says how many they were.
 */
@Tag("envoy")
@TestInstance(Lifecycle.PER_CLASS)
final class ManyValuesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MANY = 120_000;
  private static final String MAILS = "[" + "\"j.roe@example.org\",".repeat(MANY) + "1]";

  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: many}
      rules:
      - {id: all, match: {}, then: allow}
      - {id: there, match: {}, mask: [{detect: [EMAIL], with: {replace: "[{detector}]"}}]}
      - {id: back, match: {direction: response}, mask: [{detect: [EMAIL], with: {replace: "[{detector}]"}}]}
      """;

  private static final String RESULT =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",\"content\":[],"
          + "\"_meta\":{\"to\":%s}}}".formatted(MAILS);

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private RawServer server;

  @SuppressWarnings("NullAway.Init") // by JUnit, before the tests
  private Gateway gateway;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Path key = Files.writeString(folder.resolve("disclosure.pem"), publicKey());
    server = new RawServer();
    gateway =
        new Gateway(
            folder,
            server.port(),
            setup -> setup.withPolicy(POLICY).withLogKeys(", disclosure-key: " + key));
  }

  @AfterAll
  void stop() {
    gateway.close();
    server.close();
  }

  @TestFactory
  Stream<DynamicTest> eachIsMaskedAndTheRecordSaysSo() {
    return new Story()
        .then(
            "each value of a result is masked",
            () -> assertMasked(call(RawServer.ok("application/json", RESULT)).body()))
        .then("each value of its request is masked", () -> assertMasked(server.seen()))
        .then(
            "each value of an event is masked",
            () ->
                assertMasked(
                    call(RawServer.ok("text/event-stream", "data: " + RESULT + "\n\n")).body()))
        .then(
            "the server is still ready",
            () -> assertThat(gateway.server().status("/readyz").code()).isEqualTo(200))
        .then(
            "the record says how many they were",
            () -> {
              gateway.close();
              assertRecorded(Trail.read(gateway.setup().log()));
            })
        .then("the record is verified", () -> assertVerified(gateway.setup().log()))
        .steps();
  }

  private static String publicKey() throws Exception {
    byte[] key = KeyPairGenerator.getInstance("X25519").generateKeyPair().getPublic().getEncoded();
    return "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
        .formatted(Base64.getEncoder().encodeToString(key));
  }

  private Received call(String answer) throws IOException {
    server.answer(answer);
    Request call = Request.call("mail", "n1x1");
    String body = call.body().replace("\"n1x1\"", MAILS);
    return RawClient.send(
        gateway.port(), new Request(call.method(), call.path(), call.headers(), body), PATIENCE);
  }

  private static void assertMasked(String text) {
    assertThat(text.contains("j.roe")).isFalse();
    assertThat(count(text))
        .as(() -> text.substring(0, Math.min(400, text.length())))
        .isEqualTo(MANY);
  }

  private static int count(String text) {
    return (text.length() - text.replace("[EMAIL]", "").length()) / "[EMAIL]".length();
  }

  private static void assertRecorded(List<Trail.Entry> trail) {
    List<Trail.Entry> masked =
        trail.stream().filter(entry -> !entry.text("commitment_root").isEmpty()).toList();
    assertThat(masked)
        .extracting(Trail.Entry::kind)
        .containsExactly("call.intent", "call.outcome", "call.intent", "stream.event");
    for (Trail.Entry entry : masked) {
      assertMasked(String.valueOf(entry.content()));
      assertThat(entry.text("commitment_root")).startsWith("100001:");
      assertThat(entry.leaf().path("masked").get(0).asString())
          .matches("EMAIL both 120000 /(params/arguments/nonce|result/_meta/to)/\\*");
    }
  }

  private static void assertVerified(Path log) throws Exception {
    Report report =
        new Verification(log, log.resolve("keys/log.vkey").toString(), null, null, null, null)
            .run();
    assertThat(report.violations()).isEmpty();
    assertThat(report.facts())
        .containsEntry("commitments", 4L)
        .containsEntry("commitments_checked", 4L);
  }
}
