package io.tabellion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.terminal.Mistakes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A verb that is made by itself says what it says in the whole command line. */
@Tag("unit")
class VerbsTest {
  private static final CommandLine WHOLE = CommandLines.of(_ -> {});

  /** All verbs that are made by themselves, as the words that name them. */
  private static List<String[]> verbs() {
    List<String[]> verbs = new ArrayList<>();
    CommandLines.ALONE.keySet().forEach(verb -> verbs.add(new String[] {verb}));
    for (String group : CommandLines.GROUPS.keySet()) {
      for (String verb : within(WHOLE, group).getSubcommands().keySet()) {
        verbs.add(new String[] {group, verb});
      }
    }
    return verbs;
  }

  private static CommandLine within(CommandLine line, String verb) {
    return Objects.requireNonNull(line.getSubcommands().get(verb), verb);
  }

  private static CommandLine inTree(String... words) {
    CommandLine line = WHOLE;
    for (String word : words) {
      line = within(line, word);
    }
    return line;
  }

  private static String[] wrong(String... words) {
    String[] args = Arrays.copyOf(words, words.length + 1);
    args[words.length] = "--no-such-option";
    return args;
  }

  private static CommandLine alone(String... words) {
    return Objects.requireNonNull(CommandLines.verb(words), words[0]);
  }

  @Test
  void everyGroupIsKnown() {
    List<String> groups =
        WHOLE.getSubcommands().entrySet().stream()
            .filter(verb -> !verb.getValue().getSubcommands().isEmpty())
            .map(verb -> verb.getKey())
            .toList();

    assertThat(CommandLines.GROUPS.keySet()).containsExactlyInAnyOrderElementsOf(groups);
    assertThat(verbs()).hasSizeGreaterThan(20);
  }

  @Test
  void itsHelpIsTheSame() {
    for (String[] words : verbs()) {
      String inTree = inTree(words).getUsageMessage();

      assertThat(alone(words).getUsageMessage()).as(String.join(" ", words)).isEqualTo(inTree);
    }
  }

  /** The server starts without the other verbs. */
  @Test
  void serveSaysTheSame() {
    StringWriter inTree = new StringWriter();
    StringWriter byItself = new StringWriter();
    int expected =
        CommandLines.of(_ -> {}).setErr(new PrintWriter(inTree, true)).execute("serve", "--confg");
    int status =
        CommandLines.serve(_ -> {}).setErr(new PrintWriter(byItself, true)).execute("--confg");

    assertThat(byItself.toString()).isEqualTo(inTree.toString()).isNotBlank();
    assertThat(status).isEqualTo(expected);
    assertThat(CommandLines.serve(_ -> {}).getUsageMessage())
        .isEqualTo(within(WHOLE, "serve").getUsageMessage());
  }

  @Test
  void itsErrorsAreTheSame() {
    for (String[] words : verbs()) {
      StringWriter inTree = new StringWriter();
      StringWriter byItself = new StringWriter();
      int expected =
          CommandLines.of(_ -> {}).setErr(new PrintWriter(inTree, true)).execute(wrong(words));
      int status = alone(words).setErr(new PrintWriter(byItself, true)).execute("--no-such-option");

      assertThat(byItself.toString()).isEqualTo(inTree.toString()).isNotBlank();
      assertThat(status).isEqualTo(expected).isEqualTo(Mistakes.IMPOSSIBLE);
    }
  }

  @Test
  void whatNamesNoVerbIsForTheWholeCommandLine() {
    for (String words :
        List.of("audit", "audit --help", "audit serach", "help audit", "help mask", "version")) {
      assertThat(CommandLines.verb(words.split(" ", -1))).as(words).isNull();
    }
  }
}
