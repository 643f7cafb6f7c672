package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import io.tabellion.audit.LogKeys;
import io.tabellion.audit.Opener;
import io.tabellion.audit.StoredEntry;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.store.DamagedException;
import io.tabellion.audit.store.Sealed;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Disk.DiskFile;
import io.tabellion.durable.Durably;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.KeyedHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A log that no process writes: a copy ({@link LogBackup}), or one that another one succeeds. It is
 * read without being verified, and nothing of it is changed.
 *
 * <p>Not thread-safe.
 */
public final class LogCopy {
  private static final int MOST_BYTES = 1 << 20;

  private final Disk disk;
  private final Path segments;
  private final String origin;
  private final KeyedHash hash;
  private final Opener opener;

  private LogCopy(Disk disk, Path log, String origin) throws IOException {
    Path keys = log.resolve("keys");
    this.disk = disk;
    this.segments = log.resolve("segments");
    this.origin = origin;
    this.hash = new HmacKeyedHash(KeyFiles.secret(disk, keys, LogKeys.DIGEST));
    this.opener = new Opener(KeyFiles.secret(disk, keys, LogKeys.KEK));
  }

  /**
   * Opens it to be read.
   *
   * @throws IOException if it cannot be read
   * @throws io.tabellion.audit.AuditDamagedException if a key is missing
   */
  public static LogCopy open(Disk disk, Path log) throws IOException {
    List<String> lines =
        Durably.read(disk, log.resolve("format"), MOST_BYTES).toStringUtf8().lines().toList();
    if (lines.size() != 2) {
      throw new DamagedException("format: damaged (expected: that of a log)");
    }
    return new LogCopy(disk, log, lines.get(1));
  }

  public String origin() {
    return origin;
  }

  /** Under the log's digest key. */
  public KeyedHash keyedHash() {
    return hash;
  }

  /**
   * Reads its entries in their order, up to the first group that is damaged.
   *
   * @param from index of the first one
   */
  public void read(long from, Consumer<StoredEntry> entries) throws IOException {
    Hash hash = Hash.ofBytes(ByteString.copyFromUtf8(origin));
    long at = 0;
    for (long number = 0; at >= 0; number++) {
      Path file = segments.resolve(Segment.name(number));
      if (!disk.exists(file)) {
        return;
      }
      try (DiskFile source = disk.openToRead(file)) {
        Optional<Segment> segment = Segment.read(source, number, hash);
        at = segment.isEmpty() ? -1 : read(source, segment.get(), at, from, entries);
      }
    }
  }

  /** Reads a segment; returns how many entries there are up to its end, -1 if it is damaged. */
  private long read(
      DiskFile source, Segment segment, long before, long from, Consumer<StoredEntry> entries)
      throws IOException {
    long next = before;
    long at = Segment.PAGE;
    Optional<GroupHeader> header = GroupCodec.readHeader(source, segment, at);
    while (header.isPresent()) {
      Place place = new Place(segment.number(), at);
      Optional<FileGroup> group = GroupCodec.readGroup(source, place, header.get());
      if (group.isEmpty() || header.get().firstIndex() != next) {
        return -1;
      }
      next += header.get().leafCount();
      if (next > from) {
        read(source, group.get(), from, entries);
      }
      at += header.get().paddedLength();
      header = GroupCodec.readHeader(source, segment, at);
    }
    return next;
  }

  private void read(DiskFile source, FileGroup group, long from, Consumer<StoredEntry> entries) {
    List<ByteString> leaves = group.leaves();
    for (int ordinal = 0; ordinal < leaves.size(); ordinal++) {
      long index = group.firstIndex() + ordinal;
      if (index >= from) {
        int of = ordinal;
        entries.accept(opener.entry(index, leaves.get(ordinal), () -> sealed(source, group, of)));
      }
    }
  }

  private static @Nullable Sealed sealed(DiskFile source, FileGroup group, int ordinal) {
    try {
      return GroupCodec.readSealed(source, group, ordinal);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
