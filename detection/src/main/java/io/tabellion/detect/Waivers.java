package io.tabellion.detect;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Values that are no findings, by keyed digests, so that the list tells nobody what they are.
 *
 * <p>Immutable and thread-safe. Prints neither key nor digests.
 */
public final class Waivers {
  public static final Waivers NONE = new Waivers(new byte[] {0}, Set.of());

  private static final int LEAST_KEY = 32;
  private static final int MOST_KEY = 128;

  private final byte[] key;
  private final Set<String> digests;

  /**
   * @param key of HMAC-SHA-256; not empty
   * @param digests what {@link #digest} gave for the values
   */
  public Waivers(byte[] key, Set<String> digests) {
    this.key = key.clone();
    this.digests = Set.copyOf(digests);
  }

  /** Returns whether {@code value} is waived. */
  public boolean has(String value) {
    return !digests.isEmpty() && digests.contains(digest(key, value));
  }

  /**
   * Returns the key that a key file holds.
   *
   * @param text 32 to 128 bytes in hexadecimal digits
   * @throws IllegalArgumentException if it holds none
   */
  public static byte[] parseKey(String text) {
    String digits = text.strip();
    if (!digits.matches("([0-9a-fA-F]{2}){" + LEAST_KEY + "," + MOST_KEY + "}")) {
      throw new IllegalArgumentException(
          "no key (expected: 64 to 256 hexadecimal digits, as of openssl rand -hex 32)");
    }
    return HexFormat.of().parseHex(digits);
  }

  /** Returns the digest to write down for {@code value}: HMAC-SHA-256 in hexadecimal digits. */
  public static String digest(byte[] key, String value) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(value.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "Waivers[" + digests.size() + "]";
  }
}
