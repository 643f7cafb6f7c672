package io.tabellion.demo;

import java.io.PrintStream;

/**
 * What the person sees. Colours and moving lines only on a terminal; without one, plain lines that
 * a file can hold. Of one thread.
 */
final class Screen {
  private static final int WIDTH = 110;

  private final PrintStream out;
  private final boolean terminal;

  Screen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** On standard output; a terminal if that is one and {@code NO_COLOR} is not set. */
  @SuppressWarnings("SystemConsoleNull") // it is where java.base has no console of its own
  static Screen standard() {
    var console = System.console();
    boolean terminal = console != null && console.isTerminal() && System.getenv("NO_COLOR") == null;
    return new Screen(System.out, terminal);
  }

  /** Whether lines can be replaced. */
  boolean terminal() {
    return terminal;
  }

  /** Something that takes a while begins; its line is replaced by {@link #done}. */
  void waiting(String text) {
    out.print(terminal ? "\r\033[K" + dim("… " + text) : "");
    if (!terminal) {
      out.println("… " + text);
    }
    out.flush();
  }

  void done(String text) {
    out.println((terminal ? "\r\033[K" : "") + green("✓") + " " + text);
  }

  void failed(String text) {
    out.println((terminal ? "\r\033[K" : "") + red("✗") + " " + text);
  }

  void title(String text) {
    out.println();
    out.println(bold(text));
  }

  void line(String text) {
    out.println(text);
  }

  /** A longer text, broken between words and moved to the right. */
  void paragraph(String text, int indent) {
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && indent + line.length() + word.length() >= WIDTH) {
        out.println(" ".repeat(indent) + dim(line.toString()));
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    out.println(" ".repeat(indent) + dim(line.toString()));
  }

  String bold(String text) {
    return colour("1", text);
  }

  String dim(String text) {
    return colour("2", text);
  }

  String red(String text) {
    return colour("31", text);
  }

  String green(String text) {
    return colour("32", text);
  }

  String cyan(String text) {
    return colour("36", text);
  }

  private String colour(String code, String text) {
    return terminal ? "\033[" + code + "m" + text + "\033[0m" : text;
  }
}
