package io.tabellion;

import io.tabellion.cli.CommandLines;

/** The program behind {@code ./tabellion serve | audit | version}. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.exit(CommandLines.of(config -> {}).execute(args));
  }
}
