package io.tabellion.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dist}: a release in one file. */
@Command(
    name = "dist",
    description =
        "Make a release: server, control plane and command line in one tar.gz, for a machine"
            + " without Maven and checkout. It needs a JRE 25 there, or brings its own Java.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  ./tabellion dist --out /tmp/tabellion.tar.gz",
      "  ./tabellion dist --with-java --out /tmp/tabellion-with-java.tar.gz"
    })
final class ReleaseCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      paramLabel = "FILE.tar.gz",
      description = "the release (default: target/tabellion-VERSION.tar.gz of the checkout)")
  private @Nullable Path out;

  @Option(
      names = "--with-java",
      description =
          "with a Java for this machine's kind (system and processor), and a cache of classes that"
              + " makes the server start faster")
  private boolean java;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Build build = Build.of(Path.of(System.getProperty("tabellion.home", "")).toAbsolutePath());
    String top = "tabellion-" + build.version();
    Path file =
        out == null
            ? build.home().resolve("target").resolve(top + ".tar.gz")
            : out.toAbsolutePath();
    Tree.mustHaveFolder("--out", file);
    Path scratch = Files.createTempDirectory("tabellion-dist-");
    try {
      TarGz.write(Release.make(build, java, scratch.resolve(top), scratch), top, file);
    } finally {
      Tree.delete(scratch);
    }
    System.out.printf("%s: %d MB%n", file, Files.size(file) / 1_000_000);
    return 0;
  }
}
