package io.tabellion.audit.verify;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The private half of a disclosure key: opens what a server sealed to it.
 *
 * <p>HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, written out
 * over the JDK's primitives. Immutable and thread-safe.
 */
final class DisclosureSecret {
  private static final int KEY = 32;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final int ID_BYTES = 4;
  private static final byte[] NOTHING = {};
  private static final byte[] INFO = ascii("tabellion/disclosure/v1");

  /** What stands before the 32 bytes in an X.509 SubjectPublicKeyInfo of RFC 8410. */
  private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b656e032100");

  /** KEM 0x0020; with it KDF 0x0001 and AEAD 0x0002. */
  private static final byte[] KEM = joined(ascii("KEM"), new byte[] {0, 0x20});

  private static final byte[] SUITE = joined(ascii("HPKE"), new byte[] {0, 0x20, 0, 0x01, 0, 0x02});

  private final PrivateKey key;
  private final byte[] publicKey;

  private DisclosureSecret(PrivateKey key) throws GeneralSecurityException {
    byte[] base = new byte[KEY];
    base[0] = 9; // the generator of RFC 7748: what it is multiplied to is the public half
    this.key = key;
    this.publicKey = agree(key, base);
  }

  /**
   * Reads a private key in PEM (RFC 8410, PKCS #8), as {@code openssl genpkey} writes it.
   *
   * @throws IllegalArgumentException if it is none
   */
  static DisclosureSecret parse(String pem) {
    try {
      String body = pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----|\\s", "");
      byte[] encoded = Base64.getDecoder().decode(body);
      return new DisclosureSecret(
          KeyFactory.getInstance("X25519").generatePrivate(new PKCS8EncodedKeySpec(encoded)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "disclosure key: unreadable (expected: an X25519 private key in PEM)", e);
    }
  }

  /** First 8 hex digits of the SHA-256 of the public half, as leaves name it. */
  String id() {
    return TreeHash.hex(Arrays.copyOf(TreeHash.of(publicKey), ID_BYTES));
  }

  /**
   * Opens {@code enc ‖ ciphertext}.
   *
   * @throws GeneralSecurityException if it was not sealed to this key, or is damaged
   */
  byte[] open(byte[] sealed) throws GeneralSecurityException {
    if (sealed.length < KEY) {
      throw new GeneralSecurityException("sealed: too short");
    }
    byte[] enc = Arrays.copyOf(sealed, KEY);
    byte[] shared = decapsulate(enc);
    byte[] context =
        joined(
            new byte[] {0},
            extract(SUITE, NOTHING, "psk_id_hash", NOTHING),
            extract(SUITE, NOTHING, "info_hash", INFO));
    byte[] secret = extract(SUITE, shared, "secret", NOTHING);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(expand(SUITE, secret, "key", context, KEY), "AES"),
        new GCMParameterSpec(TAG_BITS, expand(SUITE, secret, "base_nonce", context, NONCE)));
    return cipher.doFinal(sealed, KEY, sealed.length - KEY);
  }

  /** RFC 9180 §4.1, Decap. */
  private byte[] decapsulate(byte[] enc) throws GeneralSecurityException {
    byte[] secret = extract(KEM, NOTHING, "eae_prk", agree(key, enc));
    return expand(KEM, secret, "shared_secret", joined(enc, publicKey), KEY);
  }

  private static byte[] agree(PrivateKey key, byte[] with) throws GeneralSecurityException {
    PublicKey other =
        KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(joined(X509, with)));
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(key);
    agreement.doPhase(other, true);
    return agreement.generateSecret();
  }

  /** RFC 9180 §4, LabeledExtract. */
  private static byte[] extract(byte[] suite, byte[] salt, String label, byte[] input)
      throws GeneralSecurityException {
    return hmac(salt, joined(ascii("HPKE-v1"), suite, ascii(label), input));
  }

  /** RFC 9180 §4, LabeledExpand, for one block of output. */
  private static byte[] expand(byte[] suite, byte[] secret, String label, byte[] info, int length)
      throws GeneralSecurityException {
    byte[] labeled =
        joined(new byte[] {0, (byte) length}, ascii("HPKE-v1"), suite, ascii(label), info);
    return Arrays.copyOf(hmac(secret, joined(labeled, new byte[] {1})), length);
  }

  /** HMAC-SHA256; no key is one of zeros (RFC 5869 §2.2). */
  static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.length == 0 ? new byte[KEY] : key, "HmacSHA256"));
    return mac.doFinal(data);
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
