package io.tabellion.demo.sample;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a server without sessions gives a client to bring back: {@code TEXT.MAC} in base64url, so
 * that a text that was changed is noticed. Thread-safe.
 */
final class RequestStates {
  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] key = new byte[32];

  RequestStates() {
    new SecureRandom().nextBytes(key);
  }

  String seal(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return encoder.encodeToString(bytes) + "." + encoder.encodeToString(mac(bytes));
  }

  /** The text that was sealed; null if this is no state of ours. */
  @Nullable String open(String state) {
    String[] parts = state.split("\\.", -1);
    if (parts.length != 2) {
      return null;
    }
    try {
      byte[] text = Base64.getUrlDecoder().decode(parts[0]);
      String opened = new String(text, StandardCharsets.UTF_8);
      return MessageDigest.isEqual(mac(text), Base64.getUrlDecoder().decode(parts[1]))
              && seal(opened).equals(state)
          ? opened
          : null;
    } catch (IllegalArgumentException e) {
      return null; // not base64url
    }
  }

  private byte[] mac(byte[] text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
