package io.tabellion.audit.verify;

import io.tabellion.audit.verify.Checked.Content.State;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Checks the content beside a leaf: what is stored is what the leaf names; where the key is there,
 * it decrypts and matches its commitment.
 *
 * <p>Belongs to one thread.
 */
final class ContentCheck {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final int KEY = 32;
  private static final String HMAC = "HmacSHA256";

  private final ContentKeys keys;
  private final Cipher cipher;
  private final Mac mac;

  ContentCheck(ContentKeys keys) {
    this.keys = keys;
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
      mac = Mac.getInstance(HMAC);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM or HMAC: missing", e);
    }
  }

  /**
   * What was found.
   *
   * @param root of the list of commitments that the content is; null if it is none, or not open
   */
  record Found(Checked.Content content, @Nullable String root) {
    static final Found NONE = new Found(Checked.Content.NONE, null);
  }

  /**
   * Checks what stands beside a leaf.
   *
   * @param at where the stored frame is in {@code bytes}; -1 if there is none
   * @param keyAt where the key frame is; -1 if there is none
   */
  Found check(LeafReading leaf, byte[] bytes, int at, int length, int keyAt) {
    LeafReading.Mark mark = leaf.content();
    if (mark == null && at < 0) {
      return Found.NONE;
    }
    if (mark == null || at < 0) {
      return wrong(0, "its content and what the leaf says of it are not both there");
    }
    int kek = ByteBuffer.wrap(bytes).getInt(keyAt + Integer.BYTES);
    if (!TreeHash.hex(TreeHash.of(bytes, at, length)).equals(mark.stored())) {
      return wrong(kek, "stored content is not the one that the leaf names");
    }
    int sealed = keyAt + 2 * Integer.BYTES;
    if (Segment.zero(bytes, sealed, keyAt + Frame.KEY_FRAME)) {
      return new Found(new Checked.Content(State.ERASED, kek, null), null);
    }
    SecretKeySpec key = keys.key(kek);
    if (key == null) {
      return new Found(new Checked.Content(State.STORED, kek, null), null);
    }
    String id = leaf.text("id");
    byte[] secret = decrypt(key, bytes, sealed, Frame.KEY_FRAME - 8, "key/v1\0" + id);
    if (secret == null || secret.length != 2 * KEY) {
      return new Found(
          new Checked.Content(State.LOCKED, kek, "key of its content cannot be opened"), null);
    }
    SecretKeySpec own = new SecretKeySpec(secret, 0, KEY, "AES");
    byte[] content = decrypt(own, bytes, at, length, "content/v1\0" + id);
    if (content == null) {
      return wrong(kek, "content cannot be decrypted");
    }
    byte[] salt = Arrays.copyOfRange(secret, KEY, secret.length);
    if (content.length != mark.size()
        || !commitment(mac, salt, mark.type(), content).equals(mark.commitment())) {
      return wrong(kek, "content does not match its commitment");
    }
    boolean list = leaf.text("kind").equals("commitments");
    return new Found(
        new Checked.Content(State.OPENED, kek, null), list ? CommitmentLists.root(content) : null);
  }

  /** Returns the commitment to a content: HMAC-SHA256 under its salt, hex. */
  static String commitment(byte[] salt, String type, byte[] content) {
    try {
      return commitment(Mac.getInstance(HMAC), salt, type, content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(HMAC + ": missing", e);
    }
  }

  private static String commitment(Mac mac, byte[] salt, String type, byte[] content) {
    try {
      mac.init(new SecretKeySpec(salt, HMAC));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("salt: no key of " + HMAC, e);
    }
    mac.update(("content/v1" + type + "\0").getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(mac.doFinal(content));
  }

  private static Found wrong(int kek, String problem) {
    return new Found(new Checked.Content(State.WRONG, kek, problem), null);
  }

  private byte @Nullable [] decrypt(
      SecretKeySpec key, byte[] bytes, int at, int length, String label) {
    if (length < NONCE + TAG_BITS / Byte.SIZE) {
      return null;
    }
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, bytes, at, NONCE));
      cipher.updateAAD(label.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(bytes, at + NONCE, length - NONCE);
    } catch (GeneralSecurityException e) {
      return null;
    }
  }
}
