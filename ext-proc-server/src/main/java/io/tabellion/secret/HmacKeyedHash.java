package io.tabellion.secret;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * {@link KeyedHash} by HMAC-SHA256 over {@code label ‖ 0x00 ‖ value}. Labels are our own words and
 * have no NUL.
 *
 * <p>Thread-safe.
 */
public final class HmacKeyedHash implements KeyedHash {
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  public HmacKeyedHash(SecretBytes key) {
    this.key = new SecretKeySpec(key.reveal(), ALGORITHM);
  }

  @Override
  public String of(String label, ByteString value) {
    if (label.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("label: has NUL (expected: none)");
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(label.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      mac.update(value.asReadOnlyByteBuffer());
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256: missing (every Java platform has it)", e);
    }
  }
}
