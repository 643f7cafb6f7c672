package io.tabellion.audit.verify;

import java.util.List;

/**
 * What one fsync made durable (docs/audit-format.md §3), as it was read.
 *
 * @param place file and offset
 * @param number of the group
 * @param first index of its first leaf
 * @param head the signed note at its end
 * @param end offset behind its last page
 */
record Group(
    String place,
    long number,
    long first,
    List<Stored> contents,
    List<KeyFrame> keys,
    List<Leaf> leaves,
    String head,
    long end) {

  /** A content as it is stored: nonce, ciphertext, tag. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Stored(int ordinal, byte[] frame) {}

  /** The wrapped key and salt of a content; its last 92 bytes are zero after erasure. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record KeyFrame(int ordinal, int kek, byte[] sealed) {

    boolean erased() {
      for (byte b : sealed) {
        if (b != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /** The bytes of a leaf. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Leaf(byte[] bytes) {}
}
