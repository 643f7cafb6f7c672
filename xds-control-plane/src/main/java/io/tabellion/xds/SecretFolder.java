package io.tabellion.xds;

import io.tabellion.xds.routes.Routes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A folder with the credentials of servers as Envoy wants them: one file for each, with the whole
 * value of the header. Only the owner can read folder and files.
 *
 * <p>While a control plane serves, each value gets a file of a new name, so that a change of a
 * secret is a change of what Envoy is told, and Envoy reads it. One control plane at a time uses
 * such a folder; it deletes what one before it left when it was killed. Not thread-safe.
 */
final class SecretFolder implements AutoCloseable {
  private static final int NAME_BYTES = 16;
  private static final Pattern OF_A_RUN = Pattern.compile(".+\\.[0-9a-f]{32}");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path folder;
  private @Nullable FileChannel lock;
  private Map<String, Written> present = Map.of();
  private Map<String, Written> before = Map.of();

  private record Written(Routes.Credentials credentials, Path file) {}

  private SecretFolder(Path folder) {
    this.folder = folder;
  }

  /** A folder that is made when the first secret is written. */
  static SecretFolder at(Path folder) {
    return new SecretFolder(folder.toAbsolutePath().normalize());
  }

  /** In the user's runtime directory, which lies in memory, or else in that for temporary files. */
  static Path standard() {
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    return runtime == null || runtime.isEmpty()
        ? Path.of(
            System.getProperty("java.io.tmpdir"), "tabellion-" + System.getProperty("user.name"))
        : Path.of(runtime, "tabellion");
  }

  /**
   * Writes what is new, and returns the file of each server with credentials. Files of the routes
   * before stay, because an Envoy may not have heard of the new ones yet; older ones go.
   *
   * @throws IOException if a file cannot be written, the folder is not ours alone, or another
   *     control plane uses it
   */
  Map<String, Path> write(Routes routes) throws IOException {
    Map<String, Written> now = new HashMap<>();
    for (Routes.Server server : routes.servers()) {
      Routes.Credentials credentials = server.credentials();
      if (credentials != null) {
        Written known = present.get(server.name());
        now.put(
            server.name(),
            known != null && known.credentials().equals(credentials)
                ? known
                : written(server.name(), credentials));
      }
    }
    if (!now.equals(present)) {
      forget(before, now);
      before = present;
      present = now;
    }
    Map<String, Path> files = new HashMap<>();
    now.forEach((server, written) -> files.put(server, written.file()));
    return files;
  }

  /**
   * Writes the secrets for an Envoy that starts from a file: under the servers' names, to stay.
   *
   * @throws IOException if a file cannot be written, or the folder is not ours alone
   */
  Map<String, Path> writeToStay(Routes routes) throws IOException {
    Map<String, Path> files = new HashMap<>();
    for (Routes.Server server : routes.servers()) {
      if (server.credentials() != null) {
        make();
        Path file = folder.resolve(server.name());
        Path next = create(server.name(), server.credentials());
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        files.put(server.name(), file);
      }
    }
    return files;
  }

  private Written written(String server, Routes.Credentials credentials) throws IOException {
    if (lock == null) {
      make();
      lock = take();
      clear();
    }
    return new Written(credentials, create(server, credentials));
  }

  private Path create(String server, Routes.Credentials credentials) throws IOException {
    byte[] random = new byte[NAME_BYTES];
    RANDOM.nextBytes(random);
    Path file = folder.resolve(server + "." + HexFormat.of().formatHex(random));
    Files.createFile(file, mode("rw-------"));
    Files.write(file, credentials.value().getBytes(StandardCharsets.US_ASCII));
    return file;
  }

  /** Makes the folder. In a shared directory for temporary files somebody else may have made it. */
  private void make() throws IOException {
    Files.createDirectories(folder, mode("rwx------"));
    Path own = Files.createTempFile(folder, "", ".mine", mode("rw-------"));
    String me = Files.getOwner(own).getName();
    Files.delete(own);
    Set<PosixFilePermission> mode =
        Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
    String owner = Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).getName();
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        || !mode.equals(PosixFilePermissions.fromString("rwx------"))
        || !owner.equals(me)) {
      throw new IOException(
          "--secrets: %s: %s of %s (expected: a folder of mode 0700 that belongs to %s)"
              .formatted(folder, PosixFilePermissions.toString(mode), owner, me));
    }
  }

  private FileChannel take() throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            mode("rw-------"));
    FileLock taken = channel.tryLock();
    if (taken == null) {
      channel.close();
      throw new IOException(
          "--secrets: "
              + folder
              + ": another control plane uses this folder (expected: a folder of its own)");
    }
    return channel;
  }

  /** Deletes what a control plane left that was killed. */
  private void clear() throws IOException {
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (OF_A_RUN.matcher(file.getFileName().toString()).matches()) {
          Files.delete(file);
        }
      }
    }
  }

  private static FileAttribute<?> mode(String mode) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
  }

  private static void forget(Map<String, Written> old, Map<String, Written> kept)
      throws IOException {
    Set<Written> still = new HashSet<>(kept.values());
    for (Written written : old.values()) {
      if (!still.contains(written)) {
        Files.deleteIfExists(written.file());
      }
    }
  }

  /** Deletes the files; Envoys keep what they have read. */
  @Override
  public void close() throws IOException {
    forget(before, Map.of());
    forget(present, Map.of());
    if (lock != null) {
      lock.close();
    }
  }
}
