package io.tabellion.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.engine.Detector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/detection.md lists every detector with its rule and its source, and no other. */
class DetectionDocTest {

  private static String document() throws IOException {
    Path here = Path.of("docs/detection.md");
    return Files.readString(Files.exists(here) ? here : Path.of("..").resolve(here));
  }

  @Test
  void everyDetectorIsInTheDocument() throws IOException {
    String document = document();

    for (Detector detector : Detectors.builtIn().all()) {
      String row =
          "| `" + detector.name() + "` | " + detector.rule() + " | " + detector.source() + " |";
      assertThat(document).contains(row.replace("x|", "x\\|"));
    }
    assertThat(document.lines().filter(line -> line.startsWith("| `")).count())
        .isEqualTo(Detectors.builtIn().all().size());
  }
}
