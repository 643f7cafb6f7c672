package io.tabellion.audit;

import io.tabellion.audit.checkpoint.SigningKey;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.SecretBytes;
import java.security.SecureRandom;

/**
 * The keys of a log. Whether they are the keys that it was written with, its leaves say ({@link
 * #fingerprint}).
 *
 * @param signing signs heads
 * @param kek wraps content keys
 * @param digest of keyed digests
 */
public record LogKeys(SigningKey signing, SecretBytes kek, SecretBytes digest) {
  /** Name of this key in {@code key.created}. */
  public static final String LOG_KEY = "log.key";

  /** Name of this key in {@code key.created}. */
  public static final String KEK = "kek-1";

  /** Name of this key in {@code key.created}. */
  public static final String DIGEST = "digest";

  private static final int KEY_BYTES = 32;

  /** Makes new ones. */
  public static LogKeys random(String origin, SecureRandom random) {
    return new LogKeys(
        new SigningKey(origin, SecretBytes.random(KEY_BYTES, random)),
        SecretBytes.random(KEY_BYTES, random),
        SecretBytes.random(KEY_BYTES, random));
  }

  /**
   * What {@code key.created} says of a secret key: {@code NAME HMAC-SHA256(key, "key-fingerprint" ‖
   * 0x00 ‖ NAME)}. It tells keys apart and nothing about them.
   */
  public static String fingerprint(String name, SecretBytes key) {
    return name + " " + new HmacKeyedHash(key).of("key-fingerprint", name);
  }
}
