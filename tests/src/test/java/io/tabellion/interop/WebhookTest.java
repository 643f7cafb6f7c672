package io.tabellion.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.notify.WebhookKey;
import io.tabellion.testing.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our signatures, by npm's library for Standard Webhooks. */
@Tag("conformance")
final class WebhookTest {
  private static final String OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String NEW = "whsec_b25lIG1vcmUgc2VjcmV0IG9mIDMyIGJ5dGVzIQ==";
  private static final String OTHER = "whsec_YW5vdGhlciBzZWNyZXQgb2YgMzIgYnl0ZXMhIQ==";
  private static final String BODY =
      "{\"type\":\"approval.pending\",\"data\":{\"tool\":\"Grüße\"}}";

  @TempDir Path folder;

  @Test
  void theLibraryOfNpmTellsGenuineMessagesFromOthers() throws InterruptedException {
    String signatures = sign(OLD) + " " + sign(NEW);
    assertThat(verify(OLD, signatures, BODY)).isEqualTo("genuine: approval.pending");
    assertThat(verify(NEW, signatures, BODY)).isEqualTo("genuine: approval.pending");
    assertThat(verify(OTHER, signatures, BODY)).startsWith("not genuine: ");
    assertThat(verify(OLD, signatures, BODY + " ")).startsWith("not genuine: ");
  }

  private final long now = Instant.now().getEpochSecond();

  private String sign(String key) {
    return WebhookKey.parse(key).sign("m1", now, ByteString.copyFromUtf8(BODY));
  }

  private String verify(String secret, String signatures, String body) throws InterruptedException {
    return Tool.run(
            "webhook",
            folder,
            Duration.ofSeconds(30),
            List.of(
                Tool.NODE_BINARY.toString(),
                Tool.NODE.resolve("webhook.mjs").toString(),
                secret,
                "m1",
                Long.toString(now),
                signatures,
                body))
        .text();
  }
}
