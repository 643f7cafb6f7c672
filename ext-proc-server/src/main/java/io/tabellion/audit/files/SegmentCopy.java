package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.store.DamagedException;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Copies the groups that a head covers, and nothing behind them, while a server may append: what a
 * head covers never changes, but for contents that are erased.
 */
final class SegmentCopy {
  private static final int CHUNK = 1 << 20;

  private final Disk disk;
  private final Path from;
  private final Path to;
  private final Hash origin;
  private final long size;
  private long copied;

  private SegmentCopy(Disk disk, Path from, Path to, Hash origin, long size) {
    this.disk = disk;
    this.from = from;
    this.to = to;
    this.origin = origin;
    this.size = size;
  }

  /**
   * Copies segments, from the first on; the copy is durable on return.
   *
   * @param from folder of the segments
   * @param to folder that has none
   * @param origin of the log
   * @param size leaves that the head covers
   * @throws DamagedException if they are not all there
   */
  static void copy(Disk disk, Path from, Path to, String origin, long size) throws IOException {
    Hash hash = Hash.ofBytes(ByteString.copyFromUtf8(origin));
    SegmentCopy copy = new SegmentCopy(disk, from, to, hash, size);
    for (long number = 0; copy.copied < size; number++) {
      copy.copySegment(number);
    }
    disk.forceFolder(to);
  }

  private void copySegment(long number) throws IOException {
    Path file = from.resolve(Segment.name(number));
    if (!disk.exists(file)) {
      throw new DamagedException(
          Segment.name(number)
              + ": missing (expected: "
              + size
              + " entries in the segments, found "
              + copied
              + ")");
    }
    try (DiskFile source = disk.openToRead(file)) {
      Segment segment =
          Segment.read(source, number, origin)
              .orElseThrow(() ->
                  new DamagedException(file.getFileName() + ": no segment header of this log"));
      long end = endOfGroups(source, segment);
      try (DiskFile target = disk.create(to.resolve(segment.name()), Disk.Access.SECRET)) {
        copy(source, target, end);
        Segment.writeZeros(target, end, segment.size());
        target.force();
      }
    }
  }

  /** Walks over the groups that are covered; returns where the last of them ends. */
  private long endOfGroups(DiskFile source, Segment segment) throws IOException {
    long at = Segment.PAGE;
    while (copied < size) {
      Optional<GroupHeader> header = GroupCodec.readHeader(source, segment, at);
      if (header.isEmpty()) {
        return at;
      }
      Place place = new Place(segment.number(), at);
      if (header.get().firstIndex() != copied) {
        throw place.damaged("groups do not follow each other");
      }
      copied += header.get().leafCount();
      if (copied > size) {
        throw place.damaged("the head ends within a group");
      }
      at += header.get().paddedLength();
    }
    return at;
  }

  private static void copy(DiskFile source, DiskFile target, long length) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect((int) Math.min(CHUNK, length));
    for (long at = 0; at < length; at += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), length - at));
      source.read(chunk, at);
      target.write(chunk.flip(), at);
    }
  }
}
