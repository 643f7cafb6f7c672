package io.tabellion.audit.checkpoint;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The public key of a note's signer (C2SP signed-note), Ed25519 only. As text it is a <i>vkey</i>:
 *
 * <pre>{@code audit.example/acme+3f9a01bc+AT…}</pre>
 *
 * <p>Immutable and thread-safe.
 *
 * @param name of the key; of a log's key it is the log's origin
 * @param publicKey 32 bytes
 */
public record VerifierKey(String name, ByteString publicKey) {
  static final byte ED25519 = 0x01;

  private static final Pattern VKEY =
      Pattern.compile("([^+\\p{Space}]+)\\+([0-9a-f]{8})\\+([A-Za-z0-9+/]+=*)");

  public VerifierKey {
    if (!isName(name)) {
      throw new IllegalArgumentException("name: unfit (expected: no white space, no '+')");
    }
    if (publicKey.size() != Ed25519.PUBLIC_KEY_SIZE) {
      throw new IllegalArgumentException(
          "public key: " + publicKey.size() + " bytes (expected: 32)");
    }
  }

  /** Whether it may name a key: not empty, no white space, no plus, no control characters. */
  public static boolean isName(String name) {
    return !name.isEmpty()
        && name.codePoints()
            .noneMatch(c ->
                c == '+'
                    || Character.isWhitespace(c)
                    || Character.isSpaceChar(c)
                    || Character.isISOControl(c));
  }

  /**
   * Reads a vkey.
   *
   * @throws IllegalArgumentException if it is none, not Ed25519, or its key id is wrong
   */
  public static VerifierKey parse(String vkey) {
    Matcher matcher = VKEY.matcher(vkey);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("vkey: malformed (expected: name+keyid+base64)");
    }
    byte[] typed = Base64.getDecoder().decode(matcher.group(3));
    if (typed.length != 1 + Ed25519.PUBLIC_KEY_SIZE || typed[0] != ED25519) {
      throw new IllegalArgumentException("vkey: another type (expected: Ed25519)");
    }
    VerifierKey key = new VerifierKey(matcher.group(1), ByteString.copyFrom(typed, 1, 32));
    if (!key.text().equals(vkey)) {
      throw new IllegalArgumentException("vkey: not canonical (expected: its own key id)");
    }
    return key;
  }

  /** The first four bytes of SHA-256(name ‖ LF ‖ type ‖ public key), as a number. */
  public int id() {
    ByteString named = ByteString.copyFromUtf8(name + "\n").concat(typed());
    return Hash.ofBytes(named).bytes().asReadOnlyByteBuffer().getInt();
  }

  /** Returns the vkey. */
  public String text() {
    return name
        + "+"
        + HexFormat.of().toHexDigits(id())
        + "+"
        + Base64.getEncoder().encodeToString(typed().toByteArray());
  }

  boolean verifies(byte[] text, byte[] signature) {
    return signature.length == Ed25519.SIGNATURE_SIZE
        && Ed25519.verify(signature, 0, publicKey.toByteArray(), 0, text, 0, text.length);
  }

  private ByteString typed() {
    return ByteString.copyFrom(new byte[] {ED25519}).concat(publicKey);
  }
}
