package io.tabellion.bench.calls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * How many entries one fsync made durable: numbers of leaves from the group headers of a log that
 * is closed (docs/audit-format.md §3).
 *
 * @param sizes of the groups, sorted
 */
record GroupSizes(List<Integer> sizes) {
  private static final int PAGE = 4096;
  private static final int HEADER = 64;
  private static final long MAGIC = 0x8954_424C_4752_500AL;
  private static final int FIRST_INDEX = 20;
  private static final int LEAVES = 28;
  private static final int LENGTHS = 32;
  private static final int SECTIONS = 4;

  /**
   * Reads the sizes of the groups whose first leaf has one of these indexes.
   *
   * @param log directory of the log
   * @param from first index
   * @param to index behind the last one
   */
  static GroupSizes read(Path log, long from, long to) throws IOException {
    Stream.Builder<Integer> sizes = Stream.builder();
    try (Stream<Path> segments = Files.list(log.resolve("segments"))) {
      for (Path segment : segments.filter(file -> file.toString().endsWith(".seg")).toList()) {
        read(segment, from, to, sizes);
      }
    }
    return new GroupSizes(sizes.build().sorted().toList());
  }

  private static void read(Path segment, long from, long to, Stream.Builder<Integer> sizes)
      throws IOException {
    try (FileChannel channel = FileChannel.open(segment)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER);
      long at = PAGE;
      while (channel.read(header.clear(), at) == HEADER && header.getLong(0) == MAGIC) {
        long first = header.getLong(FIRST_INDEX);
        if (first >= from && first < to) {
          sizes.add(header.getInt(LEAVES));
        }
        at += padded(header);
      }
    }
  }

  private static long padded(ByteBuffer header) {
    long length = HEADER;
    for (int i = 0; i < SECTIONS; i++) {
      length += header.getInt(LENGTHS + i * Integer.BYTES);
    }
    return (length + PAGE - 1) / PAGE * PAGE;
  }

  /** Returns the smallest size that this share of the groups does not exceed; 0 without groups. */
  int percentile(double share) {
    return sizes.isEmpty() ? 0 : sizes.get((int) Math.ceil(share * sizes.size()) - 1);
  }
}
