package io.tabellion.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The policies that come with the product. */
@Tag("unit")
class ReadyPoliciesTest {
  private static final Path FOLDER = Path.of("../envoy-config/policies");

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @Test
  void thereAreThree() throws IOException {
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .containsExactly("customer-data.yaml", "database-operator.yaml", "read-only-agents.yaml");
  }

  @ParameterizedTest
  @MethodSource("files")
  void eachLoadsHoldsItsTestsAndHasNoUselessRule(Path file) {
    PolicyCheck check = PolicyCheck.of(file);

    assertThat(check.problems()).isEmpty();
    assertThat(check.warnings()).isEmpty();
    assertThat(PolicyCheck.test(file).tests()).hasSizeGreaterThanOrEqualTo(10);
  }

  /** What a file claims of itself is worth something: a rule less, and a test fails. */
  @ParameterizedTest
  @MethodSource("files")
  void eachRuleIsHeldByATest(Path file) throws IOException {
    String text = Files.readString(file);
    ByteString bytes = ByteString.copyFromUtf8(text);
    for (Rule rule : PolicyFile.document(file, bytes, new NamedFiles(file)).rules()) {
      String off = "  - id: " + rule.id().text() + "\n";
      assertThat(text).contains(off);
      PolicyCheck check = check(text.replace(off, off + "    mode: off\n"));
      assertThat(check.problems()).as(rule.id().text()).isNotEmpty();
    }
  }

  private static PolicyCheck check(String text) throws IOException {
    Path file = Files.createTempFile("policy", ".yaml");
    try {
      Files.writeString(file, text);
      return PolicyCheck.of(file);
    } finally {
      Files.delete(file);
    }
  }
}
