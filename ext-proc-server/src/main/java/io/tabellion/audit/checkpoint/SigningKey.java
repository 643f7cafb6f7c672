package io.tabellion.audit.checkpoint;

import com.google.protobuf.ByteString;
import io.tabellion.secret.SecretBytes;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The private key of a note's signer, Ed25519. As text it is the one line that Go's note package
 * reads too: {@code PRIVATE+KEY+name+keyid+base64(0x01 ‖ seed)}.
 *
 * <p>Thread-safe. The key never changes; whose code signs with it may ({@link #useNative}).
 */
public final class SigningKey {
  private static final Pattern SKEY =
      Pattern.compile("PRIVATE\\+KEY\\+([^+\\p{Space}]+)\\+([0-9a-f]{8})\\+([A-Za-z0-9+/]+=*)");

  private final Ed25519PrivateKeyParameters key;
  private final VerifierKey verifier;
  private final int id;
  private volatile Signer signer;

  /**
   * Makes the key from its seed.
   *
   * @throws IllegalArgumentException unless the seed has 32 bytes and the name is fit
   */
  public SigningKey(String name, SecretBytes seed) {
    if (seed.size() != Ed25519.SECRET_KEY_SIZE) {
      throw new IllegalArgumentException("seed: " + seed.size() + " bytes (expected: 32)");
    }
    key = new Ed25519PrivateKeyParameters(seed.reveal(), 0);
    verifier = new VerifierKey(name, ByteString.copyFrom(key.generatePublicKey().getEncoded()));
    id = verifier.id();
    signer = new Signer.InJava(key);
  }

  /**
   * Reads the line that {@link #revealText} gives.
   *
   * @throws IllegalArgumentException if it is none; the message says nothing of its content
   */
  public static SigningKey parse(String text) {
    Matcher matcher = SKEY.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("signing key: malformed (expected: PRIVATE+KEY+…)");
    }
    byte[] typed = Base64.getDecoder().decode(matcher.group(3));
    if (typed.length != 1 + Ed25519.SECRET_KEY_SIZE || typed[0] != VerifierKey.ED25519) {
      throw new IllegalArgumentException("signing key: another type (expected: Ed25519)");
    }
    byte[] seed = Arrays.copyOfRange(typed, 1, typed.length);
    SigningKey key = new SigningKey(matcher.group(1), SecretBytes.copyOf(seed));
    if (!key.revealText().equals(text)) {
      throw new IllegalArgumentException("signing key: key id is wrong (expected: its own)");
    }
    return key;
  }

  /** Returns the line that keeps the key, for its file and nothing else. */
  public String revealText() {
    byte[] typed = new byte[1 + Ed25519.SECRET_KEY_SIZE];
    typed[0] = VerifierKey.ED25519;
    System.arraycopy(key.getEncoded(), 0, typed, 1, Ed25519.SECRET_KEY_SIZE);
    return "PRIVATE+KEY+"
        + verifier.name()
        + "+"
        + HexFormat.of().toHexDigits(id)
        + "+"
        + Base64.getEncoder().encodeToString(typed);
  }

  public VerifierKey verifier() {
    return verifier;
  }

  /**
   * Lets a provider in machine code sign from now on, if there is one and it passes its self-test.
   * The signatures are the same; they take a third of the time. Loading it takes half a second of
   * CPU, so nobody should wait for it; signing goes on meanwhile.
   *
   * @return whose code signs now, in words for people
   */
  public String useNative() {
    return use(NativeSigner::corretto);
  }

  String use(NativeSigner.Source source) {
    Signer inJava = new Signer.InJava(key);
    try {
      signer = NativeSigner.of(source, key.getEncoded(), inJava);
      return "Amazon Corretto Crypto Provider";
    } catch (NativeSigner.UnfitException e) {
      signer = inJava;
      return "Bouncy Castle (Amazon Corretto Crypto Provider: " + e.getMessage() + ")";
    }
  }

  int id() {
    return id;
  }

  byte[] sign(byte[] text) {
    return signer.sign(text);
  }

  @Override
  public String toString() {
    return "SigningKey[" + verifier.text() + "]";
  }
}
