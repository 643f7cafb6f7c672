package io.tabellion.durable;

import io.tabellion.permission.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The real disk, by {@code java.nio}. POSIX file systems only: modes and forcing a folder need one.
 *
 * <p>A thread that is interrupted while it reads or writes loses its own channel, never another's:
 * channels are not shared between the writer and readers.
 *
 * <p>Thread-safe.
 */
public final class FileDisk implements Disk {
  /** Slices of a write: what the JDK caches as a direct buffer for each thread. */
  private static final int SLICE = 1 << 20;

  /*
   * What this process has locked. POSIX drops all locks of a process on a file when any descriptor of
   * that file is closed, so a second attempt must fail before it opens the file.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  @Override
  public void createFolder(Path folder, Access access) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      createFolder(parent, Access.OWNER_WRITES);
    }
    Files.createDirectory(folder, mode(access == Access.SECRET ? "rwx------" : "rwxr-x---"));
    if (parent != null) {
      forceFolder(parent);
    }
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public DiskFile create(Path file, Access access) throws IOException {
    Set<OpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    String mode = access == Access.SECRET ? "rw-------" : "rw-r-----";
    return new Channel(FileChannel.open(file, options, mode(mode)), null);
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    Place place = Place.of(file);
    Channel opened =
        new Channel(
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE), place);
    try {
      place.requireInPlace(); // so that the place is that of what was opened
      return opened;
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  @Override
  public DiskFile openToRead(Path file) throws IOException {
    return new Channel(FileChannel.open(file, StandardOpenOption.READ), null);
  }

  @Override
  public @Nullable String excessOf(Path file) throws IOException {
    return OwnerOnly.excess(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public long usable(Path folder) throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  @Override
  public Lock lock(Path file) throws IOException {
    Path name = file.toAbsolutePath().normalize();
    if (!HELD.add(name)) {
      throw new AlreadyLockedException(file);
    }
    try {
      FileChannel channel = lockedChannel(file);
      return new Held(channel, name, Place.of(file));
    } catch (IOException e) {
      HELD.remove(name);
      throw e;
    }
  }

  private static FileChannel lockedChannel(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw new AlreadyLockedException(file);
    }
    return channel;
  }

  private static FileAttribute<Set<PosixFilePermission>> mode(String mode) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
  }

  /**
   * A name, and what it led to: device and inode, as stat(2) tells them. An inode is not given to
   * another file while it is open, so that equal ones are the same file. Where there are no inodes
   * only the name is looked for.
   */
  private record Place(Path file, @Nullable Object key) implements Placed {

    static Place of(Path file) throws IOException {
      Path absolute = file.toAbsolutePath();
      return new Place(absolute, keyOf(absolute));
    }

    @Override
    public void requireInPlace() throws IOException {
      try {
        if (Objects.equals(key, keyOf(file))) {
          return;
        }
      } catch (IOException e) {
        throw (IOException) new DisplacedException(file).initCause(e);
      }
      throw new DisplacedException(file);
    }

    private static @Nullable Object keyOf(Path file) throws IOException {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }
  }

  private record Held(FileChannel channel, Path name, Place place) implements Lock {

    @Override
    public void requireInPlace() throws IOException {
      place.requireInPlace();
    }

    @Override
    public void close() throws IOException {
      channel.close();
      HELD.remove(name);
    }
  }

  private record Channel(FileChannel channel, @Nullable Place place) implements DiskFile {

    @Override
    public void requireInPlace() throws IOException {
      if (place == null) {
        throw new IllegalStateException("file: not opened for writing (expected: Disk.open)");
      }
      place.requireInPlace();
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void read(ByteBuffer target, long position) throws IOException {
      long at = position;
      while (target.hasRemaining()) {
        int read = channel.read(target, at);
        if (read < 0) {
          return;
        }
        at += read;
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      int end = source.limit();
      long start = position - source.position();
      while (source.position() < end) {
        source.limit(Math.min(end, source.position() + SLICE));
        channel.write(source, start + source.position());
        source.limit(end);
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
