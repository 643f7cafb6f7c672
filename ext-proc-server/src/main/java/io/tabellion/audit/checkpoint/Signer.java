package io.tabellion.audit.checkpoint;

import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Signs with one private key, Ed25519 (RFC 8032 §5.1.6). Such a signature depends on key and text
 * only, so every implementation makes the same bytes.
 *
 * <p>Thread-safe.
 */
interface Signer {

  /** Returns the signature, {@value Ed25519#SIGNATURE_SIZE} bytes. */
  byte[] sign(byte[] text);

  /** The one in Java: Bouncy Castle's lightweight API, several times as fast as the JDK's. */
  record InJava(Ed25519PrivateKeyParameters key) implements Signer {

    @Override
    public byte[] sign(byte[] text) {
      byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
      key.sign(Ed25519.Algorithm.Ed25519, null, text, 0, text.length, signature, 0);
      return signature;
    }
  }
}
