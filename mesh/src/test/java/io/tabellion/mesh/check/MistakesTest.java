package io.tabellion.mesh.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Good manifests are covered; each mistake that is planted into them is found, with its place. */
@Tag("unit")
final class MistakesTest {
  private static final String TABLE = "mistakes.yaml";

  /** Rules that only a running proxy can break. */
  private static final List<Rule> OF_DUMPS = List.of(Rule.NOT_ACCEPTED, Rule.FILTER_ORDER);

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "gateway", "waypoint"})
  void goodManifestsAreCovered(String place) {
    List<Check.Result> results = Manifests.check(Manifests.of(place));
    assertThat(results).hasSize(1);
    assertThat(results.getFirst().server()).isEqualTo("mcp-servers/sample");
    assertThat(results.getFirst().findings()).isEmpty();
    assertThat(results.getFirst().ways()).isNotEmpty();
  }

  @TestFactory
  Stream<DynamicTest> aMistakeIsFound() {
    return table().stream()
        .map(mistake -> DynamicTest.dynamicTest(Tree.text(mistake, "name"), () -> find(mistake)));
  }

  private static void find(Yaml mistake) {
    Map<String, String> files = Manifests.of(Tree.text(mistake, "in"));
    String changed = plant(files, mistake);
    List<Finding> findings =
        Manifests.check(files).stream().flatMap(result -> result.findings().stream()).toList();
    assertThat(findings)
        .extracting(
            finding -> finding.severity().name().toLowerCase(Locale.ROOT) + " " + finding.rule())
        .contains(Tree.text(mistake, "expect"));
    assertThat(findings)
        .allSatisfy(finding -> {
          assertThat(files).containsKey(finding.where().source());
          assertThat(finding.where().line()).isPositive();
          assertThat(finding.reason()).endsWith(".");
          assertThat(finding.remedy()).endsWith(finding.remedy().endsWith("?") ? "?" : ".");
        });
    assertThat(changed).isNotEmpty();
  }

  /** Changes one of the files, and returns which. */
  private static String plant(Map<String, String> files, Yaml mistake) {
    String find = Tree.text(mistake, "find");
    String put = Tree.text(mistake, "put");
    if (find.isEmpty()) {
      files.put("more.yaml", put);
      return "more.yaml";
    }
    Map<String, String> before = new LinkedHashMap<>(files);
    for (Map.Entry<String, String> file : before.entrySet()) {
      int at = file.getValue().indexOf(find);
      if (at >= 0) {
        String rest = file.getValue().substring(at + find.length());
        files.put(file.getKey(), file.getValue().substring(0, at) + put + rest);
        return file.getKey();
      }
    }
    throw new AssertionError("nothing to replace: " + find);
  }

  @Test
  void everyRuleHasAMistake() {
    TreeSet<Rule> planted = new TreeSet<>(OF_DUMPS);
    table()
        .forEach(mistake -> {
          String rule = Tree.text(mistake, "expect").replaceAll(".* ", "");
          planted.add(Rule.valueOf(rule.toUpperCase(Locale.ROOT).replace('-', '_')));
        });
    assertThat(planted).containsExactlyElementsOf(new TreeSet<>(Arrays.asList(Rule.values())));
  }

  private static List<Yaml> table() {
    List<Yaml> documents = Documents.of(TABLE, ByteString.copyFromUtf8(Manifests.resource(TABLE)));
    return new ArrayList<>(Tree.items(documents.getFirst(), "mistakes"));
  }
}
