package io.tabellion.audit.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The public key of a log, read from its vkey (C2SP signed-note): {@code name+hex(key
 * id)+base64(0x01 ‖ key)}.
 *
 * <p>Immutable and thread-safe.
 */
final class LogKey {
  private static final byte ED25519 = 1;
  private static final int ID = 4;
  private static final int LENGTH = 32;

  /** What stands before the 32 bytes in an X.509 SubjectPublicKeyInfo of RFC 8410. */
  private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

  private final String name;
  private final byte[] id;
  private final byte[] key;

  private LogKey(String name, byte[] id, byte[] key) {
    this.name = name;
    this.id = id;
    this.key = key;
  }

  /**
   * Reads a vkey.
   *
   * @throws IllegalArgumentException if it is none, of another type, or its key id is wrong
   */
  static LogKey parse(String text) {
    String vkey = text.strip();
    int second = vkey.indexOf('+', vkey.indexOf('+') + 1);
    int first = vkey.indexOf('+');
    if (first < 1 || second < 0) {
      throw malformed();
    }
    byte[] id = hex(vkey.substring(first + 1, second));
    byte[] typed = base64(vkey.substring(second + 1));
    if (typed.length != 1 + LENGTH || typed[0] != ED25519) {
      throw new IllegalArgumentException("key: another type (expected: Ed25519)");
    }
    String name = vkey.substring(0, first);
    if (!Arrays.equals(id, idOf(name, typed))) {
      throw new IllegalArgumentException("key: its id is wrong (expected: that of name and key)");
    }
    return new LogKey(name, id, Arrays.copyOfRange(typed, 1, typed.length));
  }

  /**
   * Reads a vkey, or a file that holds one.
   *
   * @throws IllegalArgumentException as {@link #parse} does
   */
  static LogKey read(String textOrFile) throws IOException {
    boolean text = textOrFile.matches("(?s)[^+]+[+][0-9a-fA-F]{8}[+].*");
    return parse(text ? textOrFile : Files.readString(Path.of(textOrFile)));
  }

  String name() {
    return name;
  }

  boolean hasId(byte[] other) {
    return Arrays.equals(id, other);
  }

  /** Whether the signature is good. Bouncy Castle's, since it is much faster than the JDK's. */
  boolean verifies(byte[] message, byte[] signature) {
    return signature.length == Ed25519.SIGNATURE_SIZE
        && Ed25519.verify(signature, 0, key, 0, message, 0, message.length);
  }

  /** The same by the JDK: what signs logs is Bouncy Castle too, and should not judge alone. */
  boolean verifiesByJdk(byte[] message, byte[] signature) {
    try {
      PublicKey publicKey =
          KeyFactory.getInstance("Ed25519")
              .generatePublic(
                  new X509EncodedKeySpec(
                      ByteBuffer.allocate(X509.length + LENGTH).put(X509).put(key).array()));
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(publicKey);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static byte[] idOf(String name, byte[] typed) {
    byte[] hash = TreeHash.of((name + "\n").getBytes(StandardCharsets.UTF_8), typed);
    return Arrays.copyOf(hash, ID);
  }

  private static byte[] hex(String text) {
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      throw malformed();
    }
  }

  private static byte[] base64(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw malformed();
    }
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException("key: no vkey (expected: name+keyid+base64)");
  }
}
