package io.tabellion.secret;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that must not be seen: a key, a salt. Nothing here prints them; whoever needs them says
 * {@link #reveal}.
 *
 * <p>Immutable and thread-safe. Equality takes the same time wherever two values differ.
 */
public final class SecretBytes {
  private final byte[] bytes;

  private SecretBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  public static SecretBytes copyOf(byte[] bytes) {
    return new SecretBytes(bytes.clone());
  }

  /** Returns {@code size} random bytes. */
  public static SecretBytes random(int size, SecureRandom random) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return new SecretBytes(bytes);
  }

  /**
   * Reads hex digits.
   *
   * @throws IllegalArgumentException if it is anything else; the message does not say what
   */
  public static SecretBytes parseHex(String hex) {
    try {
      return new SecretBytes(HexFormat.of().parseHex(hex));
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("secret: unreadable (expected: hex digits)");
    }
  }

  public int size() {
    return bytes.length;
  }

  /** Returns a copy of the bytes. */
  public byte[] reveal() {
    return bytes.clone();
  }

  /** Returns the bytes as hex digits, for the file that keeps them and nothing else. */
  public String revealHex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretBytes secret && MessageDigest.isEqual(secret.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return bytes.length;
  }

  @Override
  public String toString() {
    return "SecretBytes[" + bytes.length + "]";
  }
}
