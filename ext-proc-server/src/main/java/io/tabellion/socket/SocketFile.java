package io.tabellion.socket;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix socket that a server listens on. Only the user of this process can connect to
 * it, and the members of one group if it is named. One server has it at a time.
 *
 * <p>First {@link #prepare}, then listen on {@link #nursery}, then {@link #open}. A socket gets its
 * mode only after it was bound, so it is bound in a folder that nobody else may enter, and moved to
 * its place when it has its mode.
 *
 * <p>A lock on a file beside it, {@code .NAME.lock}, says that a server has it. The kernel frees
 * the lock however the process ends; the file stays.
 *
 * <p>Not thread-safe.
 */
public final class SocketFile implements AutoCloseable {
  /** {@code sun_path} of Linux has 108 bytes; the JDK leaves two of them empty. */
  private static final int LONGEST = 106;

  private static final Set<PosixFilePermission> WRITABLE =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private final Path path;
  private final @Nullable String group;
  private @Nullable FileChannel lock;
  private @Nullable Object key; // of our file, once it is in its place

  /**
   * @param path of the socket
   * @param group whose members may connect too; null for nobody but this process's user
   */
  public SocketFile(Path path, @Nullable String group) {
    this.path = path.toAbsolutePath().normalize();
    this.group = group;
  }

  /** Where to listen between {@link #prepare} and {@link #open}. */
  public Path nursery() {
    return room().resolve("s");
  }

  /**
   * Takes the place: makes the folder if it does not exist, and removes the socket of a process
   * that is gone.
   *
   * @throws IOException if the path is too long, others may write in the folder, there is no such
   *     group, another server has the socket, or something else is in its place; the message says
   *     so
   */
  public void prepare() throws IOException {
    checkLength();
    makeFolder();
    lock();
    try {
      removeStale();
      removeNursery();
      Files.createDirectory(room(), mode("rwx------"));
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Lets peers connect, once a server listens on {@link #nursery}. */
  public void open() throws IOException {
    Path socket = nursery();
    permit(socket, group == null ? "rw-------" : "rw-rw----");
    key = key(socket);
    Files.move(socket, path, StandardCopyOption.ATOMIC_MOVE);
    removeNursery();
  }

  /**
   * Removes the socket, if it is still the one of {@link #open}, and lets others have the place.
   */
  @Override
  public void close() throws IOException {
    FileChannel held = lock;
    if (held == null) {
      return;
    }
    lock = null;
    try (held) {
      removeNursery();
      if (key != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS) && key.equals(key(path))) {
        Files.delete(path);
      }
    }
  }

  private void checkLength() throws IOException {
    int length = bytes(path);
    int spare = LONGEST - Math.max(0, bytes(nursery()) - length);
    if (length > spare) {
      throw new IOException(
          "the path has %d bytes (expected: at most %d)".formatted(length, spare));
    }
  }

  private static int bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  /** Whoever may write in the folder could put a socket of his own in the place of ours. */
  private void makeFolder() throws IOException {
    Path folder = folder();
    if (!Files.exists(folder)) {
      Path above = folder.getParent();
      if (above != null) {
        Files.createDirectories(above);
      }
      Files.createDirectory(folder, mode("rwx------"));
      permit(folder, group == null ? "rwx------" : "rwxr-x---");
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
    if (permissions.stream().anyMatch(WRITABLE::contains)) {
      throw new IOException(
          "others may write in %s, mode %s (expected: at most rwxr-xr-x)"
              .formatted(folder, PosixFilePermissions.toString(permissions)));
    }
  }

  private void lock() throws IOException {
    Path file = path.resolveSibling("." + path.getFileName() + ".lock");
    FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), mode("rw-------"));
    if (!locked(channel)) {
      channel.close();
      throw taken();
    }
    lock = channel;
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // a server in this very process
    }
  }

  private void removeStale() throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!attributes(path).isOther()) {
      throw new IOException("the file there is no socket (expected: a socket, or nothing)");
    }
    if (answers()) {
      throw taken();
    }
    Files.delete(path);
  }

  /** Whether a process listens there: only a refusal says that none does. */
  private boolean answers() throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false); // a server that hangs would let us wait
      channel.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (ConnectException e) {
      return false;
    } catch (SocketException e) {
      return true; // its queue is full
    }
  }

  private void removeNursery() throws IOException {
    Files.deleteIfExists(nursery());
    Files.deleteIfExists(room());
  }

  private IOException taken() {
    return new IOException(
        "another server listens there (expected: one server for each socket; stop that one, or"
            + " take another path)");
  }

  private void permit(Path file, String mode) throws IOException {
    if (group != null) {
      give(file, group);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static void give(Path file, String group) throws IOException {
    try {
      GroupPrincipal members =
          file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
      Files.getFileAttributeView(file, PosixFileAttributeView.class).setGroup(members);
    } catch (UserPrincipalNotFoundException e) {
      throw new IOException(
          "group " + group + " does not exist (expected: a group of this host)", e);
    } catch (FileSystemException e) {
      throw new IOException(
          "it cannot be given to group " + group + " (expected: one that the server's user is in)",
          e);
    }
  }

  private Path folder() {
    return Objects.requireNonNull(path.getParent(), "a socket has a folder");
  }

  /** Beside the socket, to be moved at once; its name is short because {@code sun_path} is. */
  private Path room() {
    return folder().resolve(".%04x".formatted(path.hashCode() & 0xffff));
  }

  private static Object key(Path file) throws IOException {
    return Objects.requireNonNull(attributes(file).fileKey(), "POSIX files have a key");
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static FileAttribute<?> mode(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }
}
