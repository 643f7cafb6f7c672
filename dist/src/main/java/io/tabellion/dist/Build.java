package io.tabellion.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Maven made of a checkout: jars, their order on the class path, SBOMs. Immutable.
 *
 * @param home the checkout
 * @param version of the product
 * @param time that every file in an image or release has: the parent pom's {@code
 *     project.build.outputTimestamp}
 */
record Build(Path home, String version, Instant time) {
  private static final Pattern VERSION = Pattern.compile("(?m)^  <version>(.*)</version>$");
  private static final Pattern TIME =
      Pattern.compile("<project.build.outputTimestamp>(.*)</project.build.outputTimestamp>");

  /**
   * Reads what the parent's pom says.
   *
   * @throws DistException if it does not say version and time
   */
  static Build of(Path home) {
    String pom = text(home.resolve("pom.xml"));
    return new Build(home, first(VERSION, pom), Instant.parse(first(TIME, pom)));
  }

  /**
   * The jars of a program in the order of its class path, its own first.
   *
   * @throws DistException if one is not there
   */
  List<Path> jars(Program program) {
    Path target = target(program);
    List<Path> jars = new ArrayList<>();
    jars.add(target.resolve(program.module() + "-" + version + ".jar"));
    for (String jar : list(program, "all")) {
      jars.add(target.resolve("lib").resolve(jar));
    }
    jars.forEach(Build::mustBeThere);
    return List.copyOf(jars);
  }

  /** The names of the jars of a list that the build makes, e.g. {@code all} or {@code client}. */
  List<String> list(Program program, String list) {
    String text = text(target(program).resolve(list + ".classpath")).strip();
    return Pattern.compile(":").splitAsStream(text).map(jar -> jar.replace("lib/", "")).toList();
  }

  /** Whether a jar is made of a module of this checkout. */
  boolean ours(Path jar) {
    String name = jar.getFileName().toString();
    String end = "-" + version + ".jar";
    return name.endsWith(end)
        && Files.isRegularFile(
            home.resolve(name.substring(0, name.length() - end.length())).resolve("pom.xml"));
  }

  /** The program's SBOM: CycloneDX, JSON. */
  Path bom(Program program) {
    return mustBeThere(target(program).resolve("bom.json"));
  }

  /** Options of the JVM in a file of ours, one a line; comments are left out. */
  static List<String> options(Path file) {
    return text(file).lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
  }

  /** The commit; empty where git does not say, and for a checkout with changes. */
  Optional<String> revision() {
    Optional<String> changes = Tool.said(home, "git", "status", "--porcelain");
    return changes.filter(String::isEmpty).isPresent()
        ? Tool.said(home, "git", "rev-parse", "HEAD")
        : Optional.empty();
  }

  private Path target(Program program) {
    return home.resolve(program.module()).resolve("target");
  }

  private static Path mustBeThere(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DistException(file + ": not there (expected: made by the build of ./tabellion)");
    }
    return file;
  }

  private static String first(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new DistException("pom.xml: nothing matches " + pattern);
    }
    return found.group(1);
  }

  private static String text(Path file) {
    try {
      return Files.readString(mustBeThere(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
