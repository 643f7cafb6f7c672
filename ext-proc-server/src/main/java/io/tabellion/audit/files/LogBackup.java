package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import io.tabellion.audit.LogKeys;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.checkpoint.VerifierKey;
import io.tabellion.audit.store.DamagedException;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Copies a log while a server may write it (docs/audit-format.md §9).
 *
 * <p>First the published checkpoint is read, then what it covers is copied, so the copy is whole
 * whatever is appended meanwhile. The signing key is left out: a copy can be read and verified, and
 * can never go on under the same key.
 */
public final class LogBackup {
  private static final int MOST_BYTES = 1 << 20;

  private final Disk disk;
  private final Path log;
  private final Path into;

  private LogBackup(Disk disk, Path log, Path into) {
    this.disk = disk;
    this.log = log;
    this.into = into;
  }

  /**
   * Copies what the published checkpoint of a log covers. Of a copy that failed only files without
   * {@code format} are left, which nobody takes for a log.
   *
   * @param into a directory that is not there yet, or empty
   * @return the checkpoint
   * @throws IllegalArgumentException if there is no log, or the directory is not empty; nothing was
   *     changed
   * @throws IOException if the disk fails, or the log is damaged
   */
  public static SignedCheckpoint backup(Disk disk, Path log, Path into) throws IOException {
    try {
      return new LogBackup(disk, log, into).run();
    } catch (DamagedException | FileSystemException e) {
      throw e; // which says where
    } catch (IOException e) {
      throw new IOException(
          "%s: %s; what is there is no whole copy (expected: room for all, in a new directory)"
              .formatted(into, e.getMessage()),
          e);
    }
  }

  private SignedCheckpoint run() throws IOException {
    ByteString format = read("format", "a directory of a log");
    String vkey =
        read("keys/" + KeyFiles.LOG_VKEY, "the public key of the log").toStringUtf8().strip();
    SignedCheckpoint head = published(VerifierKey.parse(vkey));
    if (!disk.list(into).isEmpty()) {
      throw new IllegalArgumentException(into + ": not empty (expected: a new directory)");
    }
    disk.createFolder(into.resolve("segments"), Disk.Access.SECRET);
    disk.createFolder(into.resolve("keys"), Disk.Access.SECRET);
    SegmentCopy.copy(
        disk,
        log.resolve("segments"),
        into.resolve("segments"),
        head.checkpoint().origin(),
        head.checkpoint().size());
    for (String key : List.of(LogKeys.KEK, LogKeys.DIGEST)) {
      copy("keys/" + key, Disk.Access.SECRET);
    }
    copy("keys/" + KeyFiles.LOG_VKEY, Disk.Access.OWNER_WRITES);
    copyPins(disk, log, into);
    write(Publisher.CHECKPOINT, head.note(), Disk.Access.OWNER_WRITES);
    write("format", format, Disk.Access.OWNER_WRITES);
    disk.forceFolder(into);
    return head;
  }

  /** Copies the definitions of tools that were accepted. */
  static void copyPins(Disk disk, Path log, Path into) throws IOException {
    Path pins = log.resolve("pins");
    for (String name : disk.list(pins)) {
      if (!name.endsWith(".tmp")) {
        disk.createFolder(into.resolve("pins"), Disk.Access.SECRET);
        Durably.replace(
            disk,
            into.resolve("pins").resolve(name),
            Durably.read(disk, pins.resolve(name), Integer.MAX_VALUE),
            Disk.Access.SECRET);
      }
    }
  }

  private SignedCheckpoint published(VerifierKey key) throws IOException {
    Path file = log.resolve(Publisher.CHECKPOINT);
    Optional<SignedCheckpoint> head =
        disk.exists(file)
            ? SignedCheckpoint.open(Durably.read(disk, file, MOST_BYTES), key)
            : Optional.empty();
    return head.orElseThrow(() ->
        new IllegalArgumentException(
            file
                + ": none that the log's key signed (expected: a server publishes one when it"
                + " has started; try again)"));
  }

  private void copy(String name, Disk.Access access) throws IOException {
    write(name, read(name, "a key of the log"), access);
  }

  private void write(String name, ByteString content, Disk.Access access) throws IOException {
    Durably.replace(disk, into.resolve(name), content, access);
  }

  private ByteString read(String name, String expected) throws IOException {
    Path file = log.resolve(name);
    if (!disk.exists(file)) {
      throw new IllegalArgumentException(file + ": not found (expected: " + expected + ")");
    }
    return Durably.read(disk, file, MOST_BYTES);
  }
}
