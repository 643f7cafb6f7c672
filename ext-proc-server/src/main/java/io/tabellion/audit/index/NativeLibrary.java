package io.tabellion.audit.index;

import java.io.IOException;
import java.io.UncheckedIOException;
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
  private static final String FOLDER = "native";

  private NativeLibrary() {}

  /** Sees to it that the driver unpacks into {@code log}, which is of this process alone. */
  static synchronized void unpackInto(Path log) {
    if (System.getProperty(PROPERTY) != null) {
      return;
    }
    Path folder = log.resolve(FOLDER);
    try {
      if (Files.isDirectory(folder)) {
        empty(folder);
      } else {
        var mode = PosixFilePermissions.fromString("rwx------");
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(mode));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
