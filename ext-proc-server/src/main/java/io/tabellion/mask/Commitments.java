package io.tabellion.mask;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Commitments to what was masked in one message, so that an original that is disclosed later can be
 * proved (docs/audit-format.md §4.2).
 *
 * <p>Each is {@code HMAC-SHA256(HMAC-SHA256(salt, "span" ‖ u32 j), "span/v1" ‖ pointer ‖ 0x00 ‖
 * original)}, j from 0. The salt is sealed to the disclosure key and then forgotten: commitment and
 * salt on one host would let anybody there guess what has few values.
 *
 * <p>Not thread-safe: it belongs to one message.
 */
public final class Commitments {
  /** Commitments in an entry at most; a leaf has no room for more. */
  public static final int MOST = 128;

  static final int SALT = 32;

  private final DisclosureKey key;
  private final byte[] salt = new byte[SALT];
  private final List<String> values = new ArrayList<>();

  Commitments(DisclosureKey key, SecureRandom random) {
    this.key = key;
    random.nextBytes(salt);
  }

  /**
   * What an entry says.
   *
   * @param salt key id, {@code :}, the sealed salt in base64
   * @param values the commitments in base64
   */
  public record Sealed(String salt, List<String> values) {
    public Sealed {
      values = List.copyOf(values);
    }
  }

  void add(List<Object> place, String original) {
    if (values.size() < MOST) {
      byte[] commitment = of(salt, values.size(), pointer(place), original);
      values.add(Base64.getEncoder().encodeToString(commitment));
    }
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  /** Seals the salt and forgets it. */
  Sealed seal() {
    String sealed = key.id() + ":" + Base64.getEncoder().encodeToString(key.seal(salt));
    Arrays.fill(salt, (byte) 0);
    return new Sealed(sealed, values);
  }

  private static String pointer(List<Object> place) {
    StringBuilder pointer = new StringBuilder();
    place.forEach(step -> pointer.append('/').append(Tally.escaped(step.toString())));
    return pointer.toString();
  }

  /**
   * Returns the commitment to an original.
   *
   * @param salt of the entry
   * @param number of the commitment in the entry, from 0
   * @param pointer where the original stood (RFC 6901)
   */
  public static byte[] of(byte[] salt, int number, String pointer, String original) {
    byte[] label = "span".getBytes(StandardCharsets.US_ASCII);
    byte[] numbered = Arrays.copyOf(label, label.length + Integer.BYTES);
    for (int i = 0; i < Integer.BYTES; i++) {
      numbered[label.length + i] = (byte) (number >>> (Integer.SIZE - Byte.SIZE * (i + 1)));
    }
    String text = "span/v1" + pointer + '\0' + original;
    return hmac(hmac(salt, numbered), text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] hmac(byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256: missing (every Java platform has it)", e);
    }
  }
}
