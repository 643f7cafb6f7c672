package io.tabellion.dist;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder that becomes an image or a release. Every file has the same time, because a cache of
 * classes names the time of each jar, and because the same files must give the same archive.
 *
 * <p>Files have mode 0755 if their owner may execute them, else 0644. Symbolic links become files.
 */
final class Tree {
  private final Path folder;
  private final FileTime time;

  /** Begins an empty one; what was in the folder is deleted. */
  static Tree empty(Path folder, Instant time) throws IOException {
    delete(folder);
    Files.createDirectories(folder);
    return new Tree(folder, FileTime.from(time));
  }

  private Tree(Path folder, FileTime time) {
    this.folder = folder;
    this.time = time;
  }

  Path folder() {
    return folder;
  }

  /** The file or folder of this name, with {@code /} between parts. */
  Path at(String name) {
    return folder.resolve(name);
  }

  /** Makes an empty folder. */
  void makeFolder(String name) throws IOException {
    Files.createDirectories(at(name));
  }

  void write(String name, String text) throws IOException {
    Path file = parented(name);
    Files.writeString(file, text);
    finish(file, false);
  }

  void write(String name, InputStream bytes) throws IOException {
    Path file = parented(name);
    Files.copy(bytes, file, StandardCopyOption.REPLACE_EXISTING);
    finish(file, false);
  }

  void writeProgram(String name, String text) throws IOException {
    Path file = parented(name);
    Files.writeString(file, text);
    finish(file, true);
  }

  void copy(Path source, String name) throws IOException {
    Path file = parented(name);
    Files.copy(source, file, StandardCopyOption.REPLACE_EXISTING);
    finish(file, executable(source));
  }

  /** Copies all files below a folder. */
  void copyAll(Path source, String name) throws IOException {
    for (Path file : files(source)) {
      copy(file, name + "/" + source.relativize(file));
    }
  }

  /** All files, sorted by name. */
  List<Path> files() throws IOException {
    return files(folder);
  }

  /** Gives a file that somebody else wrote here the tree's time and mode. */
  void adopt(String name) throws IOException {
    finish(at(name), executable(at(name)));
  }

  private Path parented(String name) throws IOException {
    Path file = at(name);
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    return file;
  }

  private void finish(Path file, boolean executable) throws IOException {
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    Files.setLastModifiedTime(file, time);
  }

  static boolean executable(Path file) throws IOException {
    return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /**
   * Checks that a file can be written where somebody wants it.
   *
   * @throws DistException if its folder is not there
   */
  static void mustHaveFolder(String option, Path file) {
    Path parent = file.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new DistException(option + ": " + parent + ": no such directory");
    }
  }

  /** Deletes a folder with all that is in it, if it is there. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
