package io.tabellion.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@Tag("unit")
class LeashTest {
  /** Says its process id, then runs until it is told to end. */
  private static final List<String> SLEEPER = List.of("sh", "-c", "echo $$; exec sleep 600");

  @TempDir Path folder;

  @Test
  void closingItEndsTheProgram() throws Exception {
    Path log = folder.resolve("log");
    Leash leash = Leash.start("sleeper", SLEEPER, folder, log, Map.of());
    ProcessHandle sleeper = process(log);
    leash.close();
    assertThat(leash.alive()).isFalse();
    sleeper.onExit().get(30, TimeUnit.SECONDS);
  }

  @Test
  void theProgramEndsWhenWeAreKilled() throws Exception {
    Path log = folder.resolve("log");
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .inheritIO()
            .start();
    try {
      ProcessHandle sleeper = process(log);
      holder.destroyForcibly();
      sleeper.onExit().get(30, TimeUnit.SECONDS);
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  void anEndOfItsOwnIsSeen() throws Exception {
    Path log = folder.resolve("log");
    try (Leash leash =
        Leash.start("failing", List.of("sh", "-c", "echo oh; exit 3"), folder, log, Map.of())) {
      while (leash.alive()) {
        Thread.onSpinWait();
      }
      assertThat(leash.lastWords()).isEqualTo("oh");
    }
  }

  /** Has a sleeper on a leash, and waits to be killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws InterruptedException {
      Path folder = Path.of(args[0]);
      Leash leash = Leash.start("sleeper", SLEEPER, folder, folder.resolve("log"), Map.of());
      while (leash.alive()) {
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  private static ProcessHandle process(Path log) throws Exception {
    String text = "";
    while (!text.endsWith("\n")) {
      Thread.onSpinWait();
      text = Files.exists(log) ? Files.readString(log) : "";
    }
    return ProcessHandle.of(Long.parseLong(text.strip())).orElseThrow();
  }
}
