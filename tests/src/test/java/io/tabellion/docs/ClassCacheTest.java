package io.tabellion.docs;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the script {@code tabellion} runs of the cache of classes, with a JDK that only pretends.
 */
@Tag("unit")
class ClassCacheTest {
  private static final String VERSION = "9.9";
  private static final String LAUNCHER = "dist/src/main/launcher/launch.sh";
  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** Ends with the status of its last argument; notes and makes what it is told to. */
  private static final String JAVA =
      """
      #!/usr/bin/env bash
      mode=run
      for word in "$@"; do
        case $word in
          -XX:AOTMode=*) mode=${word#*=} ;;
          -XX:AOTConfiguration=*) notes=${word#*=} ;;
          -XX:AOTCache=*) cache=${word#*=} ;;
        esac
      done
      [[ $mode != record ]] || echo "${!#}" >"$notes"
      [[ $mode != create ]] || { cp "$notes" "$cache"; exit 0; }
      echo "$mode${cache:+ with $(<"$cache")}" >>"${0%/*}/../runs"
      exit "${!#}"
      """;

  @TempDir private Path root;
  private Path jdk = Path.of("");
  private Path target = Path.of("");

  @BeforeEach
  void pretend() throws IOException {
    for (String script : List.of("tabellion", LAUNCHER)) {
      Files.createDirectories(root.resolve(script).getParent());
      Files.copy(Checkout.root().resolve(script), root.resolve(script));
    }
    Files.writeString(root.resolve("pom.xml"), "  <version>" + VERSION + "</version>\n");
    for (String part :
        List.of("picocli", "proto", "yaml", "verifier", "detection", "ext-proc-server")) {
      Files.createDirectories(root.resolve(part).resolve("target"));
      Files.writeString(root.resolve(part).resolve("pom.xml"), "");
    }
    target = root.resolve("ext-proc-server/target");
    Files.writeString(target.resolve("all.classpath"), "one.jar");
    Files.writeString(target.resolve("ext-proc-server-" + VERSION + ".jar"), "");
    Files.writeString(target.resolve("built"), "");
    jdk = Files.createDirectories(root.resolve("jdk"));
    Files.createDirectories(jdk.resolve("bin"));
    for (String program : List.of("java", "javac")) {
      Path file = Files.writeString(jdk.resolve("bin").resolve(program), JAVA);
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    Files.writeString(
        jdk.resolve("release"), "JAVA_VERSION=\"25.0.3\"\nJAVA_RUNTIME_VERSION=\"25.0.3+9\"\n");
  }

  @Test
  void whatTheFirstRunNotesServesTheNext() throws Exception {
    mask(0);
    awaitNoNotes();
    mask(0);
    mask(2);

    assertThat(runs()).containsExactly("record", "run with 0", "run with 0");
  }

  @Test
  void aRunThatFailsIsNotedOnceUntilOneEndsWell() throws Exception {
    mask(2);
    awaitNoNotes();
    mask(2);
    mask(0);
    mask(0);
    awaitNoNotes();
    mask(2);

    assertThat(runs())
        .containsExactly("record", "run with 2", "run with 2", "record", "run with 0");
  }

  @Test
  void aRunThatFailsAfterOneThatEndedWellKeepsWhatThereIs() throws Exception {
    mask(2);
    awaitNoNotes();
    mask(0);
    mask(2);
    awaitNoNotes();
    mask(2);

    assertThat(runs()).containsExactly("record", "run with 2", "record", "run with 2");
  }

  private void mask(int status) throws IOException, InterruptedException {
    ProcessBuilder script =
        new ProcessBuilder("bash", root.resolve("tabellion").toString(), "mask", "" + status)
            .redirectErrorStream(true)
            .redirectOutput(root.resolve("said").toFile());
    script.environment().put("JAVA_HOME", jdk.toString());
    Process process = script.start();

    assertThat(process.waitFor(LONGEST.toSeconds(), SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(root.resolve("said"))).isEqualTo(status);
  }

  private List<String> runs() throws IOException {
    return Files.readAllLines(jdk.resolve("runs"));
  }

  /** Waits until the cache was made, which happens behind the command: its notes go then. */
  private void awaitNoNotes() throws IOException, InterruptedException {
    try (WatchService changes = target.getFileSystem().newWatchService()) {
      target.register(changes, StandardWatchEventKinds.ENTRY_DELETE);
      while (hasNotes()) {
        WatchKey key = changes.poll(LONGEST.toSeconds(), SECONDS);
        assertThat(key).as("a change in " + target).isNotNull();
        key.pollEvents();
        assertThat(key.reset()).isTrue();
      }
    }
  }

  private boolean hasNotes() throws IOException {
    try (var files = Files.list(target)) {
      return files.anyMatch(file -> file.toString().contains(".notes"));
    }
  }
}
