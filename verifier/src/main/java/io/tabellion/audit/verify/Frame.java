package io.tabellion.audit.verify;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where a group stands, and what its header says (docs/audit-format.md §3).
 *
 * @param segment number of its segment
 * @param offset of its header in the segment
 * @param number of the group
 * @param first index of its first leaf
 * @param leafCount at least 1
 * @param contents bytes of section 1
 * @param keys bytes of section 2
 * @param leaves bytes of section 3
 * @param head bytes of section 4
 * @param crc CRC-32C of sections 3 and 4
 */
record Frame(
    long segment,
    long offset,
    long number,
    long first,
    int leafCount,
    int contents,
    int keys,
    int leaves,
    int head,
    int crc) {
  static final int HEADER = 64;
  static final int KEY_FRAME = 100;

  private static final byte[] MAGIC = HexFormat.of().parseHex("8954424c4752500a");
  private static final int FORMAT = 1;
  private static final int CHECKED = 60;

  /** Whether these bytes begin like a group. */
  static boolean begins(byte[] bytes, int at) {
    return at + MAGIC.length <= bytes.length
        && Arrays.equals(bytes, at, at + MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /** Reads a header; null if there is none whose checksum fits, or its lengths are impossible. */
  static @Nullable Frame parse(byte[] bytes, int at, long segment, long offset) {
    ByteBuffer in = ByteBuffer.wrap(bytes, at, HEADER).slice();
    if (!begins(bytes, at)
        || in.getInt(8) != FORMAT
        || in.getInt(CHECKED) != crc(bytes, at, CHECKED)) {
      return null;
    }
    Frame frame =
        new Frame(
            segment,
            offset,
            in.getLong(12),
            in.getLong(20),
            in.getInt(28),
            in.getInt(32),
            in.getInt(36),
            in.getInt(40),
            in.getInt(44),
            in.getInt(48));
    return frame.isPossible() ? frame : null;
  }

  static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /** Bytes without padding. */
  long length() {
    return HEADER + (long) contents + keys + leaves + head;
  }

  /** Offset in the segment behind its last page. */
  long end() {
    return offset + (length() + Segment.PAGE - 1) / Segment.PAGE * Segment.PAGE;
  }

  /** Offset of its leaves in the segment. */
  long leavesAt() {
    return offset + HEADER + contents + keys;
  }

  String place() {
    return Segment.place(segment, offset);
  }

  private boolean isPossible() {
    return number >= 0
        && first >= 0
        && leafCount > 0
        && contents >= 0
        && keys >= 0
        && keys % KEY_FRAME == 0
        && leaves > 0
        && head > 0
        && length() < Integer.MAX_VALUE - Segment.PAGE;
  }
}
