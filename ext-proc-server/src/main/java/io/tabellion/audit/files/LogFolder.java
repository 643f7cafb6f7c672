package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.LogKeys;
import io.tabellion.audit.checkpoint.SignedCheckpoint;
import io.tabellion.audit.checkpoint.VerifierKey;
import io.tabellion.audit.merkle.Hash;
import io.tabellion.audit.merkle.Proofs;
import io.tabellion.audit.store.LogStore;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * The directory of a log: what must be there, and that all of it belongs together
 * (docs/audit-format.md §1, §7).
 *
 * @param path the directory
 */
record LogFolder(Disk disk, Path path, String origin) {
  private static final int MOST_BYTES = 1 << 20;

  Path segments() {
    return path.resolve("segments");
  }

  /**
   * Returns the keys of the log; makes them only where there never was one.
   *
   * @throws AuditDamagedException if there was, and they are not all there
   */
  LogKeys keys(SecureRandom random) throws IOException {
    requireFormat();
    if (!disk.exists(path.resolve("keys")) && isNew()) {
      KeyFiles.create(LogKeys.random(origin, random), disk, path);
    }
    disk.createFolder(segments(), Disk.Access.SECRET);
    return KeyFiles.load(disk, path.resolve("keys"), origin);
  }

  /**
   * Requires that no entry is gone which was acknowledged, as far as this directory can tell.
   *
   * @throws AuditDamagedException if one is
   */
  void requireAllIsThere(LogScan scan) throws IOException {
    if (scan.head().size() == 0 && disk.exists(formatFile())) {
      throw new AuditDamagedException(
          segments() + ": no entries (expected: the entries of the log that was here)");
    }
    Optional<SignedCheckpoint> published = published(scan.key());
    if (published.isPresent() && published.get().checkpoint().size() > scan.head().size()) {
      throw new AuditDamagedException(
          segments()
              + ": "
              + scan.head().size()
              + " entries (expected: the "
              + published.get().checkpoint().size()
              + " of the published checkpoint, or more)");
    }
  }

  /**
   * Requires that the published checkpoint, if there is one, is of an earlier state of this tree.
   *
   * @throws AuditDamagedException if not
   */
  void requirePrefix(LogStore store, VerifierKey key) throws IOException {
    Optional<SignedCheckpoint> published = published(key);
    if (published.isPresent()
        && !rootAt(published.get().checkpoint().size(), store)
            .equals(published.get().checkpoint().root())) {
      throw new AuditDamagedException(
          segments() + ": another tree (expected: the one of the published checkpoint)");
    }
  }

  private static Hash rootAt(long size, LogStore store) {
    try {
      return Proofs.root(size, store);
    } catch (UncheckedIOException e) {
      throw new AuditDamagedException("log: cannot be read: " + e.getMessage(), e);
    }
  }

  /** Says for good that this is a log. */
  void writeFormat() throws IOException {
    if (!disk.exists(formatFile())) {
      Durably.replace(disk, formatFile(), format(), Disk.Access.OWNER_WRITES);
    }
  }

  /** The published checkpoint; empty if there is none, or none of this log that is whole. */
  private Optional<SignedCheckpoint> published(VerifierKey key) throws IOException {
    Path file = path.resolve(Publisher.CHECKPOINT);
    return disk.exists(file)
        ? SignedCheckpoint.open(Durably.read(disk, file, MOST_BYTES), key)
        : Optional.empty();
  }

  private void requireFormat() throws IOException {
    String successor = LogFreeze.successor(disk, path);
    if (successor != null) {
      throw new AuditDamagedException(
          path + ": frozen (expected: the log that succeeded it, " + successor + ")");
    }
    if (disk.exists(formatFile())
        && !Durably.read(disk, formatFile(), MOST_BYTES).equals(format())) {
      throw new AuditDamagedException(
          formatFile() + ": of another log (expected: tabellion-log/1 and origin " + origin + ")");
    }
  }

  private boolean isNew() throws IOException {
    return !disk.exists(formatFile())
        && !disk.exists(path.resolve(Publisher.CHECKPOINT))
        && !LogScan.holdsGroups(disk, segments());
  }

  private Path formatFile() {
    return path.resolve("format");
  }

  private ByteString format() {
    return ByteString.copyFromUtf8("tabellion-log/1\n" + origin + "\n");
  }
}
