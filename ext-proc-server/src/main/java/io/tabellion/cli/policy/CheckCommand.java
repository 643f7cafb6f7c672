package io.tabellion.cli.policy;

import io.tabellion.policy.PolicyCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy check}: what is wrong with a file, and what in it has no effect. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Check policy files: form, types, their own tests; rules that are never reached or stand"
            + " twice. Exit status: 0 good, 1 something has no effect, 2 a file cannot be used.")
final class CheckCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "The policy files.")
  private List<Path> files = List.of();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    int worst = 0;
    for (Path file : files) {
      worst =
          Math.max(worst, check(file, spec.commandLine().getOut(), spec.commandLine().getErr()));
    }
    return worst;
  }

  private static int check(Path file, PrintWriter out, PrintWriter err) {
    PolicyCheck check = PolicyCheck.of(file);
    check.problems().forEach(problem -> err.println(file + ":" + problem));
    check.warnings().forEach(warning -> err.println(file + ":" + warning));
    err.flush();
    if (check.problems().isEmpty()) {
      out.println(file + ": " + check.summary());
      out.flush();
      return check.warnings().isEmpty() ? 0 : 1;
    }
    return 2;
  }
}
