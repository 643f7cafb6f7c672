package io.tabellion.mask.proof;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.jspecify.annotations.Nullable;

/**
 * The public key to which salts of commitments are sealed: X25519, its private half not on this
 * host.
 *
 * <p>HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, info {@value
 * #INFO}, no associated data; sealed is {@code enc ‖ ciphertext}. Thread-safe.
 */
public final class DisclosureKey {
  /** HPKE's info. */
  public static final String INFO = "tabellion/disclosure/v1";

  private static final int ID_BYTES = 4;

  private final X25519PublicKeyParameters key;
  private final String id;

  private DisclosureKey(X25519PublicKeyParameters key) {
    this.key = key;
    this.id = HexFormat.of().formatHex(Arrays.copyOf(sha256(key.getEncoded()), ID_BYTES));
  }

  /**
   * Reads a public key in PEM (RFC 8410), as {@code openssl pkey -pubout} writes it.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static DisclosureKey parse(String pem) {
    try (PemReader reader = new PemReader(new StringReader(pem))) {
      PemObject object = reader.readPemObject();
      if (object != null
          && object.getType().equals("PUBLIC KEY")
          && PublicKeyFactory.createKey(SubjectPublicKeyInfo.getInstance(object.getContent()))
              instanceof X25519PublicKeyParameters key) {
        return new DisclosureKey(key);
      }
      throw unreadable(null);
    } catch (IOException | RuntimeException e) {
      throw unreadable(e);
    }
  }

  private static IllegalArgumentException unreadable(@Nullable Exception cause) {
    return new IllegalArgumentException(
        "disclosure key: unreadable (expected: an X25519 public key in PEM)", cause);
  }

  /** First 8 hex digits of the SHA-256 of the 32 bytes of the key. */
  public String id() {
    return id;
  }

  byte[] seal(byte[] secret) {
    try {
      byte[][] sealed =
          hpke()
              .seal(
                  key,
                  INFO.getBytes(StandardCharsets.US_ASCII),
                  new byte[0],
                  secret,
                  null,
                  null,
                  null);
      byte[] joined = Arrays.copyOf(sealed[1], sealed[1].length + sealed[0].length);
      System.arraycopy(sealed[0], 0, joined, sealed[1].length, sealed[0].length);
      return joined;
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException("HPKE: cannot seal (expected: any 32 bytes)", e);
    }
  }

  public static HPKE hpke() {
    return new HPKE(
        HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (every Java platform has it)", e);
    }
  }
}
