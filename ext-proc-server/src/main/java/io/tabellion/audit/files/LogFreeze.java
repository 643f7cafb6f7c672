package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import io.tabellion.audit.LogKeys;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import io.tabellion.metrics.Metrics;
import io.tabellion.secret.Sha256;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends a log that cannot be opened any more, and starts another one that names it: the way on from
 * damage, without a repair that would look like a forgery (docs/audit-format.md §7).
 *
 * <p>The first entry of the successor is of kind {@code freeze}: it names the damaged log, its
 * published checkpoint, and a digest of all its segments, so that nobody can change the damaged one
 * unseen from then on. The damaged one is marked, and no process opens it again.
 */
public final class LogFreeze {
  private static final String MARK = "frozen";
  private static final int MOST_BYTES = 1 << 20;
  private static final int SLICE = 1 << 20;

  private final Disk disk;
  private final Path damaged;

  private LogFreeze(Disk disk, Path damaged) {
    this.disk = disk;
    this.damaged = damaged;
  }

  /**
   * Freezes the log in {@code damaged}.
   *
   * @param successor settings of the new log: a directory that is not there or empty, and an origin
   *     of its own
   * @throws IllegalArgumentException if there is no log in {@code damaged}, or the successor is not
   *     new; nothing was changed
   * @throws Disk.AlreadyLockedException if a process has the damaged log
   * @throws IOException if the disk fails
   */
  public static void freeze(Disk disk, Path damaged, LogSettings successor, InstantSource clock)
      throws IOException {
    LogFreeze freeze = new LogFreeze(disk, damaged);
    freeze.requireNew(successor);
    try (Closeable _ = disk.lock(damaged.resolve("lock"))) {
      freeze.succeed(successor, clock);
      Durably.replace(
          disk,
          damaged.resolve(MARK),
          ByteString.copyFromUtf8(successor.origin() + "\n"),
          Disk.Access.OWNER_WRITES);
    }
  }

  /**
   * The same for a log or a copy of one that was verified. A copy ({@link LogBackup}) is only read:
   * without the signing key no process has it, or ever can open it.
   */
  public static void restore(Disk disk, Path before, LogSettings successor, InstantSource clock)
      throws IOException {
    if (disk.exists(before.resolve("keys").resolve(LogKeys.LOG_KEY))) {
      freeze(disk, before, successor, clock);
      return;
    }
    LogFreeze freeze = new LogFreeze(disk, before);
    freeze.requireNew(successor);
    freeze.succeed(successor, clock);
  }

  private void requireNew(LogSettings successor) throws IOException {
    String origin = origin();
    if (origin.equals(successor.origin())) {
      throw new IllegalArgumentException(
          "origin: that of the log before (expected: another one, such as " + origin + "/2)");
    }
    if (!disk.list(successor.directory()).isEmpty()) {
      throw new IllegalArgumentException(
          successor.directory() + ": not empty (expected: a new directory)");
    }
  }

  private void succeed(LogSettings successor, InstantSource clock) throws IOException {
    FileAuditLog.open(successor.succeeding(state(origin())), disk, clock, new Metrics()).close();
    LogBackup.copyPins(disk, damaged, successor.directory());
  }

  /** The origin of the log that succeeded the one in {@code log}; null if it is not frozen. */
  static @Nullable String successor(Disk disk, Path log) throws IOException {
    Path mark = log.resolve(MARK);
    return disk.exists(mark) ? Durably.read(disk, mark, MOST_BYTES).toStringUtf8().strip() : null;
  }

  private String origin() throws IOException {
    Path format = damaged.resolve("format");
    String[] lines =
        disk.exists(format)
            ? Durably.read(disk, format, MOST_BYTES).toStringUtf8().split("\n")
            : new String[0];
    if (lines.length != 2) {
      throw new IllegalArgumentException(
          damaged + ": no log (expected: a directory with format and segments/)");
    }
    return lines[1];
  }

  /** What the successor says of the damaged log. */
  private Frozen state(String origin) throws IOException {
    Path checkpoint = damaged.resolve(Publisher.CHECKPOINT);
    ByteString note =
        disk.exists(checkpoint) ? Durably.read(disk, checkpoint, MOST_BYTES) : ByteString.EMPTY;
    Optional<SignedCheckpoint> published = SignedCheckpoint.openUnverified(note);
    String size = published.map(head -> String.valueOf(head.checkpoint().size())).orElse("unknown");
    return new Frozen("log=" + origin + " size=" + size + " segments=" + segments(), note);
  }

  /** SHA-256 over {@code name ‖ 0x00 ‖ SHA-256(file)} of each segment, in the order of names. */
  private String segments() throws IOException {
    Path folder = damaged.resolve("segments");
    MessageDigest all = Sha256.begin();
    for (String name : disk.list(folder)) {
      all.update(ByteString.copyFromUtf8(name).asReadOnlyByteBuffer());
      all.update((byte) 0);
      all.update(digest(folder.resolve(name)));
    }
    return HexFormat.of().formatHex(all.digest());
  }

  private byte[] digest(Path file) throws IOException {
    MessageDigest digest = Sha256.begin();
    try (Disk.DiskFile source = disk.openToRead(file)) {
      long size = source.size();
      for (long at = 0; at < size; at += SLICE) {
        ByteBuffer slice = ByteBuffer.allocate((int) Math.min(SLICE, size - at));
        source.read(slice, at);
        digest.update(slice.flip());
      }
    }
    return digest.digest();
  }

  /**
   * What is said of a damaged log.
   *
   * @param detail its origin, the size of its published checkpoint, the digest of its segments
   * @param checkpoint that checkpoint as it was found; empty if there is none
   */
  record Frozen(String detail, ByteString checkpoint) {}
}
