package io.tabellion.audit.merkle;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A SHA-256 hash of the tree: of a leaf, of two children, or of nothing (RFC 9162 §2.1.1).
 *
 * <p>Immutable and thread-safe.
 */
public final class Hash {
  /** Bytes of a hash. */
  public static final int SIZE = 32;

  /** 32 zero bytes: stands for "no hash before this one". */
  public static final Hash ZERO = new Hash(new byte[SIZE]);

  private static final HexFormat HEX = HexFormat.of();
  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  /** Takes nothing itself: looking for a provider costs more than a copy of what it finds. */
  private static final MessageDigest EMPTY = newSha256();

  private final byte[] bytes;

  private Hash(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns the hash of a leaf. */
  public static Hash ofLeaf(ByteString leaf) {
    MessageDigest digest = sha256();
    digest.update(LEAF);
    digest.update(leaf.asReadOnlyByteBuffer());
    return new Hash(digest.digest());
  }

  /** Returns the hash of the leaf in {@code length} bytes from {@code offset}. */
  public static Hash ofLeaf(byte[] buffer, int offset, int length) {
    MessageDigest digest = sha256();
    digest.update(LEAF);
    digest.update(buffer, offset, length);
    return new Hash(digest.digest());
  }

  public static Hash ofChildren(Hash left, Hash right) {
    MessageDigest digest = sha256();
    digest.update(NODE);
    digest.update(left.bytes);
    digest.update(right.bytes);
    return new Hash(digest.digest());
  }

  /** Returns the root of a tree without leaves. */
  public static Hash ofEmptyTree() {
    return new Hash(sha256().digest());
  }

  /** Returns SHA-256 of {@code value} as it is, no hash of the tree. */
  public static Hash ofBytes(ByteString value) {
    MessageDigest digest = sha256();
    digest.update(value.asReadOnlyByteBuffer());
    return new Hash(digest.digest());
  }

  /**
   * Takes a hash as it stands somewhere.
   *
   * @throws IllegalArgumentException unless it has 32 bytes
   */
  public static Hash copyOf(ByteString hash) {
    return new Hash(checked(hash.toByteArray()));
  }

  /**
   * Takes a hash as it stands in {@code buffer} at {@code offset}.
   *
   * @throws IndexOutOfBoundsException if fewer than 32 bytes are there
   */
  public static Hash copyOf(byte[] buffer, int offset) {
    return new Hash(
        Arrays.copyOfRange(
            buffer, offset, Objects.checkIndex(offset + SIZE - 1, buffer.length) + 1));
  }

  /**
   * Reads 64 lower-case hex digits.
   *
   * @throws IllegalArgumentException if it is not that
   */
  public static Hash parseHex(String hex) {
    Hash hash = new Hash(checked(HEX.parseHex(hex)));
    if (!hash.hex().equals(hex)) {
      throw new IllegalArgumentException("hash: upper case (expected: lower-case hex)");
    }
    return hash;
  }

  public ByteString bytes() {
    return ByteString.copyFrom(bytes);
  }

  /** Writes the 32 bytes into {@code target} at {@code offset}. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, SIZE);
  }

  /** Returns 64 lower-case hex digits. */
  public String hex() {
    return HEX.formatHex(bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Hash hash && MessageDigest.isEqual(hash.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }

  private static byte[] checked(byte[] bytes) {
    if (bytes.length != SIZE) {
      throw new IllegalArgumentException("hash: " + bytes.length + " bytes (expected: 32)");
    }
    return bytes;
  }

  private static MessageDigest sha256() {
    try {
      return (MessageDigest) EMPTY.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256: no copies (expected: the JDK's provider)", e);
    }
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (every Java platform has it)", e);
    }
  }
}
