package io.tabellion.testing;

import io.tabellion.terminal.Mistakes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import picocli.CommandLine;

/** What a command printed, and its exit status. */
public record Ran(int status, String out, String err) {

  /** Runs a command, which may be a whole command line. */
  public static Ran of(Object command, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Mistakes.in(command instanceof CommandLine line ? line : new CommandLine(command))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Ran(status, out.toString(), err.toString());
  }

  /** Runs a verb of a command on the server or log of this directory. */
  public static Ran in(Path directory, Object command, String verb, String... options) {
    String[] arguments = new String[options.length + 3];
    arguments[0] = verb;
    arguments[1] = "--dir";
    arguments[2] = directory.toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    return of(command, arguments);
  }
}
