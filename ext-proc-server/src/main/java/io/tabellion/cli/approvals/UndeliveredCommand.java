package io.tabellion.cli.approvals;

import io.tabellion.cli.audit.CliException;
import io.tabellion.cli.audit.LogOptions;
import io.tabellion.notify.Undelivered;
import io.tabellion.terminal.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code approvals undelivered}: notifications that no receiver has taken. */
@Command(
    name = "undelivered",
    mixinStandardHelpOptions = true,
    description = {
      "Notifications that webhooks did not take: those that are tried again, and those that were given"
          + " up. Read from the files of the log's directory, without the server.",
      "To send one again that was given up: stop the server, move its file one folder up, start the"
          + " server."
    },
    footer = {
      "%nExamples:",
      "  ./tabellion approvals undelivered",
      "  ./tabellion approvals undelivered --log /var/lib/tabellion/log"
    })
final class UndeliveredCommand implements Callable<Integer> {
  @Mixin private final LogOptions options = new LogOptions();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    Path log = options.directory();
    if (log == null) {
      throw new CliException("--log: none (expected: the directory of a log)");
    }
    List<Undelivered> all = Undelivered.list(log);
    PrintWriter out = spec.commandLine().getOut();
    all.forEach(one -> print(out, one));
    if (all.isEmpty()) {
      out.println("Nothing waits, and nothing was given up.");
    }
    return 0;
  }

  private static void print(PrintWriter out, Undelivered one) {
    out.println(
        "%-8s  %s  %s of %s  webhook %s"
            .formatted(
                one.givenUp() ? "GIVEN UP" : "WAITS",
                one.at(),
                one.type(),
                Printable.of(one.request()),
                Printable.of(one.webhook())));
    out.println("          " + why(one));
    out.println("          " + Printable.of(one.file().toString()));
  }

  private static String why(Undelivered one) {
    String attempts = one.attempts() == 1 ? "1 attempt" : one.attempts() + " attempts";
    return one.why().isEmpty() ? "not tried yet" : attempts + ": " + Printable.of(one.why());
  }
}
