package io.tabellion.slack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import io.tabellion.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Whether Slack signed a request: {@code X-Slack-Signature} is {@code v0=} and, in hex, HMAC-SHA256
 * of {@code v0:TIMESTAMP:BODY}, and the timestamp is not more than five minutes away.
 *
 * <p>Immutable and thread-safe.
 */
final class Signatures {
  /** Either way. */
  static final Duration AGE = Duration.ofMinutes(5);

  private final SecretBytes secret;
  private final InstantSource clock;

  Signatures(SecretBytes secret, InstantSource clock) {
    this.secret = secret;
    this.clock = clock;
  }

  /** Why it does not count; null if it does. */
  @Nullable String problem(
      @Nullable String timestamp, @Nullable String signature, ByteString body) {
    if (timestamp == null || signature == null || !timestamp.matches("[0-9]{1,12}")) {
      return "not signed";
    }
    byte[] expected = signature(secret, timestamp, body).getBytes(US_ASCII);
    if (!MessageDigest.isEqual(expected, signature.getBytes(US_ASCII))) {
      return "not signed by the Slack app";
    }
    Duration away =
        Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), clock.instant()).abs();
    return away.compareTo(AGE) > 0 ? "too old, or from the future" : null;
  }

  static String signature(SecretBytes secret, String timestamp, ByteString body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.reveal(), "HmacSHA256"));
      mac.update(("v0:" + timestamp + ":").getBytes(US_ASCII));
      mac.update(body.asReadOnlyByteBuffer());
      return "v0=" + HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256: missing (every Java platform has it)", e);
    }
  }
}
