package io.tabellion.notify;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import io.tabellion.permission.OwnerOnly;
import io.tabellion.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that signs webhooks (Standard Webhooks 1.0.0): a secret that the receiver has too, written
 * {@code whsec_BASE64} (24 to 64 bytes; HMAC-SHA256, {@code v1}), or a private key whose public
 * half the receiver has, {@code whsk_BASE64} (Ed25519, {@code v1a}: the seed of 32 bytes, alone or
 * with the public key behind it).
 *
 * <p>Immutable and thread-safe.
 */
public final class WebhookKey {
  private static final String SECRET = "whsec_";
  private static final String PRIVATE = "whsk_";
  private static final String EXPECTED =
      "whsec_ and base64 of 24 to 64 bytes, or whsk_ and base64 of an Ed25519 key";
  private static final int SHORTEST = 24;
  private static final int LONGEST = 64;
  private static final int SEED = 32;
  private static final int MOST_KEYS = 4;

  private final boolean symmetric;
  private final SecretBytes key;

  private WebhookKey(boolean symmetric, SecretBytes key) {
    this.symmetric = symmetric;
    this.key = key;
  }

  /**
   * Reads keys, one a line. While one is changed there are two, and each signs.
   *
   * @throws IllegalArgumentException if others can read the file, or it does not hold 1 to 4 keys
   * @throws IOException if it cannot be read
   */
  public static List<WebhookKey> load(Path file) throws IOException {
    String excess = OwnerOnly.excess(file);
    if (excess != null) {
      throw new IllegalArgumentException(
          file + ": mode " + excess + " (expected: 0600, chmod 600 " + file + ")");
    }
    List<String> lines =
        Files.readString(file, US_ASCII)
            .lines()
            .map(String::strip)
            .filter(l -> !l.isEmpty())
            .toList();
    if (lines.isEmpty() || lines.size() > MOST_KEYS) {
      throw new IllegalArgumentException(
          file + ": " + lines.size() + " keys (expected: 1 to " + MOST_KEYS + ", one a line)");
    }
    try {
      return lines.stream().map(WebhookKey::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException if it is none; the message does not have it
   */
  public static WebhookKey parse(String text) {
    boolean symmetric = text.startsWith(SECRET);
    if (!symmetric && !text.startsWith(PRIVATE)) {
      throw invalid();
    }
    byte[] bytes = decoded(text.substring(symmetric ? SECRET.length() : PRIVATE.length()));
    if (symmetric) {
      if (bytes.length < SHORTEST || bytes.length > LONGEST) {
        throw invalid();
      }
      return new WebhookKey(true, SecretBytes.copyOf(bytes));
    }
    if (bytes.length != SEED && bytes.length != 2 * SEED) {
      throw invalid();
    }
    return new WebhookKey(false, SecretBytes.copyOf(java.util.Arrays.copyOf(bytes, SEED)));
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException _) {
      throw invalid();
    }
  }

  private static IllegalArgumentException invalid() {
    return new IllegalArgumentException("key: not shown (expected: " + EXPECTED + ")");
  }

  /**
   * Signs {@code ID.TIMESTAMP.BODY}.
   *
   * @param timestamp seconds since 1970
   * @return the signature as the header {@code webhook-signature} has it
   */
  public String sign(String id, long timestamp, ByteString body) {
    byte[] head = (id + "." + timestamp + ".").getBytes(US_ASCII);
    byte[] signature = symmetric ? hmac(head, body) : ed25519(head, body);
    return (symmetric ? "v1," : "v1a,") + Base64.getEncoder().encodeToString(signature);
  }

  private byte[] hmac(byte[] head, ByteString body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.reveal(), "HmacSHA256"));
      mac.update(head);
      mac.update(body.asReadOnlyByteBuffer());
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256: missing (every Java platform has it)", e);
    }
  }

  private byte[] ed25519(byte[] head, ByteString body) {
    try {
      PrivateKey secret =
          KeyFactory.getInstance("Ed25519")
              .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, key.reveal()));
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(secret);
      signature.update(head);
      signature.update(body.asReadOnlyByteBuffer());
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Ed25519: missing (JDK 15 and newer have it)", e);
    }
  }

  @Override
  public String toString() {
    return symmetric ? "WebhookKey[v1]" : "WebhookKey[v1a]";
  }
}
