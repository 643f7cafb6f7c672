package io.tabellion.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The part of an image that is not ours: of three Debian packages the C library, the locale C.UTF-8
 * and the name of the system. No shell, no package manager.
 */
final class DebianRoot {
  private static final String NEEDS =
      "expected: Debian or Ubuntu with apt-get and dpkg-deb, after apt-get update; elsewhere"
          + " --packages DIR with the files, or --base REF";

  /** What is taken of each package, as paths in it. */
  private static final Map<String, Pattern> TAKEN =
      Map.of(
          "base-files", Pattern.compile("usr/lib/os-release|etc/debian_version"),
          "libc-bin", Pattern.compile("usr/lib/locale/C\\.utf8/.*"),
          "libc6", Pattern.compile("(usr/)?lib(64)?/(?!.*(gconv|audit)/).*\\.so(\\.[0-9]+)*"));

  private DebianRoot() {}

  /**
   * Puts the system into a tree.
   *
   * @param packages a folder with files {@code base-files_*.deb}, {@code libc-bin_*.deb} and {@code
   *     libc6_*.deb}; null downloads the newest
   * @param scratch an empty folder that may be written into
   * @throws DistException if a package is missing
   */
  static void into(Tree tree, @org.jspecify.annotations.Nullable Path packages, Path scratch)
      throws IOException, InterruptedException {
    Path folder = packages == null ? download(scratch) : packages;
    for (String name : TAKEN.keySet().stream().sorted().toList()) {
      take(tree, name, file(folder, name), scratch.resolve(name));
    }
    for (String empty : List.of("proc", "dev", "sys", "tmp", "etc/tabellion")) {
      tree.makeFolder(empty);
    }
    tree.copy(tree.at("usr/lib/os-release"), "etc/os-release");
    tree.write("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
  }

  private static Path download(Path scratch) throws IOException, InterruptedException {
    Path folder = Files.createDirectory(scratch.resolve("packages"));
    List<String> command = new ArrayList<>(List.of("apt-get", "-q", "download"));
    command.addAll(TAKEN.keySet().stream().sorted().toList());
    Tool.run(folder, NEEDS, command);
    return folder;
  }

  private static Path file(Path folder, String name) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files
              .filter(file -> file.getFileName().toString().matches(name + "_.*\\.deb"))
              .sorted()
              .toList();
      if (found.size() != 1) {
        throw new DistException(
            "%s: %d files %s_*.deb (expected: one)".formatted(folder, found.size(), name));
      }
      return found.getFirst();
    }
  }

  private static void take(Tree tree, String name, Path file, Path scratch)
      throws IOException, InterruptedException {
    Files.createDirectories(scratch);
    Tool.run(scratch, NEEDS, List.of("dpkg-deb", "-x", file.toString(), scratch.toString()));
    try (Stream<Path> all = Files.walk(scratch)) {
      for (Path each : all.filter(path -> !Files.isDirectory(path)).sorted().toList()) {
        String path = scratch.relativize(each).toString();
        if (taken(name, path)) {
          tree.copy(target(scratch, each), path.replaceFirst("^usr/(lib(64)?/.*\\.so)", "$1"));
        }
      }
    }
    // Where scanners look for packages of an image without a package manager.
    tree.write(
        "var/lib/dpkg/status.d/" + name,
        Tool.run(scratch, NEEDS, List.of("dpkg-deb", "-f", file.toString())));
  }

  private static boolean taken(String name, String path) {
    Pattern taken = TAKEN.get(name);
    return path.equals("usr/share/doc/" + name + "/copyright")
        || (taken != null && taken.matcher(path).matches());
  }

  /** The file that a symbolic link in an unpacked package means. */
  private static Path target(Path root, Path file) throws IOException {
    if (!Files.isSymbolicLink(file)) {
      return file;
    }
    Path link = Files.readSymbolicLink(file);
    Path meant =
        link.isAbsolute()
            ? root.resolve(link.toString().substring(1))
            : file.resolveSibling(link).normalize();
    if (!Files.exists(meant, LinkOption.NOFOLLOW_LINKS)) {
      throw new DistException(file + ": leads to " + link + ", which is not there");
    }
    return target(root, meant);
  }
}
