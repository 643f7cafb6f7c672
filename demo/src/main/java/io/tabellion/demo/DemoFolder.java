package io.tabellion.demo;

import io.tabellion.terminal.Mistakes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The folder in which a demo has all its files. Of one demo at a time: a lock says so, which the
 * kernel gives free however the demo ends.
 */
final class DemoFolder implements AutoCloseable {
  private final Path path;
  private final FileChannel lock;

  private DemoFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Takes the folder; makes it if it is not there.
   *
   * @throws DemoException if another demo has it
   */
  static DemoFolder take(Path path) {
    try {
      Files.createDirectories(path);
      FileChannel lock =
          FileChannel.open(
              path.resolve("demo.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(lock)) {
        lock.close();
        throw new DemoException(
            path + ": another demo runs in this folder. Stop it, or take another: --dir DIR");
      }
      return new DemoFolder(path.toRealPath(), lock);
    } catch (IOException e) {
      throw new DemoException("--dir: " + Mistakes.of(e) + " (expected a folder to write in)", e);
    }
  }

  private static boolean locked(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // a demo in this very process
    }
  }

  Path path() {
    return path;
  }

  Path file(String name) {
    return path.resolve(name);
  }

  void write(String name, String text) {
    try {
      Files.writeString(file(name), text);
    } catch (IOException e) {
      throw new DemoException(file(name) + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** Writes a file that only its owner can read, from the first byte on. */
  void writeSecret(String name, String text) {
    try {
      Files.deleteIfExists(file(name));
      Files.createFile(
          file(name),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file(name), text);
    } catch (IOException e) {
      throw new DemoException(file(name) + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** Writes a new random token of 256 bits. */
  void writeToken(String name) {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    writeSecret(name, HexFormat.of().formatHex(bytes));
  }

  String read(String name) {
    try {
      return Files.readString(file(name)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
