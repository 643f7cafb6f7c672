package io.tabellion.cli.policy;

import io.tabellion.policy.PolicyCheck;
import io.tabellion.policy.PolicyCheck.Tested;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy test}: runs the tests of a file and prints each. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description =
        "Run the tests of policy files and print each. Exit status: 0 all hold, 1 one fails, 2 a"
            + " file cannot be used.")
final class TestCommand implements Callable<Integer> {
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
      worst = Math.max(worst, test(file, spec.commandLine().getOut()));
    }
    return worst;
  }

  /** A file that cannot be used is an exception, which says why. */
  private static int test(Path file, PrintWriter out) {
    List<Tested> tests = PolicyCheck.test(file);
    for (Tested test : tests) {
      out.println((test.failures().isEmpty() ? "ok    " : "FAILS ") + test.name());
      test.failures()
          .forEach(
              failure -> out.println("      %s:%s: %s".formatted(file, test.place(), failure)));
    }
    long failed = tests.stream().filter(test -> !test.failures().isEmpty()).count();
    out.println("%s: %d tests, %d fail".formatted(file, tests.size(), failed));
    out.flush();
    return failed == 0 ? 0 : 1;
  }
}
