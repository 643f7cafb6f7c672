package io.tabellion.audit.verify;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, plain and as RFC 6962 §2.1 uses it. */
final class TreeHash {
  static final int SIZE = 32;

  private TreeHash() {}

  static byte[] of(byte[]... parts) {
    MessageDigest digest = sha256();
    for (byte[] part : parts) {
      digest.update(part);
    }
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

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
