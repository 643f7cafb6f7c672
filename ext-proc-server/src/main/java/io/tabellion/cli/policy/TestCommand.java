package io.tabellion.cli.policy;

import io.tabellion.policy.PolicyCheck;
import io.tabellion.policy.PolicyCheck.Tested;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code policy test}: runs the tests of a file and prints each. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description =
        "Run the tests of policy files and print each. Exit status: 0 all hold, 1 one fails, 2 a"
            + " file cannot be used.")
final class TestCommand extends FilesVerb {
  /** A file that cannot be used is an exception, which says why. */
  @Override
  int run(Path file, PrintWriter out, PrintWriter err) {
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
