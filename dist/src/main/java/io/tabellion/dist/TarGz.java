package io.tabellion.dist;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;

/** Packs a tree: the same tree gives the same bytes. Everything belongs to root. */
final class TarGz {
  private static final int PROGRAM = 0100755;
  private static final int FILE = 0100644;

  private TarGz() {}

  /** Writes {@code out}, which is whole or not there; all names begin with {@code top}. */
  static void write(Tree tree, String top, Path out) throws IOException {
    Path part = out.resolveSibling(out.getFileName() + ".part");
    try {
      try (var file = new BufferedOutputStream(Files.newOutputStream(part));
          var packed = new GzipCompressorOutputStream(file);
          var tar = new TarArchiveOutputStream(packed)) {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        for (Path each : tree.files()) {
          add(tar, each, top + "/" + tree.folder().relativize(each));
        }
      }
      Files.move(part, out, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void add(TarArchiveOutputStream tar, Path file, String name) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(Files.size(file));
    entry.setModTime(Files.getLastModifiedTime(file).toMillis());
    entry.setMode(Tree.executable(file) ? PROGRAM : FILE);
    tar.putArchiveEntry(entry);
    Files.copy(file, tar);
    tar.closeArchiveEntry();
  }
}
