package io.tabellion.dist;

import io.tabellion.terminal.Mistakes;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program behind {@code ./tabellion image | dist}. */
@Command(
    name = "tabellion",
    subcommands = {ImageCommand.class, ReleaseCommand.class})
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.exit(Mistakes.in(new CommandLine(new Main())).execute(args));
  }
}
