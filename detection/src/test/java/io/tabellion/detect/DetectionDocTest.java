package io.tabellion.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.engine.Detector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * docs/detection.md and docs/tokens.md list every detector with its rule and source, and no other.
 */
@Tag("unit")
class DetectionDocTest {
  private static final List<Detector> ALL =
      Detectors.of(
              DetectionSettings.DEFAULT.enabling(
                  Set.of(Detectors.SECRET, Detectors.PII, Detectors.PUBLIC)))
          .all();

  private static String documents() throws IOException {
    Path here = Path.of("docs");
    Path docs = Files.exists(here) ? here : Path.of("..").resolve(here);
    return Files.readString(docs.resolve("detection.md"))
        + Files.readString(docs.resolve("tokens.md"));
  }

  /** The row of a detector, as it stands in a table. */
  static String row(Detector detector) {
    String rule = detector.rule().replace("|", "\\|").replace("*", "\\*");
    return "| `" + detector.name() + "` | " + rule + " | " + detector.source() + " |";
  }

  @Test
  void everyDetectorIsInTheDocuments() throws IOException {
    String documents = documents();

    for (Detector detector : ALL) {
      assertThat(documents.contains(row(detector))).as("a line %s", row(detector)).isTrue();
    }
    assertThat(documents.lines().filter(line -> line.startsWith("| `")).count())
        .isEqualTo(ALL.size());
  }
}
