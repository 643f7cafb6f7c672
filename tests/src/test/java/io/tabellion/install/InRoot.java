package io.tabellion.install;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command in another root, as an engine for containers starts it: user 10001, the root read-only,
 * a configuration, a volume, an empty folder for temporary files. It needs no engine and, where
 * user namespaces are permitted, no rights.
 */
final class InRoot {
  private static final String SCRIPT =
      """
      set -euo pipefail
      root=$1 config=$2 volume=$3
      shift 3
      mount --bind "$root" "$root"
      mount --bind "$config" "$root/etc/tabellion"
      mount --bind "$volume" "$root/var/lib/tabellion"
      mount -t tmpfs -o mode=1777,noexec tmpfs "$root/tmp"
      mount -t tmpfs -o mode=755 tmpfs "$root/dev"
      for device in null random urandom; do
        : >"$root/dev/$device"
        mount --bind "/dev/$device" "$root/dev/$device"
      done
      mount --rbind /proc "$root/proc"
      mount -o remount,bind,ro "$root"
      if [[ ${real_root:-} ]]; then
        exec chroot --userspec=10001:10001 --groups=10001 "$root" "$@"
      else
        exec unshare --user --map-user=10001 --map-group=10001 --root="$root" --wd=/ -- "$@"
      fi
      """;

  private InRoot() {}

  /** Whether this process may be any user, so that files can belong to others. */
  static boolean realRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** The command line; what is started is the command itself, which gets the signals. */
  static List<String> command(Path root, Path config, Path volume, List<String> command) {
    List<String> line = new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private"));
    line.addAll(realRoot() ? List.of("env", "real_root=yes") : List.of());
    if (!realRoot()) {
      line.add(1, "--map-root-user");
    }
    line.addAll(List.of("bash", "-c", SCRIPT, "in-root"));
    line.addAll(List.of(root.toString(), config.toString(), volume.toString()));
    line.addAll(command);
    return line;
  }
}
