package io.tabellion.mask;

import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.macs.CMac;
import org.bouncycastle.crypto.modes.SICBlockCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.jspecify.annotations.Nullable;

/**
 * AES-SIV (RFC 5297): deterministic authenticated encryption. Equal values under equal associated
 * data have equal ciphertexts, and nothing else is told.
 *
 * <p>Thread-safe: ciphers are made for each call.
 */
final class Siv {
  private static final int BLOCK = 16;

  private final KeyParameter mac;
  private final KeyParameter encryption;

  /** With K1 and K2 of RFC 5297 §2.6 and §2.7, 16, 24 or 32 bytes each. */
  Siv(byte[] mac, byte[] encryption) {
    this.mac = new KeyParameter(mac);
    this.encryption = new KeyParameter(encryption);
  }

  /** Returns the synthetic IV and the ciphertext (§2.6). */
  byte[] seal(byte[] clear, byte[]... associated) {
    byte[] iv = s2v(clear, associated);
    byte[] sealed = Arrays.copyOf(iv, BLOCK + clear.length);
    System.arraycopy(ctr(iv, clear), 0, sealed, BLOCK, clear.length);
    return sealed;
  }

  /** Returns what was sealed, null if it was not with this key and data (§2.7). */
  byte @Nullable [] open(byte[] sealed, byte[]... associated) {
    if (sealed.length < BLOCK) {
      return null;
    }
    byte[] iv = Arrays.copyOf(sealed, BLOCK);
    byte[] clear = ctr(iv, Arrays.copyOfRange(sealed, BLOCK, sealed.length));
    return MessageDigest.isEqual(iv, s2v(clear, associated)) ? clear : null;
  }

  /** The vectors to a string (§2.4). */
  private byte[] s2v(byte[] last, byte[]... before) {
    CMac cmac = new CMac(AESEngine.newInstance());
    cmac.init(mac);
    byte[] sum = mac(cmac, new byte[BLOCK]);
    for (byte[] one : before) {
      xor(twice(sum), mac(cmac, one), sum);
    }
    byte[] block;
    if (last.length >= BLOCK) {
      block = last.clone();
      for (int i = 0; i < BLOCK; i++) {
        block[last.length - BLOCK + i] ^= sum[i];
      }
    } else {
      byte[] padded = Arrays.copyOf(last, BLOCK);
      padded[last.length] = (byte) 0x80;
      block = new byte[BLOCK];
      xor(twice(sum), padded, block);
    }
    return mac(cmac, block);
  }

  private byte[] ctr(byte[] iv, byte[] in) {
    byte[] counter = iv.clone();
    counter[8] &= 0x7F;
    counter[12] &= 0x7F;
    var cipher = SICBlockCipher.newInstance(AESEngine.newInstance());
    cipher.init(true, new ParametersWithIV(encryption, counter));
    byte[] out = new byte[in.length];
    cipher.processBytes(in, 0, in.length, out, 0);
    return out;
  }

  private static byte[] mac(CMac cmac, byte[] data) {
    cmac.update(data, 0, data.length);
    byte[] out = new byte[BLOCK];
    cmac.doFinal(out, 0);
    return out;
  }

  /** Doubling in GF(2^128) (§2.3). */
  private static byte[] twice(byte[] block) {
    byte[] out = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      int carry = i + 1 < BLOCK ? (block[i + 1] & 0xFF) >> 7 : 0;
      out[i] = (byte) (block[i] << 1 | carry);
    }
    if (block[0] < 0) {
      out[BLOCK - 1] ^= (byte) 0x87;
    }
    return out;
  }

  private static void xor(byte[] a, byte[] b, byte[] out) {
    for (int i = 0; i < BLOCK; i++) {
      out[i] = (byte) (a[i] ^ b[i]);
    }
  }
}
