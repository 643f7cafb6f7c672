package io.tabellion.mesh.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** docs/mesh-check.md has a row for each rule and each severity, and for nothing else. */
@Tag("unit")
final class MeshCheckDocTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|");

  @Test
  void thePageListsEveryRuleAndSeverity() throws IOException {
    String page = Files.readString(Path.of("../docs/mesh-check.md"));
    List<String> rows = ROW.matcher(page).results().map(row -> row.group(1)).toList();
    List<String> rules = Arrays.stream(Rule.values()).map(Rule::toString).toList();
    List<String> severities =
        Arrays.stream(Severity.values()).map(one -> one.name().toLowerCase(Locale.ROOT)).toList();
    assertThat(rows).doesNotHaveDuplicates().hasSize(rules.size() + severities.size());
    assertThat(rows).containsAll(rules).containsAll(severities);
  }
}
