package io.tabellion.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@Tag("unit")
class PatienceTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Patience patience =
      new Patience(
          new Screen(new PrintStream(printed, true, StandardCharsets.UTF_8), false), Duration.ZERO);
  @TempDir Path folder;

  @Test
  void itWaitsWhileTheProcessLivesAndSaysTheLastLineOfItsLog() throws Exception {
    String script = "echo first; printf 'reading the log: 7 of 9 \\033[1m\\n\\n'; exec sleep 600";
    try (Leash server = start(script)) {
      patience.until(server, "ready", () -> text().contains("7 of 9"));
    }
    assertThat(text())
        .contains("server is not ready yet, ", " s: reading the log: 7 of 9")
        .doesNotContain("\033");
  }

  @Test
  void itDoesNotWaitForAProcessThatIsGone() {
    try (Leash server = start("echo the disk is full; exit 3")) {
      assertThatThrownBy(() -> patience.until(server, "ready", () -> false))
          .isInstanceOf(DemoException.class)
          .hasMessage("server ended:\nthe disk is full");
    }
  }

  private Leash start(String script) {
    return Leash.start(
        "server", List.of("sh", "-c", script), folder, folder.resolve("log"), Map.of());
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }
}
