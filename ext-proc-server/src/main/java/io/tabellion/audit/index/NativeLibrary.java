package io.tabellion.audit.index;

import io.tabellion.audit.index.IndexException.Code;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where sqlite-jdbc unpacks its native library: a folder of the log's own, emptied before use. A
 * process that is killed cannot remove what it unpacked; in {@code /tmp} nobody would.
 *
 * <p>The driver loads once a process, so the first log counts. An operator's {@code
 * -Dorg.sqlite.tmpdir} is left alone, for log directories that nothing may be executed from.
 */
final class NativeLibrary {
  private static final String PROPERTY = "org.sqlite.tmpdir";

  /** Name of the folder in the log's directory. */
  static final String FOLDER = "native";

  /** The driver tries once a process, so it is not tried where there is no room. */
  private static final long LEAST_ROOM = 2L << 20;

  private NativeLibrary() {}

  /**
   * Sees to it that the driver unpacks into {@code folder}, which is of this process alone.
   *
   * @throws IndexException if it could not
   */
  static synchronized void unpackInto(Path folder) {
    if (System.getProperty(PROPERTY) != null) {
      return;
    }
    try {
      if (Files.isDirectory(folder)) {
        empty(folder);
      } else {
        var mode = PosixFilePermissions.fromString("rwx------");
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(mode));
      }
      long room = Files.getFileStore(folder).getUsableSpace();
      if (room < LEAST_ROOM) {
        throw new IOException(
            "less room on the disk than it needs (expected: " + LEAST_ROOM + " bytes)");
      }
    } catch (IOException e) {
      throw new IndexException(
          Code.FAILED, folder + ": SQLite cannot be unpacked: " + e.getMessage(), e);
    }
    System.setProperty(PROPERTY, folder.toAbsolutePath().toString());
  }

  private static void empty(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }
}
