package io.tabellion.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.store.Sealed;
import io.tabellion.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts contents and commits to them (docs/audit-format.md §3, §4): each under a key and a salt
 * of its own, which the KEK wraps.
 *
 * <p>Thread-safe.
 */
final class Vault {
  private static final int KEK_NUMBER = 1;
  private static final int SECRET = 32;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final String HMAC = "HmacSHA256";
  private static final String CONTENT = "content/v1";
  private static final String KEY = "key/v1";

  private final SecretKeySpec kek;
  private final SecureRandom random;

  /*
   * Looking for a provider costs as much as encrypting a short content. A cipher that rests here
   * holds a schedule of the KEK, which this object has anyhow: sealing uses it last.
   */
  private final Queue<Tools> resting = new ConcurrentLinkedQueue<>();

  private record Tools(Cipher cipher, Mac mac) {}

  Vault(SecretBytes kek, SecureRandom random) {
    this.kek = aes(kek.reveal(), 0);
    this.random = random;
  }

  /** Content as it goes to the disk, and what the leaf says of it. */
  record Kept(Sealed sealed, Leaf.ContentMark mark) {}

  Kept seal(EntryId id, Entry.Content content) {
    byte[] secrets = new byte[2 * SECRET + 2 * NONCE]; // DEK, salt, nonces
    random.nextBytes(secrets);
    byte[] bytes = content.bytes().toByteArray();
    Tools rested = resting.poll();
    Tools tools = rested == null ? newTools() : rested;
    try {
      Kept kept = seal(id, content.mediaType(), bytes, secrets, tools);
      resting.add(tools);
      return kept;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("content: cannot be encrypted", e);
    } finally {
      Arrays.fill(secrets, (byte) 0);
    }
  }

  private Kept seal(EntryId id, String type, byte[] bytes, byte[] secrets, Tools tools)
      throws GeneralSecurityException {
    String name = id.toString();
    byte[] salt = Arrays.copyOfRange(secrets, SECRET, 2 * SECRET);
    byte[] nonce = Arrays.copyOfRange(secrets, 2 * SECRET, 2 * SECRET + NONCE);
    ByteString frame = encrypt(tools.cipher(), aes(secrets, 0), nonce, aad(CONTENT, name), bytes);
    byte[] keyNonce = Arrays.copyOfRange(secrets, 2 * SECRET + NONCE, secrets.length);
    byte[] both = Arrays.copyOf(secrets, 2 * SECRET);
    ByteString wrapped = encrypt(tools.cipher(), kek, keyNonce, aad(KEY, name), both);
    ByteString key =
        ByteString.copyFrom(ByteBuffer.allocate(Integer.BYTES).putInt(KEK_NUMBER).flip())
            .concat(wrapped);
    Leaf.ContentMark mark =
        new Leaf.ContentMark(
            type, bytes.length, Hash.ofBytes(frame), commitment(tools.mac(), salt, type, bytes));
    return new Kept(new Sealed(frame, key), mark);
  }

  /**
   * Reads content back.
   *
   * @throws AuditDamagedException if it is not what the leaf says
   */
  StoredContent open(Leaf leaf, @Nullable Sealed sealed) {
    Leaf.ContentMark mark = leaf.content();
    if (mark == null) {
      return new StoredContent.None();
    }
    if (sealed == null || !Hash.ofBytes(sealed.frame()).equals(mark.stored())) {
      throw new AuditDamagedException("content: not what its leaf says (expected: its hash)");
    }
    if (isErased(sealed)) {
      return new StoredContent.Erased();
    }
    byte[] secrets = unwrap(leaf.id(), sealed);
    byte[] bytes = secrets == null ? null : decrypt(leaf.id(), secrets, sealed.frame());
    if (secrets == null || bytes == null) {
      throw new AuditDamagedException("content: cannot be decrypted (expected: its key frame)");
    }
    byte[] salt = Arrays.copyOfRange(secrets, SECRET, 2 * SECRET);
    if (!commitment(newMac(), salt, mark.type(), bytes).equals(mark.commitment())) {
      throw new AuditDamagedException("content: not what its leaf says (expected: commitment)");
    }
    return new StoredContent.Clear(new Entry.Content(mark.type(), ByteString.copyFrom(bytes)));
  }

