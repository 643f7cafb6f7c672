package io.tabellion.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each class of tests, of every module, has one kind; each kind has its verb and its text. */
@Tag("unit")
class KindsTest {
  private static final List<String> KINDS =
      List.of("unit", "envoy", "fault", "conformance", "install", "engine");
  private static final Pattern A_TEST =
      Pattern.compile(
          "(?m)^\\s+@(Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate)\\b");
  private static final Pattern A_TAG = Pattern.compile("(?m)^\\s*@Tags?\\(.*");

  /** What starts an Envoy, or a program that a machine may lack. */
  private static final Pattern NEEDY = Pattern.compile("\\b(Stack|Gateway|Envoy|Tool)\\.[a-zA-Z]");

  static List<Path> classes() throws IOException {
    Path root = Checkout.root();
    try (Stream<Path> modules = Files.list(root)) {
      return modules
          .map(module -> module.resolve("src/test/java"))
          .filter(Files::isDirectory)
          .flatMap(KindsTest::sources)
          .filter(source -> A_TEST.matcher(text(source)).find())
          .map(root::relativize)
          .sorted()
          .toList();
    }
  }

  @Test
  void everyModuleIsLookedAt() throws IOException {
    assertThat(classes().stream().map(source -> source.getName(0).toString()).distinct())
        .contains(
            "bench",
            "demo",
            "detection",
            "ext-proc-server",
            "tests",
            "verifier",
            "xds-control-plane",
            "yaml");
  }

  @ParameterizedTest
  @MethodSource("classes")
  void aClassHasOneKind(Path source) {
    String text = text(Checkout.root().resolve(source));
    assertThat(tags(text))
        .as("%s (expected: one line @Tag(\"KIND\") before the class, of %s)", source, KINDS)
        .hasSize(1)
        .allMatch(tag -> KINDS.contains(kind(tag)));
    if (kind(tags(text).getFirst()).equals("unit")) {
      assertThat(NEEDY.matcher(text).results().map(found -> found.group()))
          .as("%s (expected: what needs no Envoy and no program, or another kind)", source)
          .isEmpty();
    }
  }

  @Test
  void theyAreFoundWhereTheyAreMissingOrTwo() {
    assertThat(tags("\n  @Test\n  void x() {}")).isEmpty();
    assertThat(tags("@Tag(\"unit\")\nclass X {\n  @Tag(\"fault\")\n  @Test\n")).hasSize(2);
    assertThat(kind("@Tag(\"slow\")")).isEqualTo("slow");
    assertThat(kind("@Tags({})")).isEmpty();
  }

  @Test
  void eachKindHasAVerbAndItsText() throws IOException {
    Path root = Checkout.root();
    Matcher verbs =
        Pattern.compile("(?m)^readonly test_kinds='(.*)'$")
            .matcher(text(root.resolve("tabellion")));
    assertThat(verbs.find()).isTrue();
    assertThat(verbs.group(1).split(" ", -1)).containsExactlyElementsOf(KINDS);
    assertThat(KINDS)
        .allMatch(kind -> text(root.resolve("CONTRIBUTING.md")).contains("| `" + kind + "` |"));
  }

  private static List<String> tags(String text) {
    return A_TAG.matcher(text).results().map(found -> found.group().strip()).toList();
  }

  private static String kind(String tag) {
    Matcher named = Pattern.compile("@Tag\\(\"([a-z]+)\"\\)").matcher(tag);
    return named.matches() ? named.group(1) : "";
  }

  private static Stream<Path> sources(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
