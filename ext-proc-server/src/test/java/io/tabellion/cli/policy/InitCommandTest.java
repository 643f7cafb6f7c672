package io.tabellion.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.testing.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code policy init} on what the line recorded. */
@Tag("unit")
final class InitCommandTest {
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: recorded}
      rules:
        - {id: all, match: {}, then: allow}
        - {id: wipes, match: {tools: [wipe]}, then: deny}
      """;

  @TempDir Path folder;
  private RecordedTraffic traffic;

  @BeforeEach
  void begin() throws Exception {
    traffic = new RecordedTraffic(folder, POLICY);
    traffic.answered("query", "{\"sql\":\"select 1\"}", "{\"content\":[]}");
    traffic.refused("wipe", "{}");
    traffic.record(3);
  }

  @AfterEach
  void end() throws Exception {
    traffic.close();
  }

  @Test
  void writesWhatWasAllowedAndNothingElseToANewFile() throws Exception {
    Path file = folder.resolve("starting.yaml");

    Ran ran = traffic.run("init", "--out", file.toString());

    assertThat(ran.err()).isEmpty();
    assertThat(ran.status()).isZero();
    assertThat(Files.readString(file))
        .contains("mode: shadow", "tools: [\"query\"]", "tool: \"query\"")
        .doesNotContain("wipe");
  }

  @Test
  void leavesAFileThatIsThereAlone() throws Exception {
    Path file = traffic.write("mine.yaml", "mine");

    Ran ran = traffic.run("init", "--out", file.toString());

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err()).contains("mine.yaml", "expected: a new file");
    assertThat(file).hasContent("mine");
  }

  @Test
  void printsItWhereNoFileIsNamed() throws Exception {
    assertThat(traffic.run("init").out()).contains("kind: Policy", "then: allow");
  }
}
