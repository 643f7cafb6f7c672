package io.tabellion.dist;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.spi.ToolProvider;

/**
 * The Java of an image or release: of the JDK that this program runs on, the modules that the
 * programs use, without debug symbols, compressed.
 */
final class JavaRuntime {

  /**
   * What the server and the control plane use. jdeps finds them, except four that are found at run
   * time: elliptic curves, memory beyond the heap, jcmd for whoever must look into a running
   * server, and options of sockets.
   */
  static final List<String> MODULES =
      List.of(
          "java.base",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.sql",
          "jdk.crypto.ec",
          "jdk.httpserver",
          "jdk.jcmd",
          "jdk.jfr",
          "jdk.management",
          "jdk.net",
          "jdk.unsupported");

  /** What Tomcat uses beside them. */
  private static final List<String> SAMPLE =
      List.of(
          "java.desktop", "java.instrument", "java.rmi", "java.security.jgss", "jdk.security.auth");

  private JavaRuntime() {}

  /** The modules of a program's Java. */
  static List<String> modules(Program program) {
    TreeSet<String> modules = new TreeSet<>(MODULES);
    if (program == Program.SAMPLE) {
      modules.addAll(SAMPLE);
    }
    return List.copyOf(modules);
  }

  /**
   * Puts a Java into a tree.
   *
   * @param scratch an empty folder that may be written into
   * @throws DistException if jlink is not there or fails
   */
  static void into(Tree tree, String name, List<String> modules, Path scratch) throws IOException {
    Path made = scratch.resolve("java");
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--add-modules", String.join(",", modules)));
    arguments.addAll(List.of("--strip-debug", "--no-header-files", "--no-man-pages"));
    arguments.addAll(List.of("--compress", "zip-6", "--output", made.toString()));
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said, true);
    ToolProvider jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(() -> new DistException("jlink: not there (expected: a whole JDK 25)"));
    if (jlink.run(writer, writer, arguments.toArray(String[]::new)) != 0) {
      throw new DistException("jlink: " + said.toString().strip());
    }
    tree.copyAll(made, name);
  }
}
