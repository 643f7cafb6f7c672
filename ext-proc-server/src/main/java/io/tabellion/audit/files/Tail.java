package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.durable.Disk.DiskFile;
import io.tabellion.secret.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * What stands in a segment from some page on.
 *
 * @param length bytes up to the end of the last page that is not all zero; 0 if all are
 * @param sha256 of these bytes
 * @param hidesGroup whether a page other than the first begins like a group
 */
record Tail(long length, Hash sha256, boolean hidesGroup) {
  private static final int CHUNK = 256 * Segment.PAGE;
  private static final ByteBuffer ZEROS = ByteBuffer.allocate(Segment.PAGE).asReadOnlyBuffer();

  static Tail read(DiskFile file, long from, long to) throws IOException {
    long length = 0;
    boolean hidesGroup = false;
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, Math.max(to - from, 0)));
    for (long at = from; at < to; at += CHUNK) {
      file.read(chunk.clear().limit((int) Math.min(CHUNK, to - at)), at);
      chunk.flip();
      for (int page = 0; page < chunk.limit(); page += Segment.PAGE) {
        if (!isZero(chunk, page)) {
          length = at - from + page + Segment.PAGE;
          hidesGroup |= at + page > from && chunk.getLong(page) == GroupHeader.MAGIC;
        }
      }
    }
    return new Tail(length, sha256(file, from, length), hidesGroup);
  }

  private static boolean isZero(ByteBuffer chunk, int page) {
    int length = Math.min(Segment.PAGE, chunk.limit() - page);
    return chunk.slice(page, length).mismatch(ZEROS.slice(0, length)) < 0;
  }

  private static Hash sha256(DiskFile file, long from, long length) throws IOException {
    MessageDigest digest = Sha256.begin();
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, length));
    for (long at = 0; at < length; at += CHUNK) {
      file.read(chunk.clear().limit((int) Math.min(CHUNK, length - at)), from + at);
      digest.update(chunk.flip());
    }
    return Hash.copyOf(ByteString.copyFrom(digest.digest()));
  }
}
