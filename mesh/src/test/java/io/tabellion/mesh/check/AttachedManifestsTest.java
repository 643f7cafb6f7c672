package io.tabellion.mesh.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code mesh attach} prints is covered, together with the chart and a server's own pods. */
@Tag("unit")
final class AttachedManifestsTest {
  private static final Path EXAMPLES = Path.of("../istio/examples");

  private static List<Check.Result> check(String place) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    for (String name : List.of(place + ".yaml", "tabellion.yaml")) {
      files.put(name, Files.readString(EXAMPLES.resolve(name)));
    }
    String pods = Manifests.resource("server-" + place + ".yaml");
    // What attach prints has an AuthorizationPolicy of its own.
    files.put("pods.yaml", pods.replaceAll("(?s)# Only the gateway.*?---\n", ""));
    return Manifests.check(files);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "gateway", "waypoint"})
  void attachedServersAreCovered(String place) throws IOException {
    List<Check.Result> results = check(place);
    assertThat(results).hasSize(1);
    assertThat(results.getFirst().findings()).isEmpty();
  }

  @Test
  void aServerBehindItsGuardAloneIsClosedAndNotOpen() throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    String attached = Files.readString(EXAMPLES.resolve("sidecar.yaml"));
    files.put("sidecar.yaml", attached.replace("portNumber: 8080", "portNumber: 9999"));
    files.put("tabellion.yaml", Files.readString(EXAMPLES.resolve("tabellion.yaml")));
    files.put("pods.yaml", Manifests.resource("server-sidecar.yaml"));
    List<Finding> findings = Manifests.check(files).getFirst().findings();
    assertThat(findings).extracting(Finding::severity).containsOnly(Severity.BROKEN);
    assertThat(findings)
        .extracting(Finding::rule)
        .containsOnly(Rule.FILTER_MISSING, Rule.NO_SUCH_PLACE);
  }
}
