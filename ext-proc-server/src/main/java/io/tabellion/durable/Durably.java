package io.tabellion.durable;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Whole small files that are there with all their bytes, or not at all, whenever the power goes.
 *
 * <p>The happy path of {@link #replace}, in system calls:
 *
 * <pre>
 * unlink(x.tmp); open(x.tmp, O_CREAT|O_EXCL); pwrite; fdatasync; close; rename(x.tmp, x);
 * open(folder); fsync; close
 * </pre>
 */
public final class Durably {

  private Durably() {}

  /** Writes the file, in place of another one if there is one; durable on return. */
  public static void replace(Disk disk, Path file, ByteString content, Disk.Access access)
      throws IOException {
    disk.rename(temporary(disk, file, content, access, true), file);
    disk.forceFolder(folderOf(file));
  }

  /**
   * Writes the content under another name; where that fails, e.g. on a full disk, nothing is left.
   */
  private static Path temporary(
      Disk disk, Path file, ByteString content, Disk.Access access, boolean forced)
      throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    disk.delete(temporary);
    try (Disk.DiskFile target = disk.create(temporary, access)) {
      target.write(content.asReadOnlyByteBuffer(), 0);
      if (forced) {
        target.force();
      }
    } catch (IOException e) {
      deleteQuietly(disk, temporary, e);
      throw e;
    }
    return temporary;
  }

  private static void deleteQuietly(Disk disk, Path file, IOException cause) {
    try {
      disk.delete(file);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * The same without forcing anything: after a crash the file may be the old one, the new one, or
   * garbage. For what can be made again.
   */
  public static void replaceUnforced(Disk disk, Path file, ByteString content, Disk.Access access)
      throws IOException {
    disk.rename(temporary(disk, file, content, access, false), file);
  }

  /**
   * Reads a small file.
   *
   * @throws IOException if it cannot be read or has more than {@code most} bytes
   */
  public static ByteString read(Disk disk, Path file, int most) throws IOException {
    try (Disk.DiskFile source = disk.openToRead(file)) {
      long size = source.size();
      if (size > most) {
        throw new IOException(file + ": " + size + " bytes (expected: at most " + most + ")");
      }
      ByteBuffer buffer = ByteBuffer.allocate((int) size);
      source.read(buffer, 0);
      return ByteString.copyFrom(buffer.flip());
    }
  }

  private static Path folderOf(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IllegalArgumentException("file: " + file + " (expected: a file in a folder)");
    }
    return folder;
  }
}
