package io.tabellion.secret;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * {@link KeyedHash} by HMAC-SHA256 (RFC 2104) over {@code label ‖ 0x00 ‖ value}. Labels are our own
 * words and have no NUL.
 *
 * <p>Thread-safe.
 */
public final class HmacKeyedHash implements KeyedHash {
  private static final int BLOCK = 64;
  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5c;

  /*
   * SHA-256 that has taken the padded key, once for all: a hash goes on from a copy. Half the work
   * of HMAC over a short value is the key, and looking for a provider costs as much again.
   */
  private final MessageDigest inner;
  private final MessageDigest outer;

  public HmacKeyedHash(SecretBytes key) {
    byte[] secret = key.reveal();
    byte[] block =
        Arrays.copyOf(secret.length > BLOCK ? Sha256.begin().digest(secret) : secret, BLOCK);
    inner = begun(block, INNER);
    outer = begun(block, OUTER);
  }

  @Override
  public String of(String label, ByteString value) {
    if (label.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("label: has NUL (expected: none)");
    }
    MessageDigest digest = copy(inner);
    digest.update(label.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(value.asReadOnlyByteBuffer());
    MessageDigest last = copy(outer);
    return HexFormat.of().formatHex(last.digest(digest.digest()));
  }

  private static MessageDigest begun(byte[] block, byte pad) {
    byte[] padded = block.clone();
    for (int i = 0; i < padded.length; i++) {
      padded[i] ^= pad;
    }
    MessageDigest digest = Sha256.begin();
    digest.update(padded);
    return digest;
  }

  private static MessageDigest copy(MessageDigest begun) {
    try {
      return (MessageDigest) begun.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256: no copies (expected: the JDK's provider)", e);
    }
  }
}