  /** Returns the salt of the commitment; empty if there is no content or it was erased. */
  Optional<ByteString> salt(Leaf leaf, @Nullable Sealed sealed) {
    byte[] secrets = sealed == null || isErased(sealed) ? null : unwrap(leaf.id(), sealed);
    return Optional.ofNullable(secrets).map(both -> ByteString.copyFrom(both, SECRET, SECRET));
  }

  /**
   * Whether the frame is the leaf's, and its key can be unwrapped or was erased; neither if it has
   * none.
   */
  boolean isIntact(Leaf leaf, @Nullable Sealed sealed) {
    Leaf.ContentMark mark = leaf.content();
    if (mark == null || sealed == null) {
      return mark == null && sealed == null;
    }
    return Hash.ofBytes(sealed.frame()).equals(mark.stored())
        && (isErased(sealed) || unwrap(leaf.id(), sealed) != null);
  }

  private static boolean isErased(Sealed sealed) {
    ByteString rest = sealed.key().substring(Integer.BYTES);
    return rest.equals(ByteString.copyFrom(new byte[rest.size()]));
  }

  private byte @Nullable [] unwrap(EntryId id, Sealed sealed) {
    if (sealed.key().asReadOnlyByteBuffer().getInt() != KEK_NUMBER) {
      return null;
    }
    return decrypt(kek, aad(KEY, id.toString()), sealed.key().substring(Integer.BYTES));
  }

  private static byte @Nullable [] decrypt(EntryId id, byte[] secrets, ByteString frame) {
    return decrypt(aes(secrets, 0), aad(CONTENT, id.toString()), frame);
  }

  private static ByteString encrypt(
      Cipher cipher, SecretKeySpec key, byte[] nonce, byte[] aad, byte[] clear)
      throws GeneralSecurityException {
    cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(aad);
    byte[] frame = new byte[NONCE + clear.length + TAG_BITS / Byte.SIZE];
    System.arraycopy(nonce, 0, frame, 0, NONCE);
    cipher.doFinal(clear, 0, clear.length, frame, NONCE);
    return ByteString.copyFrom(frame);
  }

  private static byte @Nullable [] decrypt(SecretKeySpec key, byte[] aad, ByteString frame) {
    if (frame.size() < NONCE + TAG_BITS / Byte.SIZE) {
      return null;
    }
    try {
      byte[] bytes = frame.toByteArray();
      Cipher cipher = newCipher();
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, bytes, 0, NONCE));
      cipher.updateAAD(aad);
      return cipher.doFinal(bytes, NONCE, bytes.length - NONCE);
    } catch (AEADBadTagException _) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("content: cannot be decrypted", e);
    }
  }

  private static String commitment(Mac mac, byte[] salt, String type, byte[] content) {
    try {
      mac.init(new SecretKeySpec(salt, HMAC));
      mac.update(CONTENT.getBytes(StandardCharsets.UTF_8));
      mac.update(type.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return HexFormat.of().formatHex(mac.doFinal(content));
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("salt: no key of " + HMAC, e);
    }
  }

  private static Tools newTools() {
    return new Tools(newCipher(), newMac());
  }

  private static Cipher newCipher() {
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM: missing (every Java platform has it)", e);
    }
  }

  private static Mac newMac() {
    try {
      return Mac.getInstance(HMAC);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(HMAC + ": missing (every Java platform has it)", e);
    }
  }

  private static byte[] aad(String label, String id) {
    return (label + "\0" + id).getBytes(StandardCharsets.UTF_8);
  }

  private static SecretKeySpec aes(byte[] bytes, int offset) {
    return new SecretKeySpec(bytes, offset, SECRET, "AES");
  }
}
