package io.tabellion.bench.calls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * What the disk alone costs: append and fdatasync, one after another, on a preallocated, synced
 * file.
 *
 * <p>Not thread-safe.
 */
final class DiskProbe implements AutoCloseable {
  private static final int FILE_BYTES = 64 << 20;

  private final FileChannel file;
  private final int recordBytes;
  private long position;

  private DiskProbe(FileChannel file, int recordBytes) {
    this.file = file;
    this.recordBytes = recordBytes;
  }

  /**
   * Opens a new file, filled with zeros and synced.
   *
   * @param recordBytes how much each append writes
   */
  static DiskProbe open(Path path, int recordBytes) throws IOException {
    FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
    for (long at = 0; at < FILE_BYTES; at += zeros.capacity()) {
      file.write(zeros.clear(), at);
    }
    file.force(true);
    return new DiskProbe(file, recordBytes);
  }

  /** Appends for {@code measured}; a full file is written over from its start. */
  LoadClient.Round run(Duration measured) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(recordBytes);
    Latencies latencies = new Latencies();
    long start = System.nanoTime();
    for (long before = start; before - start < measured.toNanos(); ) {
      position = position + recordBytes > FILE_BYTES ? 0 : position;
      bytes.clear().putLong(0, before);
      position += file.write(bytes, position);
      file.force(false);
      long after = System.nanoTime();
      latencies.add(after - before);
      before = after;
    }
    return new LoadClient.Round(latencies, 0, System.nanoTime() - start, 0);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
