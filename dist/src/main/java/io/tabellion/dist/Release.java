package io.tabellion.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A release as a folder: {@code bin/tabellion}, jars, units of systemd, configurations to start
 * from; with its own Java if that is asked for.
 */
final class Release {
  private static final List<Program> PROGRAMS = List.of(Program.SERVER, Program.CONTROL_PLANE);

  /** Files and folders of the checkout, and where they go. */
  private static final List<List<String>> COPIED =
      List.of(
          List.of("dist/src/main/launcher/launch.sh", "lib/launch.sh"),
          List.of("ext-proc-server/serve.options", "lib/serve.options"),
          List.of("ext-proc-server/verify.options", "lib/verify.options"),
          List.of("dist/systemd", "systemd"),
          List.of("envoy-config", "envoy-config"),
          List.of("LICENSE", "LICENSE"));

  private final Build build;
  private final Tree tree;

  private Release(Build build, Tree tree) {
    this.build = build;
    this.tree = tree;
  }

  /**
   * Makes one.
   *
   * @param java whether it brings its own Java, and a cache of classes for the server
   * @param scratch an empty folder that may be written into
   */
  static Tree make(Build build, boolean java, Path folder, Path scratch)
      throws IOException, InterruptedException {
    Release release = new Release(build, Tree.empty(folder, build.time()));
    release.fill();
    if (java) {
      release.addJava(scratch);
    }
    release.tree.write("lib/id", release.id() + "\n");
    return release.tree;
  }

  private void fill() throws IOException {
    String launcher = Files.readString(build.home().resolve("dist/src/main/launcher/tabellion.sh"));
    tree.writeProgram("bin/tabellion", launcher);
    tree.write("lib/version", build.version() + "\n");
    for (List<String> copied : COPIED) {
      Path source = build.home().resolve(copied.getFirst());
      if (Files.isDirectory(source)) {
        tree.copyAll(source, copied.getLast());
      } else {
        tree.copy(source, copied.getLast());
      }
    }
    for (Program program : PROGRAMS) {
      addJars(program);
      tree.copy(build.bom(program), "sbom/" + program.module() + ".cdx.json");
    }
  }

  private void addJars(Program program) throws IOException {
    List<Path> jars = build.jars(program);
    Set<String> names = new LinkedHashSet<>();
    for (Path jar : jars) {
      String name = jar.getFileName().toString();
      Path there = tree.at("lib/" + name);
      if (Files.exists(there) && Files.mismatch(jar, there) >= 0) {
        throw new DistException(jar + ": not the same as that of another program");
      }
      tree.copy(jar, "lib/" + name);
      names.add(name);
    }
    tree.write("lib/" + program.module() + ".all.classpath", String.join(":", names));
    if (program == Program.SERVER) {
      List<String> client = new ArrayList<>(List.of(names.iterator().next()));
      client.addAll(build.list(program, "client"));
      tree.write("lib/" + program.module() + ".client.classpath", String.join(":", client));
    }
  }

  private void addJava(Path scratch) throws IOException, InterruptedException {
    JavaRuntime.into(tree, "java", JavaRuntime.MODULES, scratch);
    List<String> java = new ArrayList<>();
    java.add(tree.at("java/bin/java").toAbsolutePath().toString());
    java.add("--enable-native-access=ALL-UNNAMED");
    java.add("--sun-misc-unsafe-memory-access=allow");
    java.addAll(Build.options(build.home().resolve("ext-proc-server/serve.options")));
    String lib = tree.at("lib").toAbsolutePath().toString();
    List<String> jars =
        build.jars(Program.SERVER).stream().map(jar -> lib + "/" + jar.getFileName()).toList();
    tree.makeFolder("cache");
    Path cache = tree.at("cache/serve.aot");
    Training.of(Program.SERVER, java, String.join(":", jars), cache, scratch);
    tree.adopt("cache/serve.aot");
  }

  /**
   * What a cache of classes may be used with: a JVM looks at sizes and times of jars only, and the
   * times of two builds are the same.
   */
  private String id() throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256", e);
    }
    for (Path file : tree.files()) {
      if (file.toString().endsWith(".jar") || file.endsWith("modules")) {
        digest.update(Files.readAllBytes(file));
      }
    }
    return build.version() + "-" + HexFormat.of().formatHex(digest.digest(), 0, 8);
  }
}
