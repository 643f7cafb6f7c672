package io.tabellion.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All files of an image, as a folder: the system, a Java, the jars, and files of arguments that
 * start the program. There is no shell; {@code java @/opt/tabellion/entry} is the program.
 */
final class ImageRoot {
  static final String JAVA = "opt/java";
  static final String OURS = "opt/tabellion";
  static final String CACHE = OURS + "/classes.aot";

  private static final String LIBRARIES = OURS + "/lib";
  private static final String NATIVE = OURS + "/native";

  /** Who runs it; the manifests in {@code istio} name the same number. */
  static final int USER = 10001;

  private final Build build;
  private final Program program;
  private final Tree tree;
  private final List<Path> jars;

  /**
   * What is put into the root.
   *
   * @param system false leaves the Debian packages out, for a base that has a C library
   * @param packages a folder with the Debian packages; null downloads them
   * @param cache whether a cache of classes is trained
   */
  record Parts(boolean system, @Nullable Path packages, boolean cache) {}

  private ImageRoot(Build build, Program program, Tree tree) {
    this.build = build;
    this.program = program;
    this.tree = tree;
    this.jars = build.jars(program);
  }

  /**
   * Makes one.
   *
   * @param folder becomes the root; what is in it is deleted
   * @param scratch an empty folder that may be written into
   */
  static ImageRoot make(Build build, Program program, Parts parts, Path folder, Path scratch)
      throws IOException, InterruptedException {
    ImageRoot root = new ImageRoot(build, program, Tree.empty(folder, build.time()));
    if (parts.system()) {
      DebianRoot.into(root.tree, parts.packages(), scratch);
    }
    root.fill(scratch);
    if (parts.cache()) {
      root.train(scratch);
    }
    return root;
  }

  Tree tree() {
    return tree;
  }

  private void fill(Path scratch) throws IOException {
    tree.write(
        "etc/passwd",
        """
        root:x:0:0:root:/:/sbin/nologin
        tabellion:x:%1$d:%1$d:Tabellion:/var/lib/tabellion:/sbin/nologin
        nobody:x:65534:65534:nobody:/:/sbin/nologin
        """
            .formatted(USER));
    tree.write("etc/group", "root:x:0:\ntabellion:x:%d:\nnogroup:x:65534:\n".formatted(USER));
    for (String own : List.of("var/lib/tabellion", "run/tabellion", "tmp")) {
      tree.makeFolder(own);
    }
    Files.setAttribute(tree.at("tmp"), "unix:mode", 01777);
    JavaRuntime.into(tree, JAVA, JavaRuntime.modules(program), scratch);
    for (Path jar : jars) {
      tree.copy(jar, LIBRARIES + "/" + jar.getFileName());
    }
    NativeLibraries.into(tree, NATIVE, jars);
    tree.copy(build.bom(program), OURS + "/sbom.cdx.json");
    tree.copy(build.home().resolve("LICENSE"), OURS + "/LICENSE");
    tree.write(OURS + "/entry", arguments(program.main()));
    if (program == Program.SERVER) {
      tree.write(OURS + "/health", arguments(program.main(), "health"));
    }
    if (program == Program.SAMPLE) {
      for (String verb : List.of("keys", "serve", "agent")) {
        tree.write(OURS + "/" + verb, arguments(program.main(), verb));
      }
    }
  }

  /** A file of arguments for {@code java}, as it is in the image. */
  private String arguments(String... words) {
    List<String> lines = new ArrayList<>(jvm("/"));
    lines.addAll(
        List.of(
            "-XX:AOTCache=/" + CACHE,
            "-XX:+IgnoreUnrecognizedVMOptions", // a cache that is not there, or does not fit
            "-Xlog:cds=off",
            "-Xlog:aot=off",
            "-cp",
            classPath("/")));
    lines.addAll(List.of(words));
    return String.join("\n", lines) + "\n";
  }

  private List<String> jvm(String root) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "-XX:-PrintWarnings")); // of priorities, which only root may raise
    options.addAll(NativeLibraries.options(root + NATIVE));
    if (program == Program.SERVER) {
      options.addAll(Build.options(build.home().resolve("ext-proc-server/serve.options")));
    }
    return options;
  }

  private String classPath(String root) {
    Stream<String> names = jars.stream().map(jar -> root + LIBRARIES + "/" + jar.getFileName());
    return String.join(":", names.toList());
  }

  /**
   * Trains the cache with the very Java and jars of the image. The JVM takes it although the image
   * has them at {@code /}: it permits another folder if names, sizes and times are the same.
   */
  private void train(Path scratch) throws IOException, InterruptedException {
    String root = tree.folder().toAbsolutePath() + "/";
    List<String> java = new ArrayList<>();
    java.add(root + JAVA + "/bin/java");
    java.addAll(jvm(root));
    if (Training.of(program, java, classPath(root), tree.at(CACHE), scratch)) {
      tree.adopt(CACHE);
    }
  }
}
