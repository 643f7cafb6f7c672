package io.tabellion.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.parties.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Each command of the documents has a verb and options that there are. */
@Tag("unit")
class CommandsTest {
  private static final Pattern COMMAND =
      Pattern.compile("(?m)(?:\\./|^)tabellion ([a-z][^\n`#|]*)");
  private static final Pattern CODE = Pattern.compile("(?ms)^```[a-z]*\n(.*?)^```|`([^`\n]+)`");
  private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^\\s'\"])+");
  private static final Pattern PLACE = Pattern.compile("`((?:[a-z]+/)+[A-Za-z.-]*[a-z])`");
  private static final Set<String> OF_THE_SCRIPT = Set.of("help", "test");

  /** Where a command stands, and what stands behind {@code ./tabellion}. */
  record Said(Path file, String words) {
    @Override
    public String toString() {
      return file.getFileName() + ": " + words;
    }
  }

  static List<Said> commands() throws IOException {
    List<Said> said = new ArrayList<>();
    Path root = Checkout.root();
    try (Stream<Path> docs = Files.list(root.resolve("docs"))) {
      Stream.concat(
              docs.filter(file -> file.toString().endsWith(".md")),
              Stream.of(
                  root.resolve("README.md"),
                  root.resolve("CONTRIBUTING.md"),
                  root.resolve("SECURITY.md"),
                  root.resolve("envoy-config/README.md"),
                  root.resolve("istio/README.md")))
          .filter(file -> !file.endsWith("faults.md")) // what was tried, mistakes too
          .sorted()
          .forEach(file -> said.addAll(in(file)));
    }
    return said;
  }

  private static List<Said> in(Path file) {
    List<Said> said = new ArrayList<>();
    try {
      Matcher code = CODE.matcher(Files.readString(file).replace("\\\n", " "));
      while (code.find()) {
        String text = code.group(1) != null ? code.group(1) : code.group(2);
        Matcher command = COMMAND.matcher(text);
        while (command.find()) {
          said.add(new Said(file, command.group(1).strip()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return said;
  }

  @Test
  void thereAreSome() throws IOException {
    assertThat(commands()).hasSizeGreaterThan(30);
    assertThat(wrong("audit query --tool x")).isEqualTo("audit query: no such verb");
    assertThat(wrong("audit search --toool x")).isEqualTo("audit search: no option --toool");
    assertThat(wrong("fly")).isEqualTo("fly: no such verb");
    assertThat(wrong("audit search --tool x")).isEmpty();
    assertThat(wrong("stop --all --reason 'it went wrong' --token-file admin.token")).isEmpty();
    assertThat(wrong("stop --all wrong")).isEqualTo("stop wrong: no such verb");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void eachHasAVerbAndOptionsThatThereAre(Said said) {
    assertThat(wrong(said.words())).isEmpty();
  }

  @Test
  void whereThingsGoIsThere() throws IOException {
    Path root = Checkout.root();
    String text = Files.readString(root.resolve("CONTRIBUTING.md"));
    String section = text.substring(text.indexOf("## Where things go"));
    List<String> places =
        PLACE.matcher(section).results().map(found -> found.group(1)).distinct().toList();
    assertThat(places).hasSizeGreaterThan(20);
    assertThat(places).allMatch(place -> isThere(root, place));
  }

  private static boolean isThere(Path root, String place) {
    return Stream.of(
            "ext-proc-server/src/main/java/io/tabellion/",
            "detection/src/main/java/io/tabellion/",
            "detection/src/main/resources/io/tabellion/",
            "bench/src/main/java/io/tabellion/",
            "")
        .flatMap(folder -> Stream.of(folder + place, folder + place + ".java"))
        .anyMatch(path -> Files.exists(root.resolve(path)));
  }

  private static String wrong(String words) {
    String[] tokens = WORD.matcher(words).results().map(MatchResult::group).toArray(String[]::new);
    if (OF_THE_SCRIPT.contains(tokens[0])) {
      return "";
    }
    CommandLine at;
    int next = 1;
    switch (tokens[0]) {
      case "demo" -> at = Programs.demo();
      case "control-plane" -> at = Programs.controlPlane();
      case "image", "dist" -> {
        at = Programs.dist();
        next = 0;
      }
      case "bench" -> {
        return ""; // its parts read their own arguments
      }
      default -> {
        at = Programs.server();
        next = 0;
      }
    }
    StringBuilder path = new StringBuilder(next == 0 ? "" : tokens[0]);
    for (int i = next; i < tokens.length; i++) {
      String token = tokens[i].replaceAll("[\\[\\],.;:)]+$", "").replaceFirst("^[\\[(]+", "");
      if (at.getSubcommands().containsKey(token)) {
        at = at.getSubcommands().get(token);
        path.append(path.isEmpty() ? "" : " ").append(token);
      } else if (token.startsWith("-") && token.length() > 1 && !token.equals("--")) {
        OptionSpec option = at.getCommandSpec().findOption(token.replaceFirst("=.*", ""));
        if (option == null) {
          return path + ": no option " + token.replaceFirst("=.*", "");
        }
        if (option.arity().min() > 0 && !token.contains("=")) {
          i++; // its value
        }
      } else if (path.isEmpty()
          || (!at.getSubcommands().isEmpty() && token.matches("[a-z][a-z-]*"))) {
        return (path + " " + token).strip() + ": no such verb";
      }
    }
    return "";
  }
}
