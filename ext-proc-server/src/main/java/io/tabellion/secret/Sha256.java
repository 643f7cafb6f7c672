package io.tabellion.secret;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, which every Java platform has. */
public final class Sha256 {
  private Sha256() {}

  /** Begins the digest of bytes that come in pieces. */
  public static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (every Java platform has it)", e);
    }
  }

  /** Returns the digest of bytes, in lower-case hex. */
  public static String hex(ByteString bytes) {
    MessageDigest digest = begin();
    digest.update(bytes.asReadOnlyByteBuffer());
    return HexFormat.of().formatHex(digest.digest());
  }
}
