package io.tabellion.audit.files;

import io.tabellion.audit.merkle.Hash;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One file of the record: a header page, then groups, then zeros (docs/audit-format.md §2).
 *
 * @param number from 0
 * @param size bytes of the file
 */
record Segment(long number, long size) {
  static final int PAGE = 4096;
  private static final long MAGIC = 0x8954_424C_5345_470AL;
  private static final int FORMAT = 1;
  private static final int HEADER = 64;
  private static final int CRC_OFFSET = 60;
  private static final Pattern NAME = Pattern.compile("[0-9]{16}\\.seg");
  private static final int ZEROS = 1 << 20;

  /** Bytes between forces while zeros are written, so that a group's fsync never waits for all. */
  private static final int FORCE_EVERY = 4 << 20;

  static String name(long number) {
    return String.format(Locale.ROOT, "%016d.seg", number);
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  static long numberOf(String name) {
    return Long.parseLong(name.substring(0, 16));
  }

  static long padded(long length) {
    return (length + PAGE - 1) / PAGE * PAGE;
  }

  String name() {
    return name(number);
  }

  /** Writes a whole empty segment under another name; it is durable, its name is not. */
  static void writeEmpty(Disk disk, Path file, Segment segment, Hash origin) throws IOException {
    disk.delete(file);
    try (DiskFile target = disk.create(file, Disk.Access.SECRET)) {
      segment.writeHeader(target, origin);
      writeZeros(target, PAGE, segment.size());
      target.force();
    }
  }

  void writeHeader(DiskFile target, Hash origin) throws IOException {
    target.write(ByteBuffer.allocate(PAGE).put(header(origin)).clear(), 0);
  }

  static void writeZeros(DiskFile target, long from, long to) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS, Math.max(to - from, 0)));
    for (long at = from; at < to; at += zeros.limit()) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), to - at));
      target.write(zeros, at);
      if ((at + zeros.limit() - from) % FORCE_EVERY == 0) {
        target.force();
      }
    }
  }

  /** Reads the header of a file; empty if it is none of {@code number} and {@code origin}. */
  static Optional<Segment> read(DiskFile file, long number, Hash origin) throws IOException {
    ByteBuffer page = ByteBuffer.allocate(HEADER);
    file.read(page, 0);
    if (page.flip().limit() < HEADER) {
      return Optional.empty();
    }
    Segment segment = new Segment(number, page.getLong(20));
    return page.equals(segment.header(origin)) && segment.size() == file.size()
        ? Optional.of(segment)
        : Optional.empty();
  }

  private ByteBuffer header(Hash origin) {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    header.putLong(MAGIC).putInt(FORMAT).putLong(number).putLong(size);
    origin.copyTo(header.array(), header.position());
    header.putInt(CRC_OFFSET, GroupHeader.crcOf(header.duplicate().rewind().limit(CRC_OFFSET)));
    return header.rewind();
  }
}
