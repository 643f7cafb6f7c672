package io.tabellion.audit.files;

import com.google.protobuf.ByteString;
import io.tabellion.audit.AuditDamagedException;
import io.tabellion.audit.LogKeys;
import io.tabellion.audit.checkpoint.SigningKey;
import io.tabellion.durable.Disk;
import io.tabellion.durable.Durably;
import io.tabellion.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/** The keys of a log, each in a file of its own (docs/audit-format.md §1). */
final class KeyFiles {
  static final String LOG_VKEY = "log.vkey";

  private static final int KEY_BYTES = 32;
  private static final int MOST_BYTES = 4096;

  private KeyFiles() {}

  /**
   * Writes keys into a new folder {@code keys}: all of them are durable, or there is no such
   * folder.
   */
  static void create(LogKeys keys, Disk disk, Path log) throws IOException {
    Path made = log.resolve("keys.tmp");
    remove(disk, made);
    disk.createFolder(made, Disk.Access.SECRET);
    try {
      write(disk, made.resolve(LogKeys.LOG_KEY), keys.signing().revealText(), Disk.Access.SECRET);
      write(
          disk, made.resolve(LOG_VKEY), keys.signing().verifier().text(), Disk.Access.OWNER_WRITES);
      write(disk, made.resolve(LogKeys.KEK), keys.kek().revealHex(), Disk.Access.SECRET);
      write(disk, made.resolve(LogKeys.DIGEST), keys.digest().revealHex(), Disk.Access.SECRET);
      disk.rename(made, log.resolve("keys"));
      disk.forceFolder(log);
    } catch (IOException e) {
      remove(disk, made); // e.g. where the disk is full
      throw e;
    }
  }

  private static void remove(Disk disk, Path folder) throws IOException {
    for (String name : disk.list(folder)) {
      disk.delete(folder.resolve(name));
    }
    disk.delete(folder);
  }

  /**
   * Reads them.
   *
   * @throws AuditDamagedException if one is missing, unreadable, of another log, or can be read by
   *     others
   */
  static LogKeys load(Disk disk, Path folder, String origin) throws IOException {
    SigningKey signing = read(disk, folder.resolve(LogKeys.LOG_KEY), SigningKey::parse);
    if (!signing.verifier().name().equals(origin)) {
      throw new AuditDamagedException(
          folder.resolve(LogKeys.LOG_KEY) + ": of another log (expected: origin " + origin + ")");
    }
    Path vkey = folder.resolve(LOG_VKEY);
    if (disk.exists(vkey)
        && !Durably.read(disk, vkey, MOST_BYTES)
            .toStringUtf8()
            .stripTrailing()
            .equals(signing.verifier().text())) {
      throw new AuditDamagedException(
          vkey + ": of another key (expected: the public half of " + LogKeys.LOG_KEY + ")");
    }
    return new LogKeys(
        signing,
        read(disk, folder.resolve(LogKeys.KEK), KeyFiles::secret),
        read(disk, folder.resolve(LogKeys.DIGEST), KeyFiles::secret));
  }

  /** Reads one of the secret keys of a log. */
  static SecretBytes secret(Disk disk, Path folder, String name) throws IOException {
    return read(disk, folder.resolve(name), KeyFiles::secret);
  }

  private static SecretBytes secret(String hex) {
    SecretBytes secret = SecretBytes.parseHex(hex);
    if (secret.size() != KEY_BYTES) {
      throw new IllegalArgumentException("key: " + secret.size() + " bytes (expected: 32)");
    }
    return secret;
  }

  private static <T> T read(Disk disk, Path file, Function<String, T> parser) throws IOException {
    if (!disk.exists(file)) {
      throw new AuditDamagedException(
          file + ": missing (expected: the key of this log; a new one is never made)");
    }
    String excess = disk.excessOf(file);
    if (excess != null) {
      throw new AuditDamagedException(
          file + ": mode " + excess + " (expected: 0600, chmod 600 " + file + ")");
    }
    try {
      return parser.apply(Durably.read(disk, file, MOST_BYTES).toStringUtf8().stripTrailing());
    } catch (IllegalArgumentException e) {
      throw new AuditDamagedException(file + ": unreadable (expected: the key of this log)", e);
    }
  }

  private static void write(Disk disk, Path file, String line, Disk.Access access)
      throws IOException {
    Durably.replace(disk, file, ByteString.copyFromUtf8(line + "\n"), access);
  }
}
