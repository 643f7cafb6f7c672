package io.tabellion.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/** docs/cli.md: the help of each verb, and a table of them. */
final class CliReference {
  private static final int WIDTH = 100;

  private static final String HEAD =
      """
      # Commands

      This page is generated from the programs. To update it: `./tabellion test ReferenceTest -Dreference=write`.

      - Each verb prints this help with `--help`.
      - While a demo runs, the verbs that ask a server find its address, token and log automatically. For any other server pass `--server`, `--token-file` and `--dir`.
      - The exit status is 0 for success. 1 means that the answer is "no", for example a log that does not verify. 2 means that the command could not be tried, for example because of a wrong option. Verbs that differ say so.
      - `TABELLION_TRACE=1` in the environment adds the stack trace to an error.
      - Options for the JVM are in the environment variable `TABELLION_JAVA_OPTIONS`.
      - `./tabellion test` is explained in [CONTRIBUTING](../CONTRIBUTING.md#tests), `./tabellion bench` in [performance](performance.md).

      """;

  /**
   * A verb.
   *
   * @param name with the program's, e.g. {@code tabellion audit search}
   */
  private record Verb(String name, CommandLine line) {
    String summary() {
      String[] description = line.getCommandSpec().usageMessage().description();
      String text =
          description.length == 0 ? "" : line.getColorScheme().text(description[0]).plainString();
      int end = text.indexOf(". ");
      return (end < 0 ? text : text.substring(0, end + 1)).replace("%n", " ").replace("|", "\\|");
    }

    String usage() {
      return line.getUsageMessage(Help.Ansi.OFF).stripTrailing();
    }

    String anchor() {
      return name.replace(' ', '-');
    }
  }

  private CliReference() {}

  /** Returns the page. */
  static String page() {
    List<Verb> verbs = verbs();
    StringBuilder text = new StringBuilder(HEAD);
    text.append("| command | what it does |\n|---|---|\n");
    verbs.forEach(verb ->
        text.append(
            "| [`%s`](#%s) | %s |\n".formatted(verb.name(), verb.anchor(), verb.summary())));
    verbs.forEach(
        verb -> text.append("\n## %s\n\n```\n%s\n```\n".formatted(verb.name(), verb.usage())));
    return text.toString();
  }

  private static List<Verb> verbs() {
    List<Verb> verbs = new ArrayList<>();
    Stream.of(
            Map.entry("tabellion demo", Programs.demo()),
            Map.entry("tabellion control-plane", Programs.controlPlane()))
        .forEach(program -> add(verbs, program.getKey(), program.getValue()));
    Stream.of(Programs.server(), Programs.dist())
        .map(CommandLine::getSubcommands)
        .forEach(below -> below.forEach((name, line) -> add(verbs, "tabellion " + name, line)));
    return verbs;
  }

  private static void add(List<Verb> verbs, String name, CommandLine line) {
    if (line.getCommandSpec().usageMessage().hidden() || line.getCommandName().equals("help")) {
      return;
    }
    line.setUsageHelpAutoWidth(false).setUsageHelpWidth(WIDTH);
    if (line.getParent() == null) {
      line.setCommandName(name);
    }
    verbs.add(new Verb(name, line));
    line.getSubcommands().forEach((verb, below) -> add(verbs, name + " " + verb, below));
  }
}
