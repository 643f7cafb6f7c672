package io.tabellion.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What {@code ./tabellion image | dist} makes of what Maven built, and what tests ask of it. */
final class Made {
  static final Duration PATIENCE = Duration.ofMinutes(3);

  private Made() {}

  /** Runs {@code ./tabellion ARGS} of the module {@code dist}. */
  static List<String> by(Path folder, String... args) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("io.tabellion.dist.Main"));
    command.addAll(List.of(args));
    return run(
        folder, Child.java(List.of("-Dtabellion.home=" + Checkout.root(), "-Xmx512m"), command));
  }

  /** Runs a command to its end, which must be a good one; returns what it said. */
  static List<String> run(Path folder, List<String> command) throws InterruptedException {
    try (Child child = Child.start("command", folder, command)) {
      Integer status = child.awaitExit(PATIENCE);
      child.awaitOutput();
      assertThat(status).as("%s: %s", command, child.lines()).isZero();
      return child.lines();
    }
  }

  /** The Debian packages that tests/install.sh fetched. */
  static String packages() {
    return Checkout.root().resolve(".tabellion/packages").toString();
  }

  static void giveOnlyToOwner(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  /** All files below a folder, each with its time and size. */
  static Map<String, String> snapshot(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.toList()) {
        FileTime time = Files.getLastModifiedTime(file);
        files.put(folder.relativize(file).toString(), time + " " + Files.size(file));
      }
    }
    return files;
  }
}
