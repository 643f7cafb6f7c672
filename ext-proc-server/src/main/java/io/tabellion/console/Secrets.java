package io.tabellion.console;

import com.google.protobuf.ByteString;
import io.tabellion.secret.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Random values that let somebody in. Only their hashes are kept, so that neither a lookup's time
 * nor a heap dump tells one.
 *
 * <p>Thread-safe.
 */
final class Secrets {
  private static final int BYTES = 32; // 256 bits
  private static final SecureRandom RANDOM = new SecureRandom();

  private Secrets() {}

  /** Returns 256 random bits: 43 characters of the URL-safe alphabet (RFC 4648 §5). */
  static String next() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static ByteString hash(String secret) {
    return ByteString.copyFrom(Sha256.begin().digest(secret.getBytes(StandardCharsets.UTF_8)));
  }

  /** Whether both are one; takes the same time wherever they differ. */
  static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
