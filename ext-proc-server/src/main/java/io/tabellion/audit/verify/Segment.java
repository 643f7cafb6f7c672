package io.tabellion.audit.verify;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One segment file (docs/audit-format.md §2, §3).
 *
 * <p>Belongs to one thread.
 */
final class Segment implements AutoCloseable {
  static final int PAGE = 4096;

  private static final byte[] SEGMENT_MAGIC = HexFormat.of().parseHex("8954424c5345470a");
  private static final byte[] GROUP_MAGIC = HexFormat.of().parseHex("8954424c4752500a");
  private static final int FORMAT = 1;
  private static final int HEADER = 64;
  private static final int CHECKED = 60;
  private static final int KEY_FRAME = 100;

  private final String name;
  private final FileChannel channel;
  private final long size;

  Segment(Path file) throws IOException {
    name = "segments/" + file.getFileName();
    channel = FileChannel.open(file, StandardOpenOption.READ);
    size = channel.size();
  }

  /** What stands at an offset. */
  sealed interface Read {

    /** A whole group. */
    record Whole(Group group) implements Read {}

    /** Nothing was ever written here. */
    record Blank() implements Read {}

    /**
     * Something that is no whole group.
     *
     * @param claimedEnd where it says that it ends, if its header can be read; else 0
     */
    record Broken(String why, long claimedEnd) implements Read {}
  }

  String name() {
    return name;
  }

  long size() {
    return size;
  }

  String place(long offset) {
    return name + "@" + offset;
  }

  /** Returns what is wrong with the header, or null. */
  @Nullable String headerProblem(long number, String origin) throws IOException {
    if (size < PAGE || size % PAGE != 0) {
      return "size " + size + " (expected: a multiple of 4096)";
    }
    byte[] raw = bytes(0, PAGE);
    ByteBuffer page = ByteBuffer.wrap(raw);
    byte[] magic = take(page, SEGMENT_MAGIC.length);
    if (!Arrays.equals(magic, SEGMENT_MAGIC) || page.getInt() != FORMAT) {
      return "no segment of format 1";
    }
    if (page.getLong() != number || page.getLong() != size) {
      return "number or size in its header is not that of the file";
    }
    byte[] of = take(page, TreeHash.SIZE);
    if (!Arrays.equals(of, TreeHash.of(origin.getBytes(StandardCharsets.UTF_8)))) {
      return "of another log";
    }
    int crc = crc(raw, 0, CHECKED);
    return page.getInt() == crc && zero(raw, HEADER, PAGE) ? null : "header is damaged";
  }

  /** Reads what stands at an offset, a multiple of 4096. */
  Read read(long offset) throws IOException {
    if (offset + PAGE > size) {
      return new Read.Blank();
    }
    byte[] raw = bytes(offset, HEADER);
    ByteBuffer header = ByteBuffer.wrap(raw);
    if (zero(raw, 0, HEADER) && zero(bytes(offset, PAGE), 0, PAGE)) {
      return new Read.Blank();
    }
    boolean whole =
        Arrays.equals(raw, 0, 8, GROUP_MAGIC, 0, 8)
            && header.getInt(8) == FORMAT
            && header.getInt(CHECKED) == crc(raw, 0, CHECKED)
            && header.getLong(52) == 0;
    return whole ? group(offset, header) : new Read.Broken("no group header", 0);
  }

  /** Whether another group seems to begin behind an offset. */
  boolean groupBehind(long offset) throws IOException {
    for (long at = offset + PAGE; at + PAGE <= size; at += PAGE) {
      if (Arrays.equals(bytes(at, GROUP_MAGIC.length), GROUP_MAGIC)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the offset of the first byte that is not zero from an offset on, or -1. */
  long firstNonZero(long from) throws IOException {
    final int block = 1 << 20;
    for (long at = from; at < size; at += block) {
      byte[] bytes = bytes(at, (int) Math.min(block, size - at));
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] != 0) {
          return at + i;
        }
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private Read group(long offset, ByteBuffer header) throws IOException {
    long length = HEADER;
    for (int at = 32; at <= 44; at += 4) {
      length += Integer.toUnsignedLong(header.getInt(at));
    }
    long end = offset + (length + PAGE - 1) / PAGE * PAGE;
    if (end > size) {
      return new Read.Broken("longer than its segment", 0);
    }
    byte[] body = bytes(offset, (int) (end - offset));
    try {
      return parse(offset, header, body, (int) length, end);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return new Read.Broken("sections do not fit together", end);
    }
  }

  private Read parse(long offset, ByteBuffer header, byte[] raw, int length, long end) {
    ByteBuffer body = ByteBuffer.wrap(raw);
    ByteBuffer contents = slice(body, HEADER, header.getInt(32));
    ByteBuffer keys = slice(body, HEADER + contents.limit(), header.getInt(36));
    int leavesAt = HEADER + contents.limit() + keys.limit();
    ByteBuffer leaves = slice(body, leavesAt, header.getInt(40));
    ByteBuffer head = slice(body, leavesAt + leaves.limit(), header.getInt(44));
    if (crc(raw, leavesAt, leaves.limit() + head.limit()) != header.getInt(48)) {
      return new Read.Broken("checksum of leaves and head is wrong", end);
    }
    if (!zero(raw, length, raw.length)) {
      return new Read.Broken("padding is not zero", end);
    }
    List<Group.Leaf> parsed = leaves(leaves);
    if (parsed.isEmpty() || parsed.size() != header.getInt(28)) {
      return new Read.Broken("number of leaves is not that of its header", end);
    }
    return new Read.Whole(
        new Group(
            place(offset),
            header.getLong(12),
            header.getLong(20),
            contents(contents),
            keys(keys),
            parsed,
            StandardCharsets.UTF_8.decode(head).toString(),
            end));
  }

  private static List<Group.Stored> contents(ByteBuffer section) {
    List<Group.Stored> contents = new ArrayList<>();
    while (section.hasRemaining()) {
      contents.add(new Group.Stored(section.getInt(), take(section, section.getInt())));
    }
    return contents;
  }

  private static List<Group.KeyFrame> keys(ByteBuffer section) {
    List<Group.KeyFrame> keys = new ArrayList<>();
    while (section.hasRemaining()) {
      keys.add(
          new Group.KeyFrame(section.getInt(), section.getInt(), take(section, KEY_FRAME - 8)));
    }
    return keys;
  }

  private static List<Group.Leaf> leaves(ByteBuffer section) {
    List<Group.Leaf> leaves = new ArrayList<>();
    while (section.hasRemaining()) {
      leaves.add(new Group.Leaf(take(section, Short.toUnsignedInt(section.getShort()))));
    }
    return leaves;
  }

  private static ByteBuffer slice(ByteBuffer body, int offset, int length) {
    if (length < 0 || offset + length > body.limit()) {
      throw new BufferUnderflowException();
    }
    return body.slice(offset, length);
  }

  private static byte[] take(ByteBuffer from, int length) {
    if (length < 0 || length > from.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    from.get(bytes);
    return bytes;
  }

  private byte[] bytes(long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new IOException(name + ": ends at " + (offset + buffer.position()));
      }
    }
    return bytes;
  }

  private static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static boolean zero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
