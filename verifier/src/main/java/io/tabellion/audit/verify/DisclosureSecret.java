package io.tabellion.audit.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/**
 * The private half of a disclosure key: opens what a server sealed to it.
 *
 * <p>HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, no
 * associated data. Immutable and thread-safe.
 */
final class DisclosureSecret {
  private static final int ENCAPSULATED = 32;
  private static final int ID_BYTES = 4;
  private static final byte[] NOTHING = {};
  private static final byte[] INFO = "tabellion/disclosure/v1".getBytes(StandardCharsets.US_ASCII);

  private final X25519PrivateKeyParameters key;
  private final X25519PublicKeyParameters publicKey;

  private DisclosureSecret(X25519PrivateKeyParameters key) {
    this.key = key;
    this.publicKey = key.generatePublicKey();
  }

  /**
   * Reads a private key in PEM (RFC 8410, PKCS #8), as {@code openssl genpkey} writes it.
   *
   * @throws IllegalArgumentException if it is none
   */
  static DisclosureSecret parse(String pem) {
    try {
      String body = pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----|\\s", "");
      if (PrivateKeyFactory.createKey(Base64.getDecoder().decode(body))
          instanceof X25519PrivateKeyParameters key) {
        return new DisclosureSecret(key);
      }
      throw new IllegalArgumentException("another algorithm");
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "disclosure key: unreadable (expected: an X25519 private key in PEM)", e);
    }
  }

  /** First 8 hex digits of the SHA-256 of the public half, as leaves name it. */
  String id() {
    return TreeHash.hex(Arrays.copyOf(TreeHash.of(publicKey.getEncoded()), ID_BYTES));
  }

  /**
   * Opens {@code enc ‖ ciphertext}.
   *
   * @throws GeneralSecurityException if it was not sealed to this key, or is damaged
   */
  byte[] open(byte[] sealed) throws GeneralSecurityException {
    if (sealed.length < ENCAPSULATED) {
      throw new GeneralSecurityException("sealed: too short");
    }
    byte[] enc = Arrays.copyOf(sealed, ENCAPSULATED);
    byte[] ciphertext = Arrays.copyOfRange(sealed, ENCAPSULATED, sealed.length);
    HPKE hpke =
        new HPKE(
            HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
    try {
      AsymmetricCipherKeyPair pair = new AsymmetricCipherKeyPair(publicKey, key);
      return hpke.open(enc, pair, INFO, NOTHING, ciphertext, null, null, null);
    } catch (InvalidCipherTextException | RuntimeException e) {
      // a public half of small order is refused by an exception without a type of its own
      throw new GeneralSecurityException("sealed: cannot be opened", e);
    }
  }
}
