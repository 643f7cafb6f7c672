package io.tabellion.audit.verify;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** SHA-256, plain and as RFC 6962 §2.1 uses it. */
final class TreeHash {
  static final int SIZE = 32;

  private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(TreeHash::made);

  private TreeHash() {}

  static byte[] of(byte[]... parts) {
    MessageDigest digest = sha256();
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  static byte[] of(byte[] bytes, int at, int length) {
    MessageDigest digest = sha256();
    digest.update(bytes, at, length);
    return digest.digest();
  }

  static byte[] leaf(byte[] bytes, int at, int length) {
    MessageDigest digest = sha256();
    digest.update((byte) 0);
    digest.update(bytes, at, length);
    return digest.digest();
  }

  static byte[] leaf(byte[] bytes) {
    return of(new byte[] {0}, bytes);
  }

  static byte[] node(byte[] left, byte[] right) {
    return of(new byte[] {1}, left, right);
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** Reads the hex of a hash; null if it is none. */
  static byte @Nullable [] parse(String hex) {
    try {
      byte[] hash = HexFormat.of().parseHex(hex);
      return hash.length == SIZE ? hash : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Of this thread; each use ends with {@code digest()}, which makes it new. */
  private static MessageDigest sha256() {
    return DIGEST.get();
  }

  private static MessageDigest made() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
