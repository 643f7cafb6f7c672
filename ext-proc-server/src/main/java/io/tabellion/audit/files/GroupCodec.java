package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import io.tabellion.audit.store.Row;
import io.tabellion.audit.store.Sealed;
import io.tabellion.durable.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Turns groups into bytes and back (docs/audit-format.md §3). */
final class GroupCodec {
  static final int KEY_FRAME = Integer.BYTES + Sealed.KEY_SIZE;

  /** The head note at its longest: origin three times, size, root, signature, and some room. */
  static final int MAX_HEAD = 1024;

  private GroupCodec() {}

  static long cost(long leaf, long frame) {
    long content = frame < 0 ? 0 : 2L * Integer.BYTES + frame + KEY_FRAME;
    return Short.BYTES + leaf + content;
  }

  /** Lays out a group with its padding, ready to be written. */
  static ByteBuffer encode(long number, long firstIndex, List<Row> rows, ByteString head) {
    int contents = 0;
    int keys = 0;
    int leaves = 0;
    for (Row row : rows) {
      leaves += Short.BYTES + row.leaf().size();
      if (row.sealed() != null) {
        contents += 2 * Integer.BYTES + row.sealed().frame().size();
        keys += KEY_FRAME;
      }
    }
    int start = GroupHeader.SIZE + contents + keys;
    long length = Segment.padded((long) start + leaves + head.size());
    ByteBuffer group = ByteBuffer.allocate(Math.toIntExact(length));
    group.position(GroupHeader.SIZE);
    putContents(rows, group);
    putKeys(rows, group);
    putLeaves(rows, group);
    head.copyTo(group);
    int crc = GroupHeader.crcOf(group.duplicate().flip().position(start));
    group.rewind();
    new GroupHeader(number, firstIndex, rows.size(), contents, keys, leaves, head.size(), crc)
        .writeTo(group);
    return group.rewind();
  }

  private static void putContents(List<Row> rows, ByteBuffer group) {
    for (int ordinal = 0; ordinal < rows.size(); ordinal++) {
      Sealed sealed = rows.get(ordinal).sealed();
      if (sealed != null) {
        group.putInt(ordinal).putInt(sealed.frame().size());
        sealed.frame().copyTo(group);
      }
    }
  }

  private static void putKeys(List<Row> rows, ByteBuffer group) {
    for (int ordinal = 0; ordinal < rows.size(); ordinal++) {
      Sealed sealed = rows.get(ordinal).sealed();
      if (sealed != null) {
        group.putInt(ordinal);
        sealed.key().copyTo(group);
      }
    }
  }

  private static void putLeaves(List<Row> rows, ByteBuffer group) {
    for (Row row : rows) {
      group.putShort((short) row.leaf().size());
      row.leaf().copyTo(group);
    }
  }

  /** Reads a group header; empty if there is none at {@code offset}. */
  static Optional<GroupHeader> readHeader(DiskFile file, Segment segment, long offset)
      throws IOException {
    if (offset + GroupHeader.SIZE > segment.size()) {
      return Optional.empty();
    }
    ByteBuffer bytes = read(file, offset, GroupHeader.SIZE);
    return GroupHeader.parse(bytes)
        .filter(header -> offset + header.paddedLength() <= segment.size());
  }

  /**
   * Reads a group without its contents; empty if the check sum does not fit, or the sections do not
   * hold what the header says.
   */
  static Optional<FileGroup> readGroup(DiskFile file, Place place, GroupHeader header)
      throws IOException {
    int length = header.keys() + header.leaves() + header.head();
    ByteBuffer bytes = read(file, place.offset() + header.keysOffset(), length);
    if (bytes.remaining() < length) {
      return Optional.empty();
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().position(header.keys()));
    List<ByteString> leaves =
        (int) crc.getValue() == header.crc()
            ? leaves(bytes.slice(header.keys(), header.leaves()), header.leafCount())
            : null;
    if (leaves == null) {
      return Optional.empty();
    }
    ByteString all = ByteString.copyFrom(bytes);
    ByteString keys = all.substring(0, header.keys());
    ByteString head = all.substring(header.keys() + header.leaves());
    return Optional.of(new FileGroup(place, header, keys, leaves, head));
  }

  /**
   * Reads the content of leaf {@code ordinal}; null if it has none.
   *
   * @throws DamagedException if the sections do not hold what the header says
   */
  static @Nullable Sealed readSealed(DiskFile file, FileGroup group, int ordinal)
      throws IOException {
    GroupHeader header = group.header();
    long at = group.place().offset() + GroupHeader.SIZE;
    long end = at + header.contents();
    for (int i = 0; i < header.keys(); i += KEY_FRAME) {
      ByteBuffer prefix = read(file, at, 2 * Integer.BYTES);
      int found = prefix.getInt();
      int length = prefix.getInt();
      ByteBuffer keyFrame = group.keys().substring(i, i + KEY_FRAME).asReadOnlyByteBuffer();
      if (length < 0 || at + prefix.limit() + length > end || keyFrame.getInt() != found) {
        throw group.place().damaged("contents and key frames do not fit");
      }
      if (found == ordinal) {
        ByteString frame = ByteString.copyFrom(read(file, at + prefix.limit(), length));
        return new Sealed(frame, ByteString.copyFrom(keyFrame));
      }
      at += prefix.limit() + length;
    }
    return null;
  }

  private static @Nullable List<ByteString> leaves(ByteBuffer section, int count) {
    List<ByteString> leaves = new ArrayList<>(Math.min(count, section.remaining()));
    while (section.remaining() > Short.BYTES && leaves.size() < count) {
      int length = Short.toUnsignedInt(section.getShort());
      if (length == 0 || length > section.remaining()) {
        return null;
      }
      leaves.add(ByteString.copyFrom(section, length));
    }
    return leaves.size() == count && !section.hasRemaining() ? leaves : null;
  }

  private static ByteBuffer read(DiskFile file, long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    file.read(bytes, offset);
    return bytes.flip();
  }
}
