package io.tabellion.audit.files;

import io.tabellion.audit.store.Sealed;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The first 64 bytes of a group (docs/audit-format.md §3).
 *
 * @param number of the group in the log, from 0
 * @param firstIndex index of its first leaf
 * @param leafCount at least 1
 * @param contents bytes of section 1
 * @param keys bytes of section 2
 * @param leaves bytes of section 3
 * @param head bytes of section 4
 * @param crc CRC-32C of sections 3 and 4
 */
record GroupHeader(
    long number,
    long firstIndex,
    int leafCount,
    int contents,
    int keys,
    int leaves,
    int head,
    int crc) {
  static final int SIZE = 64;
  static final long MAGIC = 0x8954_424C_4752_500AL;
  private static final int FORMAT = 1;
  private static final int CRC_OFFSET = 60;

  /** Bytes of the group with its padding. */
  long paddedLength() {
    return Segment.padded(length());
  }

  long length() {
    return SIZE + (long) contents + keys + leaves + head;
  }

  int keysOffset() {
    return SIZE + contents;
  }

  void writeTo(ByteBuffer target) {
    int start = target.position();
    target.putLong(MAGIC).putInt(FORMAT).putLong(number).putLong(firstIndex).putInt(leafCount);
    target.putInt(contents).putInt(keys).putInt(leaves).putInt(head).putInt(crc).putLong(0);
    target.putInt(crcOf(target.duplicate().limit(target.position()).position(start)));
  }

  /** Reads a header; empty if magic, format or check sum are wrong, or lengths are impossible. */
  static Optional<GroupHeader> parse(ByteBuffer source) {
    ByteBuffer in = source.duplicate();
    int start = in.position();
    if (in.remaining() < SIZE || in.getLong(start) != MAGIC) {
      return Optional.empty();
    }
    ByteBuffer checked = in.duplicate().limit(start + CRC_OFFSET);
    if (in.getInt(start + 8) != FORMAT || in.getInt(start + CRC_OFFSET) != crcOf(checked)) {
      return Optional.empty();
    }
    in.position(start + 12);
    GroupHeader header =
        new GroupHeader(
            in.getLong(),
            in.getLong(),
            in.getInt(),
            in.getInt(),
            in.getInt(),
            in.getInt(),
            in.getInt(),
            in.getInt());
    return Optional.of(header).filter(GroupHeader::isPossible);
  }

  static int crcOf(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private boolean isPossible() {
    return number >= 0
        && firstIndex >= 0
        && leafCount > 0
        && contents >= 0
        && keys >= 0
        && keys % (Integer.BYTES + Sealed.KEY_SIZE) == 0
        && leaves > 0
        && head > 0
        && length() < Integer.MAX_VALUE;
  }
}
