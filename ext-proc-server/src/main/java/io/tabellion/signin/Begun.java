package io.tabellion.signin;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.secret.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A sign-in that is under way, as the browser keeps it.
 *
 * <p>Immutable and thread-safe.
 *
 * @param state that the issuer's answer must have
 * @param nonce that the ID token must have
 * @param verifier that proves to the issuer that we began (RFC 7636 §4.1)
 * @param next where to go then
 * @param expires from when on it counts no more
 */
record Begun(String state, String nonce, String verifier, String next, Instant expires) {
  private static final SecureRandom RANDOM = new SecureRandom();

  static Begun now(String next, Instant expires) {
    return new Begun(random(), random(), random(), next, expires);
  }

  /** The hash of the verifier (RFC 7636 §4.2, S256). */
  String challenge() {
    return text(Sha256.begin().digest(verifier.getBytes(StandardCharsets.US_ASCII)));
  }

  /** Whether both are one; takes the same time wherever they differ. */
  static boolean same(String expected, @Nullable String shown) {
    return shown != null
        && MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
  }

  /** 256 random bits. */
  private static String random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return text(bytes);
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * Encrypts what browsers keep, with a key of this process (AES-256-GCM, NIST SP 800-38D).
   *
   * <p>Thread-safe.
   */
  static final class Seal {
    private static final int NONCE = 12; // bytes, SP 800-38D §8.2
    private static final int TAG = 128; // bits
    private static final int LONGEST = 4096;

    private final SecretKey key;
    private final InstantSource clock;

    Seal(InstantSource clock) {
      this.clock = clock;
      byte[] bytes = new byte[32];
      RANDOM.nextBytes(bytes);
      key = new SecretKeySpec(bytes, "AES");
    }

    String close(Begun begun) {
      Json.Obj said =
          Json.Obj.EMPTY
              .with("state", new Json.Text(begun.state()))
              .with("nonce", new Json.Text(begun.nonce()))
              .with("verifier", new Json.Text(begun.verifier()))
              .with("next", new Json.Text(begun.next()))
              .with("expires", new Json.Text(begun.expires().toString()));
      byte[] nonce = new byte[NONCE];
      RANDOM.nextBytes(nonce);
      try {
        byte[] closed =
            cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(JsonWriter.write(said).toByteArray());
        return text(ByteString.copyFrom(nonce).concat(ByteString.copyFrom(closed)).toByteArray());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("AES-GCM: " + e.getMessage(), e);
      }
    }

    /** Returns what was closed; null if it is none of ours, or too old. */
    @Nullable Begun open(@Nullable String closed) {
      if (closed == null || closed.length() > LONGEST) {
        return null;
      }
      try {
        byte[] bytes = Base64.getUrlDecoder().decode(closed);
        if (bytes.length <= NONCE) {
          return null;
        }
        byte[] nonce = ByteString.copyFrom(bytes, 0, NONCE).toByteArray();
        byte[] open =
            cipher(Cipher.DECRYPT_MODE, nonce).doFinal(bytes, NONCE, bytes.length - NONCE);
        Begun begun = read(Fetch.object(ByteString.copyFrom(open)));
        return clock.instant().isBefore(begun.expires()) ? begun : null;
      } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
        return null;
      }
    }

    private static Begun read(Json.Obj said) throws IOException {
      return new Begun(
          member(said, "state"),
          member(said, "nonce"),
          member(said, "verifier"),
          member(said, "next"),
          Instant.parse(member(said, "expires")));
    }

    private static String member(Json.Obj said, String name) throws IOException {
      String text = said.text(name);
      if (text == null) {
        throw new IOException(name + ": not there (expected: a text)");
      }
      return text;
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG, nonce));
      return cipher;
    }
  }
}
