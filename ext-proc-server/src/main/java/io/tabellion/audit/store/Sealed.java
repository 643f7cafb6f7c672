package io.tabellion.audit.store;

import com.google.protobuf.ByteString;

/**
 * Content as it lies on the disk.
 *
 * @param frame nonce, ciphertext and tag; its hash stands in the leaf
 * @param key KEK number, and nonce, wrapped DEK and salt, tag: a key frame without its ordinal; all
 *     but the KEK number is zero once it is erased
 */
public record Sealed(ByteString frame, ByteString key) {
  /** Bytes of {@link #key}. */
  public static final int KEY_SIZE = 96;

  public Sealed {
    if (key.size() != KEY_SIZE) {
      throw new IllegalArgumentException("key frame: " + key.size() + " bytes (expected: 96)");
    }
  }
}
