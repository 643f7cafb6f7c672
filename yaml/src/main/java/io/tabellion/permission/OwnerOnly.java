package io.tabellion.permission;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a file with a secret can be read by its reader only.
 *
 * <p>Of a file of our own its mode must give nothing to group and others. A file of another owner
 * (a Kubernetes Secret belongs to root) can reach us only through its group, so that may read.
 */
public final class OwnerOnly {
  private static final Path SELF = Path.of("/proc/self");

  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE,
          PosixFilePermission.GROUP_WRITE);

  private static final Set<PosixFilePermission> GROUP =
      EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_EXECUTE);

  private OwnerOnly() {}

  /** Returns the mode that gives too much, e.g. {@code rw-r--r--}; null if it does not. */
  public static @Nullable String excess(Path file) throws IOException {
    return excess(Files.getPosixFilePermissions(file), isOurs(file));
  }

  /**
   * The same of a mode.
   *
   * @param ours whether the file belongs to whom this process runs as
   */
  static @Nullable String excess(Set<PosixFilePermission> mode, boolean ours) {
    boolean open =
        mode.stream().anyMatch(OTHERS::contains)
            || (ours && mode.stream().anyMatch(GROUP::contains));
    return open ? PosixFilePermissions.toString(mode) : null;
  }

  private static boolean isOurs(Path file) throws IOException {
    return !Files.exists(SELF)
        || Files.getAttribute(file, "unix:uid").equals(Files.getAttribute(SELF, "unix:uid"));
  }
}
