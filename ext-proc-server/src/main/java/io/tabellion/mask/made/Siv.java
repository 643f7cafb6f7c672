package io.tabellion.mask.made;

import com.google.crypto.tink.subtle.AesSiv;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * AES-SIV (RFC 5297) with AES-256: deterministic authenticated encryption. Equal values under equal
 * associated data have equal ciphertexts, and nothing else is told. The synthetic IV stands before
 * the ciphertext.
 *
 * <p>Thread-safe.
 */
final class Siv {
  private static final int HALF = 32;

  private final AesSiv cipher;

  /** With K1 and K2 of RFC 5297 §2.6 and §2.7, 32 bytes each. */
  Siv(byte[] mac, byte[] encryption) {
    byte[] key = Arrays.copyOf(mac, 2 * HALF);
    System.arraycopy(encryption, 0, key, HALF, HALF);
    try {
      this.cipher = new AesSiv(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-SIV: unavailable (expected: AES in every JDK)", e);
    }
  }

  /** Returns the synthetic IV and the ciphertext (§2.6). */
  byte[] seal(byte[] clear, byte[] associated) {
    try {
      return cipher.encryptDeterministically(clear, associated);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-SIV: cannot seal (expected: any bytes)", e);
    }
  }

  /** Returns what was sealed, null if it was not with this key and data (§2.7). */
  byte @Nullable [] open(byte[] sealed, byte[] associated) {
    try {
      return cipher.decryptDeterministically(sealed, associated);
    } catch (GeneralSecurityException e) {
      return null;
    }
  }
}
