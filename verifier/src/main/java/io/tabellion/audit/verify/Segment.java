package io.tabellion.audit.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One segment file (docs/audit-format.md §2).
 *
 * <p>Belongs to one thread.
 */
final class Segment implements AutoCloseable {
  static final int PAGE = 4096;

  private static final byte[] MAGIC = HexFormat.of().parseHex("8954424c5345470a");
  private static final int FORMAT = 1;
  private static final int HEADER = 64;
  private static final int CHECKED = 60;
  private static final int BLOCK = 256 * PAGE;

  private final long number;
  private final FileChannel channel;
  private final long size;

  private Segment(long number, FileChannel channel) throws IOException {
    this.number = number;
    this.channel = channel;
    this.size = channel.size();
  }

  /** Opens a segment; null if there is none of this number. */
  static @Nullable Segment open(Path folder, long number) throws IOException {
    try {
      Path file = folder.resolve(fileName(number));
      return new Segment(number, FileChannel.open(file, StandardOpenOption.READ));
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  static String fileName(long number) {
    return "%016d.seg".formatted(number);
  }

  static String name(long number) {
    return "segments/" + fileName(number);
  }

  static String place(long number, long offset) {
    return name(number) + "@" + offset;
  }

  /**
   * What stands in a segment from a page on.
   *
   * @param end offset behind the last page that is not all zero; 0 if all are
   * @param begins whether a page other than the first begins like a group
   */
  record Rest(long end, boolean begins) {}

  long number() {
    return number;
  }

  long size() {
    return size;
  }

  /** Returns what is wrong with the header, or null. */
  @Nullable String headerProblem(String origin) throws IOException {
    if (size < PAGE || size % PAGE != 0) {
      return "size " + size + " (expected: a multiple of 4096)";
    }
    byte[] raw = new byte[PAGE];
    read(raw, PAGE, 0);
    ByteBuffer page = ByteBuffer.wrap(raw);
    if (!Arrays.equals(raw, 0, MAGIC.length, MAGIC, 0, MAGIC.length) || page.getInt(8) != FORMAT) {
      return "its first page is no header of a segment of format 1";
    }
    if (page.getInt(CHECKED) != Frame.crc(raw, 0, CHECKED) || !zero(raw, HEADER, PAGE)) {
      return "its header is damaged";
    }
    if (page.getLong(12) != number || page.getLong(20) != size) {
      return "its header says number %d and %d bytes (expected: %d and %d)"
          .formatted(page.getLong(12), page.getLong(20), number, size);
    }
    byte[] of = TreeHash.of(origin.getBytes(StandardCharsets.UTF_8));
    return Arrays.equals(raw, 28, 28 + TreeHash.SIZE, of, 0, TreeHash.SIZE)
        ? null
        : "it belongs to another log";
  }

  /** Reads a group header; null if there is none at an offset, or its group does not fit. */
  @Nullable Frame frame(long offset) throws IOException {
    byte[] bytes = new byte[Frame.HEADER];
    if (read(bytes, bytes.length, offset) < bytes.length) {
      return null;
    }
    Frame frame = Frame.parse(bytes, 0, number, offset);
    return frame == null || frame.end() > size ? null : frame;
  }

  /** Returns the first group header from an offset on; null if there is none. */
  @Nullable Frame nextFrame(long from) throws IOException {
    byte[] block = new byte[BLOCK];
    for (long at = from; at < size; at += BLOCK) {
      int length = read(block, BLOCK, at);
      for (int page = 0; page + Frame.HEADER <= length; page += PAGE) {
        Frame frame = Frame.parse(block, page, number, at + page);
        if (frame != null && frame.end() <= size) {
          return frame;
        }
      }
    }
    return null;
  }

  /** Looks through all that stands from an offset on. */
  Rest rest(long from) throws IOException {
    long end = 0;
    boolean begins = false;
    byte[] block = new byte[BLOCK];
    for (long at = from; at < size; at += BLOCK) {
      int length = read(block, BLOCK, at);
      for (int page = 0; page < length; page += PAGE) {
        int to = Math.min(length, page + PAGE);
        if (!zero(block, page, to)) {
          end = at + to;
          begins |= at + page > from && Frame.begins(block, page);
        }
      }
    }
    return new Rest(end, begins);
  }

  /** Fills an array from an offset on; returns how many bytes were there. */
  int read(byte[] into, int length, long offset) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        break;
      }
    }
    return buffer.position();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  static boolean zero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
