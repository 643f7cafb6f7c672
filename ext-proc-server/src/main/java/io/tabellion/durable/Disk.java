package io.tabellion.durable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file operations that the record is made of: few, so that a test can put a disk under them
 * that loses whatever was not forced.
 *
 * <p>What a crash may undo: bytes of a file since its last {@link DiskFile#force}, in any subset of
 * pages, each old, new or half written; names in a folder since its last {@link #forceFolder}.
 *
 * <p>Thread-safe.
 */
public interface Disk {

  /** Who may read a new file: {@link #SECRET} is mode 0600 (folders 0700). */
  enum Access {
    SECRET,
    OWNER_WRITES
  }

  /** Makes the folder and those above it, durably; does nothing if it is there. */
  void createFolder(Path folder, Access access) throws IOException;

  /** The names in a folder, sorted; empty if there is no such folder. */
  List<String> list(Path folder) throws IOException;

  boolean exists(Path path);

  /**
   * Makes a new file.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the name is taken
   */
  DiskFile create(Path file, Access access) throws IOException;

  /** Opens a file for reading and writing; it knows from then on whether it keeps its place. */
  DiskFile open(Path file) throws IOException;

  /** Opens a file for reading. */
  DiskFile openToRead(Path file) throws IOException;

  /** Returns a mode that lets others read the file, e.g. {@code rw-r--r--}; null if none do. */
  @Nullable String excessOf(Path file) throws IOException;

  /** Renames a file or folder; a file takes the place of another one in one step. */
  void rename(Path from, Path to) throws IOException;

  /** Removes a file if it is there. */
  void delete(Path file) throws IOException;

  /** Makes what was created, renamed and removed in the folder durable. */
  void forceFolder(Path folder) throws IOException;

  /** Bytes that may still be written below the folder, as far as the file system tells. */
  long usable(Path folder) throws IOException;

  /**
   * Takes the advisory lock; it lasts until it is closed or the process ends.
   *
   * @throws AlreadyLockedException if another process, or this one, has it
   */
  Lock lock(Path file) throws IOException;

  /** A name that must go on to lead to the same file on the same device. Thread-safe. */
  interface Placed {

    /**
     * Requires that the name, followed from the root, still leads to this very file: not removed,
     * renamed or replaced, nor any folder above it, nor a file system unmounted or mounted over it.
     *
     * @throws DisplacedException if not
     */
    void requireInPlace() throws IOException;
  }

  /** The lock. */
  interface Lock extends Closeable, Placed {}

  /**
   * An open file. Positional; thread-safe. Only a file that was {@linkplain Disk#open opened for
   * writing} knows its place.
   */
  interface DiskFile extends Closeable, Placed {

    long size() throws IOException;

    /** Fills {@code target} from {@code position}; stops early only at the end of the file. */
    void read(ByteBuffer target, long position) throws IOException;

    /** Writes all of {@code source} at {@code position}. */
    void write(ByteBuffer source, long position) throws IOException;

    /** Makes written bytes and the size durable (fdatasync). */
    void force() throws IOException;
  }

  /** What is open has lost its name: a start would not find what is written to it. */
  final class DisplacedException extends IOException {
    public DisplacedException(Path file) {
      super(
          file.getFileName()
              + ": no longer in its folder: removed, replaced or unmounted (expected: the file that"
              + " this process opened)");
    }
  }

  /** The lock is taken. */
  final class AlreadyLockedException extends IOException {
    public AlreadyLockedException(Path file) {
      super(file + ": locked (expected: no other process has this log)");
    }
  }
}
