package io.tabellion.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code image}: an image for containers, or its files. */
@Command(
    name = "image",
    description =
        "Make an image for containers, without Docker. It has a Java, the program, a C library of"
            + " Debian, and no shell; it runs as user 10001 with a read-only root.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  ./tabellion image --out tabellion.tar",
      "  ./tabellion image --of control-plane --out control-plane.tar"
    })
final class ImageCommand implements Callable<Integer> {
  @ArgGroup(exclusive = true, multiplicity = "1")
  @SuppressWarnings("NullAway.Init")
  private Target target;

  /** Where it goes. */
  private static final class Target {
    @Option(
        names = "--out",
        paramLabel = "FILE.tar",
        description = "an OCI archive, for docker load, podman load and skopeo")
    private @Nullable Path out;

    @Option(
        names = "--root",
        paramLabel = "DIR",
        description = "only the files of the image, in a new folder")
    private @Nullable Path root;
  }

  @Option(
      names = "--of",
      paramLabel = "NAME",
      converter = Program.Converter.class,
      defaultValue = "server",
      description = "server, control-plane or sample (default: ${DEFAULT-VALUE})")
  private Program program = Program.SERVER;

  @Option(
      names = "--name",
      paramLabel = "NAME:TAG",
      description = "name of the image (default: tabellion:VERSION)")
  private @Nullable String name;

  @Option(
      names = "--base",
      paramLabel = "REF@sha256:DIGEST",
      description = "an image to build on, with glibc; its registry must be reachable")
  private @Nullable String base;

  @Option(
      names = "--no-system",
      description = "without the Debian packages, for a base that has glibc")
  private boolean noSystem;

  @Option(
      names = "--packages",
      paramLabel = "DIR",
      description =
          "the files base-files_*.deb, libc-bin_*.deb, libc6_*.deb; else apt-get has them")
  private @Nullable Path packages;

  @Option(
      names = "--no-cache",
      description = "without the cache of classes: starts slower, and two runs give the same bytes")
  private boolean noCache;

  @Option(
      names = "--source",
      paramLabel = "URL",
      description = "where the sources are, for the image's label")
  private @Nullable String source;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (base != null && !base.contains("@sha256:")) {
      throw new DistException("--base: " + base + " (expected: with a digest, NAME@sha256:…)");
    }
    Build build = Build.of(Path.of(System.getProperty("tabellion.home", "")).toAbsolutePath());
    Path files = packages == null ? null : packages.toAbsolutePath();
    var parts = new ImageRoot.Parts(base == null && !noSystem, files, !noCache);
    Path scratch = Files.createTempDirectory("tabellion-image-");
    try {
      if (target.root != null) {
        mustBeNew(target.root);
        ImageRoot.make(build, program, parts, target.root, scratch);
        System.out.println(target.root);
      } else if (target.out != null) {
        write(build, parts, target.out.toAbsolutePath(), scratch);
      }
      return 0;
    } finally {
      Tree.delete(scratch);
    }
  }

  private void write(Build build, ImageRoot.Parts parts, Path out, Path scratch)
      throws IOException, InterruptedException {
    Tree.mustHaveFolder("--out", out);
    ImageRoot root = ImageRoot.make(build, program, parts, scratch.resolve("root"), scratch);
    String full = name == null ? program.image() + ":" + build.version() : name;
    String digest =
        new ImageArchive(build, program)
            .write(root.tree(), new ImageArchive.Frame(full, base, source), out, scratch);
    System.out.printf(
        "%s  %s%n%s: %d MB, unpacked %d MB%n",
        full, digest, target.out, Files.size(out) / 1_000_000, size(root.tree()) / 1_000_000);
  }

  private static long size(Tree tree) throws IOException {
    long size = 0;
    for (Path file : tree.files()) {
      size += Files.size(file);
    }
    return size;
  }

  private static void mustBeNew(Path folder) {
    if (Files.exists(folder)) {
      throw new DistException("--root: " + folder + ": exists already (expected: a new folder)");
    }
  }
}
